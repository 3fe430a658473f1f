import { Link } from 'react-router';
import { graphql } from '../gql';
import type { TicketRowFragment } from '../gql/graphql';
import { paths } from '../paths';
import { Time } from '../shared/Time';
import { StateBadge } from './StateBadge';

export const TICKET_ROW = graphql(`
  fragment TicketRow on Ticket {
    id
    number
    title
    createdAt
    pendingUntil
    state {
      id
      name
      type
    }
    priority {
      id
      name
    }
    queue {
      id
      name
    }
    escalation {
      kind
      dueAt
      isEscalated
    }
  }
`);

export function TicketTable({ tickets }: { tickets: readonly TicketRowFragment[] }) {
  if (tickets.length === 0) return <p className="muted">There are no tickets in this list.</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Ticket</th>
          <th scope="col">State</th>
          <th scope="col" className="wide-only">
            Queue
          </th>
          <th scope="col" className="wide-only">
            Created
          </th>
        </tr>
      </thead>
      <tbody>
        {tickets.map((ticket) => (
          <tr key={ticket.id}>
            <th scope="row">
              <Link to={paths.ticket(ticket.number)}>{ticket.title || 'Without title'}</Link>
              <div className="detail">
                {ticket.number} · {ticket.priority.name}
              </div>
            </th>
            <td>
              <StateBadge state={ticket.state} />
              <TicketTime ticket={ticket} />
            </td>
            <td className="wide-only">{ticket.queue.name}</td>
            <td className="wide-only">
              <Time at={ticket.createdAt} isDayOnly />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The time that matters next: that of the escalation, or until which the ticket waits. */
function TicketTime({ ticket }: { ticket: TicketRowFragment }) {
  const { escalation, pendingUntil } = ticket;
  if (escalation?.isEscalated) {
    return (
      <div className="detail detail-bad">
        escalated since <Time at={escalation.dueAt} />
      </div>
    );
  }
  if (pendingUntil) {
    return (
      <div className="detail">
        until <Time at={pendingUntil} />
      </div>
    );
  }
  return null;
}
