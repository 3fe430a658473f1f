import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
import { useViewer } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';
import { ValidityBadge } from '../shared/ValidityBadge';
import { CustomerFacts } from './CustomerFacts';
import { CustomerPeople } from './CustomerPeople';
import { CustomerTickets } from './CustomerTickets';
import { CustomerValidity } from './CustomerValidity';

const CUSTOMER_PAGE = graphql(`
  query CustomerPage($customerId: String!) {
    customer(customerId: $customerId) {
      id
      customerId
      name
      validity
      dataSource {
        id
        isReadOnly
      }
      ...CustomerFacts
      ...CustomerValidity
    }
  }
`);

export function CustomerPage() {
  const customerId = useRouteParam('customerId');
  const { role } = useViewer();
  const { data, error } = useQuery(CUSTOMER_PAGE, { variables: { customerId } });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.customer) return <NotFound what="customer" />;

  const { customer } = data;
  const isAgent = role !== 'CUSTOMER_USER';
  return (
    <Page
      title={customer.name}
      badge={<ValidityBadge validity={customer.validity} />}
      subtitle={customer.customerId}
      parent={
        isAgent ? { title: 'Customers', path: paths.customers() } : { title: 'Overview', path: paths.home() }
      }
      actions={
        <>
          {isAgent && !customer.dataSource.isReadOnly && (
            <>
              <Link className="button" to={paths.customerEdit(customer.customerId)}>
                Edit
              </Link>
              <CustomerValidity customer={customer} />
            </>
          )}
          {role === 'ADMINISTRATOR' && (
            <Link className="button" to={paths.customerGroups(customer.customerId)}>
              Groups
            </Link>
          )}
        </>
      }
    >
      <div className="columns">
        <div className="stack">
          <CustomerTickets customerId={customer.customerId} />
          <CustomerPeople customerId={customer.customerId} />
        </div>
        <CustomerFacts customer={customer} />
      </div>
    </Page>
  );
}
