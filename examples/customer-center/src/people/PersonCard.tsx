import { useQuery } from '@apollo/client/react';
import { graphql } from '../gql';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { ValidityBadge } from '../shared/ValidityBadge';
import '../shared/BusinessCard.css';

const PERSON_CARD = graphql(`
  query PersonCard($login: String!) {
    customerUser(login: $login) {
      id
      fullName
      validity
      email
      phone
      mobile
      customer {
        id
        name
      }
      ticketCounts {
        ...TicketCounts
      }
    }
  }
`);

/** The business card of a person. */
export function PersonCard({ login }: { login: string }) {
  const { data, error } = useQuery(PERSON_CARD, { variables: { login } });
  if (error) return <ErrorMessage error={error} />;
  if (!data?.customerUser) return <Loading />;
  const { fullName, validity, email, phone, mobile, customer, ticketCounts } = data.customerUser;
  return (
    <div className="business-card">
      <p className="business-card-name">
        {fullName} <ValidityBadge validity={validity} />
      </p>
      {customer && <p className="muted">{customer.name}</p>}
      {[email, phone, mobile].filter(Boolean).map((contact) => (
        <p key={contact}>{contact}</p>
      ))}
      <p className="business-card-counts">
        <span>
          <b>{ticketCounts.open}</b> open
        </span>
        <span>
          <b>{ticketCounts.closed}</b> closed
        </span>
      </p>
    </div>
  );
}
