import { useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Field } from '../forms/Field';
import { RecordForm } from '../forms/RecordForm';
import { useForm } from '../forms/useForm';
import { graphql } from '../gql';
import { paths } from '../paths';
import { Page } from '../shared/Page';
import { PersonFields } from './PersonFields';
import { noPerson, toPersonInput } from './personValues';

const CUSTOMER_USER_CREATE = graphql(`
  mutation CustomerUserCreate($input: CustomerUserCreateInput!) {
    customerUserCreate(input: $input) {
      customerUser {
        id
        login
        fullName
      }
      generatedPassword
      userErrors {
        ...FormError
      }
    }
  }
`);

export function PersonCreatePage() {
  const [searchParams] = useSearchParams();
  const customerId = searchParams.get('customer') ?? '';
  const navigate = useNavigate();
  const form = useForm({ login: '', password: '', ...noPerson, customerId });
  const [create] = useMutation(CUSTOMER_USER_CREATE);
  const [created, setCreated] = useState<{ login: string; fullName: string; password: string }>();

  async function send() {
    const { login, password, ...values } = form.values;
    const { firstName, lastName, email, customerId } = values;
    const required = { login, firstName, lastName, email, customerId };
    const { data } = await create({
      variables: { input: { ...toPersonInput(values), ...required, password: password || null } },
    });
    const { customerUser, generatedPassword, userErrors = [] } = data?.customerUserCreate ?? {};
    if (customerUser && generatedPassword) setCreated({ ...customerUser, password: generatedPassword });
    else if (customerUser) await navigate(paths.person(customerUser.login));
    return userErrors;
  }

  const parent = { title: customerId, path: paths.customer(customerId) };
  if (created) {
    return (
      <Page key="created" title={`${created.fullName} was created`} parent={parent}>
        <div className="card stack">
          <p>
            The password is <code>{created.password}</code> – it is shown this once only.
          </p>
          <p>
            <Link className="button button-primary" to={paths.person(created.login)}>
              Go on to {created.fullName}
            </Link>
          </p>
        </div>
      </Page>
    );
  }
  return (
    <Page title="New person" parent={parent}>
      <RecordForm
        form={form}
        onSubmit={() => void form.submit(send)}
        submitLabel="Create person"
        cancelPath={paths.customer(customerId)}
      >
        <div className="fields">
          <Field form={form} name="login" label="Username" isRequired />
          <Field
            form={form}
            name="password"
            label="Password"
            type="password"
            autoComplete="new-password"
            hint="Without one, a password is generated and shown once."
          />
        </div>
        <PersonFields form={form} />
      </RecordForm>
    </Page>
  );
}
