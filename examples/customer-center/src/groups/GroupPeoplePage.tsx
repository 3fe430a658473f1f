import { useMutation, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
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

const GROUP_PEOPLE = graphql(`
  query GroupPeople($name: String!, $maxPageSize: Int!) {
    group(name: $name) {
      id
      name
      customerUsers(first: $maxPageSize) {
        edges {
          permissions
          node {
            id
            login
            fullName
          }
        }
        pageInfo {
          ...PageInfo
        }
      }
    }
  }
`);

const PERSON_SEARCH = graphql(`
  query PersonSearch($search: String!) {
    customerUsers(search: $search, first: 10) {
      nodes {
        id
        login
        fullName
      }
    }
  }
`);

const GROUP_SET_CUSTOMER_USERS = graphql(`
  mutation GroupSetCustomerUsers($group: String!, $entries: [GroupCustomerUserInput!]!, $dryRun: Boolean!) {
    groupSetCustomerUsers(group: $group, entries: $entries, dryRun: $dryRun) {
      ...PermissionChange
    }
  }
`);

/** The people to whom a group is given by themselves. */
export function GroupPeoplePage() {
  const name = useRouteParam('name');
  const navigate = useNavigate();
  const { maxPageSize } = useSettings();
  const [added, setAdded] = useState<PermissionRow[]>([]);
  const [search, setSearch] = useState('');
  const settledSearch = useDebounced(search);
  const found = useQuery(PERSON_SEARCH, { variables: { search: settledSearch }, skip: !settledSearch });
  const [setPeople] = useMutation(GROUP_SET_CUSTOMER_USERS);
  const { data, error } = useQuery(GROUP_PEOPLE, {
    variables: { name, maxPageSize },
    fetchPolicy: 'network-only',
  });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.group?.customerUsers) return <NotFound what="group" />;

  const { edges, pageInfo } = data.group.customerUsers;
  const stored = edges.map(({ node, permissions }) => toRow(node, permissions));
  const rows = [...stored, ...added];
  const candidates = (found.data?.customerUsers.nodes ?? [])
    .map((person) => toRow(person, []))
    .filter((candidate) => rows.every((row) => row.id !== candidate.id));
  const parent = { title: name, path: paths.group(name) };

  return (
    <Page title={`People of the group ${name}`} parent={parent}>
      {pageInfo.hasNextPage ? (
        <TooManyMembers />
      ) : (
        <div className="stack">
          <MemberPicker
            label="Add a person"
            search={search}
            onSearch={setSearch}
            candidates={candidates}
            onPick={(candidate) => setAdded([...added, candidate])}
          />
          <PermissionEditor
            rowName="Person"
            rows={rows}
            change={async (entries, dryRun) => {
              const { data } = await setPeople({
                variables: {
                  group: name,
                  dryRun,
                  entries: entries.map(({ id, permissions }) => ({ login: id, permissions })),
                },
              });
              return data?.groupSetCustomerUsers;
            }}
            onStored={() => void navigate(parent.path)}
          />
        </div>
      )}
    </Page>
  );
}

function toRow(person: { login: string; fullName: string }, stored: string[]): PermissionRow {
  return { id: person.login, label: person.fullName, note: person.login, stored };
}
