import { useQuery } from '@apollo/client/react';
import { graphql } from '../gql';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { LiveTickets } from '../tickets/LiveTickets';
import { TicketPanel } from '../tickets/TicketPanel';
import { useTicketList } from '../tickets/useTicketList';

const CUSTOMER_TICKETS = graphql(`
  query CustomerTickets(
    $customerId: String!
    $view: TicketView!
    $orderBy: TicketOrder
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    customer(customerId: $customerId) {
      id
      ticketCounts {
        ...TicketCounts
      }
      tickets(view: $view, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        ...Tickets
      }
    }
  }
`);

/** The tickets of a customer. */
export function CustomerTickets({ customerId }: { customerId: string }) {
  const list = useTicketList();
  const { data, previousData, error, loading, refetch } = useQuery(CUSTOMER_TICKETS, {
    variables: { customerId, ...list.variables },
  });
  const customer = (data ?? previousData)?.customer;

  return (
    <section className="card" aria-labelledby="customer-tickets">
      <header className="card-header">
        <h2 id="customer-tickets">Tickets</h2>
        <LiveTickets customerId={customerId} onChange={() => void refetch()} />
      </header>
      {error && <ErrorMessage error={error} />}
      {customer ? (
        <TicketPanel
          counts={customer.ticketCounts}
          list={list}
          tickets={customer.tickets}
          isLoading={loading}
        />
      ) : (
        !error && <Loading />
      )}
    </section>
  );
}
