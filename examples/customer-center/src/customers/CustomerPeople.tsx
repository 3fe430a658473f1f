import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
import { PersonTable } from '../people/PersonTable';
import { useViewer } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { Pager } from '../shared/Pager';
import { usePaging } from '../shared/usePaging';

const CUSTOMER_PEOPLE = graphql(`
  query CustomerPeople($customerId: String!, $first: Int, $after: String, $last: Int, $before: String) {
    customer(customerId: $customerId) {
      id
      customerUsers(
        filter: { validity: [VALID, INVALID_TEMPORARILY, INVALID] }
        orderBy: { field: LAST_NAME }
        first: $first
        after: $after
        last: $last
        before: $before
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
  }
`);

const PAGE_SIZE = 10;

/** The people of a customer with the counts of their tickets. */
export function CustomerPeople({ customerId }: { customerId: string }) {
  const { role } = useViewer();
  const paging = usePaging(PAGE_SIZE);
  const { data, previousData, error } = useQuery(CUSTOMER_PEOPLE, {
    variables: { customerId, ...paging.variables },
  });
  const people = (data ?? previousData)?.customer?.customerUsers;

  return (
    <section className="card" aria-labelledby="customer-people">
      <header className="card-header">
        <h2 id="customer-people">People {people && <span className="badge">{people.totalCount}</span>}</h2>
        {role !== 'CUSTOMER_USER' && (
          <Link className="button" to={paths.personCreate(customerId)}>
            New person
          </Link>
        )}
      </header>
      {error && <ErrorMessage error={error} />}
      {people ? (
        <>
          <PersonTable people={people.nodes} customerId={customerId} />
          <Pager label="people" paging={paging} pageInfo={people.pageInfo} />
        </>
      ) : (
        !error && <Loading />
      )}
    </section>
  );
}
