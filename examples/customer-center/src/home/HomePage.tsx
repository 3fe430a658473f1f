import { useQuery } from '@apollo/client/react';
import { CustomerTable } from '../customers/CustomerTable';
import { graphql } from '../gql';
import { PersonTickets } from '../people/PersonTickets';
import { useViewer } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { Page } from '../shared/Page';

const HOME = graphql(`
  query Home {
    customers(first: 50) {
      nodes {
        ...CustomerTableRow
      }
    }
  }
`);

/** Where a customer user begins: the own companies and tickets. */
export function HomePage() {
  const { customerUser } = useViewer();
  const { data, error } = useQuery(HOME);
  if (error) return <ErrorMessage error={error} />;
  if (!data || !customerUser) return <Loading />;
  return (
    <Page title={`Welcome, ${customerUser.fullName}`}>
      <div className="stack">
        <section className="card" aria-labelledby="my-companies">
          <h2 id="my-companies">My companies</h2>
          <CustomerTable customers={data.customers.nodes} />
        </section>
        <PersonTickets login={customerUser.login} title="My tickets" />
      </div>
    </Page>
  );
}
