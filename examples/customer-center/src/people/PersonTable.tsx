import { graphql } from '../gql';
import type { PersonTableRowFragment } from '../gql/graphql';
import { ValidityBadge } from '../shared/ValidityBadge';
import { PersonLink } from './PersonLink';

export const PERSON_TABLE_ROW = graphql(`
  fragment PersonTableRow on CustomerUser {
    id
    login
    fullName
    email
    validity
    customerId
    ticketCounts {
      ...TicketCounts
    }
  }
`);

interface PersonTableProps {
  people: readonly PersonTableRowFragment[];
  /** The customer they are listed for; of others the own customer is told. */
  customerId?: string;
}

export function PersonTable({ people, customerId }: PersonTableProps) {
  if (people.length === 0) return <p className="muted">There is nobody yet.</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className="wide-only">
            E-mail
          </th>
          <th scope="col" className="number">
            Open
          </th>
          <th scope="col" className="number">
            Closed
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id}>
            <th scope="row">
              <PersonLink person={person} /> <ValidityBadge validity={person.validity} />
              <div className="detail">
                {person.login}
                {person.customerId !== customerId && ` · of ${person.customerId}`}
              </div>
            </th>
            <td className="wide-only">{person.email}</td>
            <td className="number">{person.ticketCounts.open}</td>
            <td className="number">{person.ticketCounts.closed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
