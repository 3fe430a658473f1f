import { useMutation, useQuery } from '@apollo/client/react';
import { useNavigate } from 'react-router';
import { graphql } from '../gql';
import type { PermissionContext } from '../gql/graphql';
import { paths } from '../paths';
import { PermissionEditor } from '../permissions/PermissionEditor';
import type { PermissionRow } from '../permissions/PermissionGrid';
import { contextNote } from '../permissions/contextNote';
import { useSettings } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';

const CUSTOMER_GROUPS = graphql(`
  query CustomerGroups($customerId: String!, $maxPageSize: Int!) {
    customer(customerId: $customerId) {
      id
      customerId
      name
      groupPermissions {
        context
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

const CUSTOMER_SET_GROUPS = graphql(`
  mutation CustomerSetGroups($customerId: String!, $entries: [CustomerGroupInput!]!, $dryRun: Boolean!) {
    customerSetGroups(customerId: $customerId, entries: $entries, dryRun: $dryRun) {
      ...PermissionChange
    }
  }
`);

interface Row extends PermissionRow {
  group: string;
  context: PermissionContext;
}

/** The groups of a customer. */
export function CustomerGroupsPage() {
  const customerId = useRouteParam('customerId');
  const navigate = useNavigate();
  const { otherCustomersContext, maxPageSize } = useSettings();
  const [setGroups] = useMutation(CUSTOMER_SET_GROUPS);
  const { data, error } = useQuery(CUSTOMER_GROUPS, {
    variables: { customerId, maxPageSize },
    fetchPolicy: 'network-only',
  });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.customer) return <NotFound what="customer" />;

  const { customer, groups } = data;
  const storedIn = (group: string, context: PermissionContext) =>
    customer.groupPermissions?.find((stored) => stored.group.name === group && stored.context === context)
      ?.permissions ?? [];

  // What is stored is shown in any case, or storing would take it away.
  const rows = groups.nodes.flatMap(({ name, validity }) =>
    (['SAME_CUSTOMER', 'OTHER_CUSTOMERS'] as const)
      .map((context): Row => {
        const note = contextNote(context, validity);
        return {
          id: `${name} ${context}`,
          label: name,
          note,
          group: name,
          context,
          stored: storedIn(name, context),
        };
      })
      .filter(
        ({ context, stored }) =>
          stored.length > 0 ||
          (validity === 'VALID' && (context === 'SAME_CUSTOMER' || otherCustomersContext)),
      ),
  );
  const parent = { title: customer.name, path: paths.customer(customer.customerId) };

  return (
    <Page title={`Groups of ${customer.name}`} parent={parent}>
      <PermissionEditor
        rowName="Group"
        rows={rows}
        change={async (entries, dryRun) => {
          const { data } = await setGroups({
            variables: {
              customerId,
              dryRun,
              entries: entries.map(({ group, context, permissions }) => ({ group, context, permissions })),
            },
          });
          return data?.customerSetGroups;
        }}
        onStored={() => void navigate(parent.path)}
      />
    </Page>
  );
}
