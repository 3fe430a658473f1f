import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { CustomerLink } from '../customers/CustomerLink';
import { graphql } from '../gql';
import { paths } from '../paths';
import { PersonLink } from '../people/PersonLink';
import { contextNote } from '../permissions/contextNote';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';
import { ValidityBadge } from '../shared/ValidityBadge';
import { MemberTable } from './MemberTable';

const GROUP_PAGE = graphql(`
  query GroupPage($name: String!, $first: Int!) {
    group(name: $name) {
      id
      name
      comment
      validity
      queues {
        id
        name
      }
      customers(first: $first) {
        totalCount
        edges {
          context
          permissions
          node {
            id
            customerId
            name
          }
        }
      }
      customerUsers(first: $first) {
        totalCount
        edges {
          permissions
          node {
            id
            login
            fullName
          }
        }
      }
      holders: customerUsers(first: $first, effective: true) {
        totalCount
        edges {
          permissions
          node {
            id
            login
            fullName
          }
        }
      }
    }
  }
`);

/** So many of each kind of member are listed. */
const SHOWN = 50;

/** A group with its members: those that are stored, and everyone who holds something in it by whatever way. */
export function GroupPage() {
  const name = useRouteParam('name');
  const { data, error } = useQuery(GROUP_PAGE, { variables: { name, first: SHOWN } });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.group) return <NotFound what="group" />;

  const { group } = data;
  return (
    <Page
      title={group.name}
      badge={<ValidityBadge validity={group.validity} />}
      subtitle={group.comment}
      parent={{ title: 'Groups', path: paths.groups() }}
    >
      <div className="columns">
        <div className="stack">
          <MemberTable
            title="Customers"
            count={group.customers?.totalCount}
            action={
              <Link className="button" to={paths.groupCustomers(group.name)}>
                Change customers
              </Link>
            }
            members={(group.customers?.edges ?? []).map(({ node, context, permissions }) => ({
              id: node.id + context,
              name: <CustomerLink customer={node} />,
              note: contextNote(context),
              permissions,
            }))}
          />
          <MemberTable
            title="People"
            count={group.customerUsers?.totalCount}
            action={
              <Link className="button" to={paths.groupPeople(group.name)}>
                Change people
              </Link>
            }
            members={(group.customerUsers?.edges ?? []).map(({ node, permissions }) => ({
              id: node.id,
              name: <PersonLink person={node} />,
              permissions,
            }))}
          />
          <MemberTable
            title="Everyone who holds it in effect"
            count={group.holders?.totalCount}
            members={(group.holders?.edges ?? []).map(({ node, permissions }) => ({
              id: node.id,
              name: <PersonLink person={node} />,
              permissions,
            }))}
          />
        </div>
        <section className="card" aria-labelledby="queues">
          <h2 id="queues">Queues</h2>
          <ul className="plain-list">
            {group.queues.map((queue) => (
              <li key={queue.id}>{queue.name}</li>
            ))}
          </ul>
        </section>
      </div>
    </Page>
  );
}
