import { useMutation, useQuery } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { ConflictNotice } from '../forms/ConflictNotice';
import { RecordForm } from '../forms/RecordForm';
import { useEdit } from '../forms/useEdit';
import { graphql } from '../gql';
import type { CustomerRecordFragment } from '../gql/graphql';
import { paths } from '../paths';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';
import { CustomerFields } from './CustomerFields';
import { customerLabels, toCustomerInput, toCustomerValues } from './customerValues';

const CUSTOMER_EDIT = graphql(`
  query CustomerEdit($customerId: String!) {
    customer(customerId: $customerId) {
      ...CustomerRecord
    }
  }

  fragment CustomerRecord on Customer {
    id
    customerId
    version
    name
    url
    comment
    address {
      ...Address
    }
  }
`);

const CUSTOMER_UPDATE = graphql(`
  mutation CustomerUpdate($customerId: String!, $ifVersion: Version, $input: CustomerUpdateInput!) {
    customerUpdate(customerId: $customerId, ifVersion: $ifVersion, input: $input) {
      customer {
        ...CustomerRecord
      }
      userErrors {
        ...FormError
      }
    }
  }
`);

export function CustomerEditPage() {
  const customerId = useRouteParam('customerId');
  const { data, error, refetch } = useQuery(CUSTOMER_EDIT, {
    variables: { customerId },
    fetchPolicy: 'network-only',
  });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.customer) return <NotFound what="customer" />;

  async function reload() {
    const { data } = await refetch();
    if (!data?.customer) throw new Error('The customer is there no more.');
    return data.customer;
  }

  return <CustomerEditForm customer={data.customer} reload={reload} />;
}

interface CustomerEditFormProps {
  customer: CustomerRecordFragment;
  reload: () => Promise<CustomerRecordFragment>;
}

function CustomerEditForm({ customer, reload }: CustomerEditFormProps) {
  const navigate = useNavigate();
  const [update] = useMutation(CUSTOMER_UPDATE);
  const edit = useEdit(toStored(customer));
  const { customerId } = customer;

  const store = () =>
    edit.store(
      async ({ ifVersion, values }) => {
        const { data } = await update({
          variables: { customerId, ifVersion, input: toCustomerInput(values) },
        });
        if (data?.customerUpdate.customer) await navigate(paths.customer(customerId));
        return data?.customerUpdate.userErrors ?? [];
      },
      async () => toStored(await reload()),
    );

  return (
    <Page title={`Edit ${customer.name}`} parent={{ title: customer.name, path: paths.customer(customerId) }}>
      {edit.conflict && <ConflictNotice clashes={edit.conflict} labels={customerLabels} />}
      <RecordForm
        form={edit}
        onSubmit={() => void store()}
        submitLabel="Store changes"
        cancelPath={paths.customer(customerId)}
      >
        <CustomerFields form={edit} />
      </RecordForm>
    </Page>
  );
}

function toStored(customer: CustomerRecordFragment) {
  return { version: customer.version, values: toCustomerValues(customer) };
}
