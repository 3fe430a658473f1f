import { useMutation, useQuery } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { ConflictNotice } from '../forms/ConflictNotice';
import { RecordForm } from '../forms/RecordForm';
import { useEdit } from '../forms/useEdit';
import { graphql } from '../gql';
import type { PersonRecordFragment } from '../gql/graphql';
import { paths } from '../paths';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';
import { PersonFields } from './PersonFields';
import { personLabels, toPersonInput, toPersonValues } from './personValues';

const PERSON_EDIT = graphql(`
  query PersonEdit($login: String!) {
    customerUser(login: $login) {
      ...PersonRecord
    }
  }

  fragment PersonRecord on CustomerUser {
    id
    login
    version
    fullName
    title
    firstName
    lastName
    email
    customerId
    phone
    mobile
    fax
    comment
    address {
      ...Address
    }
  }
`);

const CUSTOMER_USER_UPDATE = graphql(`
  mutation CustomerUserUpdate($login: String!, $ifVersion: Version, $input: CustomerUserUpdateInput!) {
    customerUserUpdate(login: $login, ifVersion: $ifVersion, input: $input) {
      customerUser {
        ...PersonRecord
      }
      userErrors {
        ...FormError
      }
    }
  }
`);

export function PersonEditPage() {
  const login = useRouteParam('login');
  const { data, error, refetch } = useQuery(PERSON_EDIT, {
    variables: { login },
    fetchPolicy: 'network-only',
  });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.customerUser) return <NotFound what="person" />;

  async function reload() {
    const { data } = await refetch();
    if (!data?.customerUser) throw new Error('The person is there no more.');
    return data.customerUser;
  }

  return <PersonEditForm person={data.customerUser} reload={reload} />;
}

interface PersonEditFormProps {
  person: PersonRecordFragment;
  reload: () => Promise<PersonRecordFragment>;
}

function PersonEditForm({ person, reload }: PersonEditFormProps) {
  const navigate = useNavigate();
  const [update] = useMutation(CUSTOMER_USER_UPDATE);
  const edit = useEdit(toStored(person));
  const { login } = person;

  const store = () =>
    edit.store(
      async ({ ifVersion, values }) => {
        const { data } = await update({ variables: { login, ifVersion, input: toPersonInput(values) } });
        if (data?.customerUserUpdate.customerUser) await navigate(paths.person(login));
        return data?.customerUserUpdate.userErrors ?? [];
      },
      async () => toStored(await reload()),
    );

  return (
    <Page title={`Edit ${person.fullName}`} parent={{ title: person.fullName, path: paths.person(login) }}>
      {edit.conflict && <ConflictNotice clashes={edit.conflict} labels={personLabels} />}
      <RecordForm
        form={edit}
        onSubmit={() => void store()}
        submitLabel="Store changes"
        cancelPath={paths.person(login)}
      >
        <PersonFields form={edit} />
      </RecordForm>
    </Page>
  );
}

function toStored(person: PersonRecordFragment) {
  return { version: person.version, values: toPersonValues(person) };
}
