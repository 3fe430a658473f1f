import { useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { Page } from '../shared/Page';
import { Pager } from '../shared/Pager';
import { usePagingInUrl } from '../shared/usePagingInUrl';
import { SearchForm } from '../shared/SearchForm';
import { allValidities } from '../shared/validityNames';
import { LiveTickets } from '../tickets/LiveTickets';
import { CustomerTable } from './CustomerTable';

const CUSTOMER_LIST = graphql(`
  query CustomerList(
    $search: String
    $filter: CustomerFilter
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    customers(
      search: $search
      filter: $filter
      first: $first
      after: $after
      last: $last
      before: $before
      orderBy: { field: NAME }
    ) {
      totalCount
      nodes {
        ...CustomerTableRow
      }
      pageInfo {
        ...PageInfo
      }
    }
  }
`);

const PAGE_SIZE = 20;

export function CustomerListPage() {
  const [searchParams] = useSearchParams();
  const search = searchParams.get('search');
  const paging = usePagingInUrl(PAGE_SIZE);
  const { data, previousData, error, loading } = useQuery(CUSTOMER_LIST, {
    variables: {
      search,
      filter: searchParams.has('all') ? { validity: allValidities } : null,
      ...paging.variables,
    },
  });
  const customers = (data ?? previousData)?.customers;

  return (
    <Page
      title="Customers"
      actions={
        <Link className="button button-primary" to={paths.customerCreate()}>
          New customer
        </Link>
      }
    >
      <SearchForm label="Search customers" />
      {error && <ErrorMessage error={error} />}
      {customers ? (
        <section className="card" aria-busy={loading} aria-label="Customers">
          <header className="card-header">
            <p role="status">
              {customers.totalCount} {customers.totalCount === 1 ? 'customer' : 'customers'}
              {search && ` for “${search}”`}
            </p>
            <LiveTickets />
          </header>
          <CustomerTable customers={customers.nodes} />
          <Pager label="customers" paging={paging} pageInfo={customers.pageInfo} />
        </section>
      ) : (
        !error && <Loading />
      )}
    </Page>
  );
}
