import { Link } from 'react-router';
import { paths } from '../paths';
import { HoverCard } from '../shared/HoverCard';
import { CustomerCard } from './CustomerCard';

/** Leads to a customer, and shows its business card when it is pointed at or has the focus. */
export function CustomerLink({ customer }: { customer: { customerId: string; name: string } }) {
  return (
    <HoverCard card={<CustomerCard customerId={customer.customerId} />}>
      {(describedBy) => (
        <Link to={paths.customer(customer.customerId)} aria-describedby={describedBy}>
          {customer.name}
        </Link>
      )}
    </HoverCard>
  );
}
