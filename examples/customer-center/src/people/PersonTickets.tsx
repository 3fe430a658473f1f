import { useQuery } from '@apollo/client/react';
import { graphql } from '../gql';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { LiveTickets } from '../tickets/LiveTickets';
import { TicketPanel } from '../tickets/TicketPanel';
import { useTicketList } from '../tickets/useTicketList';

const PERSON_TICKETS = graphql(`
  query PersonTickets(
    $login: String!
    $view: TicketView!
    $orderBy: TicketOrder
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    customerUser(login: $login) {
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

/** The tickets of a person, whichever customer they are for. */
export function PersonTickets({ login, title = 'Tickets' }: { login: string; title?: string }) {
  const list = useTicketList();
  const { data, previousData, error, loading, refetch } = useQuery(PERSON_TICKETS, {
    variables: { login, ...list.variables },
  });
  const person = (data ?? previousData)?.customerUser;

  return (
    <section className="card" aria-labelledby="person-tickets">
      <header className="card-header">
        <h2 id="person-tickets">{title}</h2>
        <LiveTickets login={login} onChange={() => void refetch()} />
      </header>
      {error && <ErrorMessage error={error} />}
      {person ? (
        <TicketPanel counts={person.ticketCounts} list={list} tickets={person.tickets} isLoading={loading} />
      ) : (
        !error && <Loading />
      )}
    </section>
  );
}
