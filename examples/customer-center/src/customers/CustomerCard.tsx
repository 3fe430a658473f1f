import { useQuery } from '@apollo/client/react';
import { graphql } from '../gql';
import { addressLines } from '../shared/addressLines';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { ValidityBadge } from '../shared/ValidityBadge';
import '../shared/BusinessCard.css';

const CUSTOMER_CARD = graphql(`
  query CustomerCard($customerId: String!) {
    customer(customerId: $customerId) {
      id
      customerId
      name
      validity
      webUrl
      comment
      address {
        ...Address
      }
      ticketCounts {
        ...TicketCounts
      }
    }
  }
`);

/** The business card of a customer. */
export function CustomerCard({ customerId }: { customerId: string }) {
  const { data, error } = useQuery(CUSTOMER_CARD, { variables: { customerId } });
  if (error) return <ErrorMessage error={error} />;
  if (!data?.customer) return <Loading />;
  const { name, validity, webUrl, comment, address, ticketCounts } = data.customer;
  return (
    <div className="business-card">
      <p className="business-card-name">
        {name} <ValidityBadge validity={validity} />
      </p>
      <p className="muted">{addressLines(address).join(', ')}</p>
      {webUrl && <p className="muted">{new URL(webUrl).host}</p>}
      {comment && <p>{comment}</p>}
      <p className="business-card-counts">
        <span>
          <b>{ticketCounts.open}</b> open
        </span>
        <span className={ticketCounts.escalated > 0 ? 'number-bad' : undefined}>
          <b>{ticketCounts.escalated}</b> escalated
        </span>
        <span>
          <b>{ticketCounts.closed}</b> closed
        </span>
      </p>
    </div>
  );
}
