import { useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { graphql } from '../gql';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { Page } from '../shared/Page';
import { Pager } from '../shared/Pager';
import { SearchForm } from '../shared/SearchForm';
import { usePagingInUrl } from '../shared/usePagingInUrl';
import { allValidities } from '../shared/validityNames';
import { LiveTickets } from '../tickets/LiveTickets';
import { PersonTable } from './PersonTable';

const PERSON_LIST = graphql(`
  query PersonList(
    $search: String
    $filter: CustomerUserFilter
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    customerUsers(
      search: $search
      filter: $filter
      first: $first
      after: $after
      last: $last
      before: $before
      orderBy: { field: LAST_NAME }
    ) {
      totalCount
      nodes {
        ...PersonTableRow
      }
      pageInfo {
        ...PageInfo
      }
    }
  }
`);

const PAGE_SIZE = 20;

export function PersonListPage() {
  const [searchParams] = useSearchParams();
  const search = searchParams.get('search');
  const paging = usePagingInUrl(PAGE_SIZE);
  const { data, previousData, error, loading } = useQuery(PERSON_LIST, {
    variables: {
      search,
      filter: searchParams.has('all') ? { validity: allValidities } : null,
      ...paging.variables,
    },
  });
  const people = (data ?? previousData)?.customerUsers;

  return (
    <Page title="People">
      <SearchForm label="Search people" />
      {error && <ErrorMessage error={error} />}
      {people ? (
        <section className="card" aria-busy={loading} aria-label="People">
          <header className="card-header">
            <p role="status">
              {people.totalCount} people{search && ` for “${search}”`}
            </p>
            <LiveTickets />
          </header>
          <PersonTable people={people.nodes} />
          <Pager label="people" paging={paging} pageInfo={people.pageInfo} />
        </section>
      ) : (
        !error && <Loading />
      )}
    </Page>
  );
}
