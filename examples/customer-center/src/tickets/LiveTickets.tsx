import { useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from '../gql';
import type { TicketChangedSubscription } from '../gql/graphql';
import { useSocketStatus } from './useSocketStatus';
import './LiveTickets.css';

// The counts come along, so that the cache has them right wherever they are shown.
const TICKET_CHANGED = graphql(`
  subscription TicketChanged($customerId: String, $number: String) {
    ticketChanged(customerId: $customerId, number: $number) {
      ticket {
        ...TicketRow
        customerUserLogin
        customer {
          id
          ticketCounts {
            ...TicketCounts
          }
        }
        customerUser {
          id
          ticketCounts {
            ...TicketCounts
          }
        }
      }
    }
  }
`);

type ChangedTicket = TicketChangedSubscription['ticketChanged']['ticket'];

interface LiveTicketsProps {
  /** Only tickets of this customer. */
  customerId?: string;
  /** Only the ticket with this number. */
  number?: string;
  /** Only tickets of this person. */
  login?: string;
  /** Asks anew for the lists that a changed ticket may have come into or left. */
  onChange?: () => void;
}

/** Keeps tickets and their counts right while they change, and says what has changed. */
export function LiveTickets({ customerId, number, login, onChange }: LiveTicketsProps) {
  const [latest, setLatest] = useState<ChangedTicket>();
  const status = useSocketStatus();

  const { error, restart } = useSubscription(TICKET_CHANGED, {
    variables: { customerId, number },
    onData: ({ data }) => {
      const ticket = data.data?.ticketChanged.ticket;
      if (!ticket || (login !== undefined && ticket.customerUserLogin !== login)) return;
      setLatest(ticket);
      onChange?.();
    },
  });

  if (error) {
    return (
      <p className="live" role="status">
        {error.message}
        <button
          className="button"
          onClick={() => {
            restart();
            onChange?.();
          }}
        >
          Go on
        </button>
      </p>
    );
  }
  return (
    <p className="live" role="status" data-status={status}>
      {status === 'connected' ? 'Live' : 'Connecting…'}
      {latest && ` · Ticket ${latest.number} “${latest.title}” changed: ${latest.state.name}`}
    </p>
  );
}
