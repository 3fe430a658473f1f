import { useMutation } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { Field } from '../forms/Field';
import { RecordForm } from '../forms/RecordForm';
import { useForm } from '../forms/useForm';
import { graphql } from '../gql';
import { paths } from '../paths';
import { Page } from '../shared/Page';
import { CustomerFields } from './CustomerFields';
import { noCustomer, toCustomerInput } from './customerValues';

const CUSTOMER_CREATE = graphql(`
  mutation CustomerCreate($input: CustomerCreateInput!) {
    customerCreate(input: $input) {
      customer {
        id
        customerId
      }
      userErrors {
        ...FormError
      }
    }
  }
`);

export function CustomerCreatePage() {
  const navigate = useNavigate();
  const form = useForm({ customerId: '', ...noCustomer });
  const [create] = useMutation(CUSTOMER_CREATE);

  async function send() {
    const { customerId, ...values } = form.values;
    const { data } = await create({
      variables: { input: { ...toCustomerInput(values), customerId, name: values.name } },
    });
    const { customer, userErrors = [] } = data?.customerCreate ?? {};
    if (customer) await navigate(paths.customer(customer.customerId));
    return userErrors;
  }

  return (
    <Page title="New customer" parent={{ title: 'Customers', path: paths.customers() }}>
      <RecordForm
        form={form}
        onSubmit={() => void form.submit(send)}
        submitLabel="Create customer"
        cancelPath={paths.customers()}
      >
        <div className="fields">
          <Field
            form={form}
            name="customerId"
            label="Customer id"
            isRequired
            hint="The internal name, such as a number or a short form."
          />
        </div>
        <CustomerFields form={form} />
      </RecordForm>
    </Page>
  );
}
