import { useMutation, useQuery } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
import { PermissionEditor } from '../permissions/PermissionEditor';
import { contextNote } from '../permissions/contextNote';
import { useSettings } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';

const PERSON_GROUPS = graphql(`
  query PersonGroups($login: String!, $maxPageSize: Int!) {
    customerUser(login: $login) {
      id
      login
      fullName
      groupPermissions {
        permissions
        group {
          id
          name
        }
      }
    }
    groups(first: $maxPageSize, filter: { validity: [VALID, INVALID_TEMPORARILY, INVALID] }) {
      nodes {
        id
        name
        validity
      }
    }
  }
`);

const CUSTOMER_USER_SET_GROUPS = graphql(`
  mutation CustomerUserSetGroups($login: String!, $entries: [CustomerUserGroupInput!]!, $dryRun: Boolean!) {
    customerUserSetGroups(login: $login, entries: $entries, dryRun: $dryRun) {
      ...PermissionChange
    }
  }
`);

/** The groups that are given to a person by themselves. */
export function PersonGroupsPage() {
  const login = useRouteParam('login');
  const navigate = useNavigate();
  const { maxPageSize } = useSettings();
  const [setGroups] = useMutation(CUSTOMER_USER_SET_GROUPS);
  const { data, error } = useQuery(PERSON_GROUPS, {
    variables: { login, maxPageSize },
    fetchPolicy: 'network-only',
  });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.customerUser) return <NotFound what="person" />;

  const person = data.customerUser;
  const storedIn = (group: string) =>
    person.groupPermissions?.find((stored) => stored.group.name === group)?.permissions ?? [];

  // What is stored is shown in any case, or storing would take it away.
  const rows = data.groups.nodes
    .map(({ name, validity }) => ({
      id: name,
      label: name,
      note: contextNote('SAME_CUSTOMER', validity),
      stored: storedIn(name),
      isValid: validity === 'VALID',
    }))
    .filter(({ isValid, stored }) => isValid || stored.length > 0);
  const parent = { title: person.fullName, path: paths.person(person.login) };

  return (
    <Page title={`Groups of ${person.fullName}`} parent={parent}>
      <PermissionEditor
        rowName="Group"
        rows={rows}
        change={async (entries, dryRun) => {
          const { data } = await setGroups({
            variables: {
              login,
              dryRun,
              entries: entries.map(({ id, permissions }) => ({ group: id, permissions })),
            },
          });
          return data?.customerUserSetGroups;
        }}
        onStored={() => void navigate(parent.path)}
      />
    </Page>
  );
}
