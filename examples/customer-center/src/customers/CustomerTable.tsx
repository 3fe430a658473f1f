import { graphql } from '../gql';
import type { CustomerTableRowFragment } from '../gql/graphql';
import { ValidityBadge } from '../shared/ValidityBadge';
import { CustomerLink } from './CustomerLink';

export const CUSTOMER_TABLE_ROW = graphql(`
  fragment CustomerTableRow on Customer {
    id
    customerId
    name
    validity
    address {
      city
      country
    }
    ticketCounts {
      ...TicketCounts
    }
    customerUsers {
      totalCount
    }
  }
`);

export function CustomerTable({ customers }: { customers: readonly CustomerTableRowFragment[] }) {
  if (customers.length === 0) return null;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col" className="wide-only">
            City
          </th>
          <th scope="col" className="number wide-only">
            People
          </th>
          <th scope="col" className="number">
            Open
          </th>
          <th scope="col" className="number">
            Escalated
          </th>
        </tr>
      </thead>
      <tbody>
        {customers.map((customer) => (
          <tr key={customer.id}>
            <th scope="row">
              <CustomerLink customer={customer} /> <ValidityBadge validity={customer.validity} />
              <div className="detail">{customer.customerId}</div>
            </th>
            <td className="wide-only">
              {customer.address.city}
              <div className="detail">{customer.address.country}</div>
            </td>
            <td className="number wide-only">{customer.customerUsers.totalCount}</td>
            <td className="number">{customer.ticketCounts.open}</td>
            <td className={customer.ticketCounts.escalated > 0 ? 'number number-bad' : 'number'}>
              {customer.ticketCounts.escalated}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
