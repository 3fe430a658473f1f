import { useMutation, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { graphql } from '../gql';
import type { PermissionContext } from '../gql/graphql';
import { paths } from '../paths';
import { contextNote } from '../permissions/contextNote';
import { PermissionEditor } from '../permissions/PermissionEditor';
import type { PermissionRow } from '../permissions/PermissionGrid';
import { useSettings } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useDebounced } from '../shared/useDebounced';
import { useRouteParam } from '../shared/useRouteParam';
import { MemberPicker } from './MemberPicker';
import { TooManyMembers } from './TooManyMembers';

const GROUP_CUSTOMERS = graphql(`
  query GroupCustomers($name: String!, $maxPageSize: Int!) {
    group(name: $name) {
      id
      name
      customers(first: $maxPageSize) {
        edges {
          context
          permissions
          node {
            id
            customerId
            name
          }
        }
        pageInfo {
          ...PageInfo
        }
      }
    }
  }
`);

const CUSTOMER_SEARCH = graphql(`
  query CustomerSearch($search: String!) {
    customers(search: $search, first: 10) {
      nodes {
        id
        customerId
        name
      }
    }
  }
`);

const GROUP_SET_CUSTOMERS = graphql(`
  mutation GroupSetCustomers($group: String!, $entries: [GroupCustomerInput!]!, $dryRun: Boolean!) {
    groupSetCustomers(group: $group, entries: $entries, dryRun: $dryRun) {
      ...PermissionChange
    }
  }
`);

interface Row extends PermissionRow {
  customerId: string;
  context: PermissionContext;
}

/** The customers of a group. */
export function GroupCustomersPage() {
  const name = useRouteParam('name');
  const navigate = useNavigate();
  const { maxPageSize } = useSettings();
  const [added, setAdded] = useState<Row[]>([]);
  const [search, setSearch] = useState('');
  const settledSearch = useDebounced(search);
  const found = useQuery(CUSTOMER_SEARCH, { variables: { search: settledSearch }, skip: !settledSearch });
  const [setCustomers] = useMutation(GROUP_SET_CUSTOMERS);
  const { data, error } = useQuery(GROUP_CUSTOMERS, {
    variables: { name, maxPageSize },
    fetchPolicy: 'network-only',
  });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.group?.customers) return <NotFound what="group" />;

  const { edges, pageInfo } = data.group.customers;
  const stored = edges.map(({ node, context, permissions }) => toRow(node, context, permissions));
  const rows = [...stored, ...added];
  const candidates = (found.data?.customers.nodes ?? [])
    .map((customer) => toRow(customer, 'SAME_CUSTOMER', []))
    .filter((candidate) => rows.every((row) => row.id !== candidate.id));
  const parent = { title: name, path: paths.group(name) };

  return (
    <Page title={`Customers of the group ${name}`} parent={parent}>
      {pageInfo.hasNextPage ? (
        <TooManyMembers />
      ) : (
        <div className="stack">
          <MemberPicker
            label="Add a customer"
            search={search}
            onSearch={setSearch}
            candidates={candidates}
            onPick={(candidate) => setAdded([...added, candidate])}
          />
          <PermissionEditor
            rowName="Customer"
            rows={rows}
            change={async (entries, dryRun) => {
              const { data } = await setCustomers({
                variables: {
                  group: name,
                  dryRun,
                  entries: entries.map(({ customerId, context, permissions }) => ({
                    customerId,
                    context,
                    permissions,
                  })),
                },
              });
              return data?.groupSetCustomers;
            }}
            onStored={() => void navigate(parent.path)}
          />
        </div>
      )}
    </Page>
  );
}

function toRow(
  customer: { customerId: string; name: string },
  context: PermissionContext,
  stored: string[],
): Row {
  const { customerId, name } = customer;
  return {
    id: `${customerId} ${context}`,
    label: name,
    note: contextNote(context),
    customerId,
    context,
    stored,
  };
}
