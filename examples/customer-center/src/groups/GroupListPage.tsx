import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
import { useSettings } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { Page } from '../shared/Page';
import { ValidityBadge } from '../shared/ValidityBadge';

const GROUP_LIST = graphql(`
  query GroupList($first: Int!) {
    groups(first: $first, filter: { validity: [VALID, INVALID_TEMPORARILY, INVALID] }) {
      nodes {
        id
        name
        comment
        validity
        customers(first: 0) {
          totalCount
        }
        customerUsers(first: 0) {
          totalCount
        }
      }
    }
  }
`);

export function GroupListPage() {
  const { maxPageSize } = useSettings();
  const { data, error } = useQuery(GROUP_LIST, { variables: { first: maxPageSize } });
  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  return (
    <Page title="Groups">
      <section className="card" aria-label="Groups">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col" className="number">
                Customers
              </th>
              <th scope="col" className="number">
                People
              </th>
            </tr>
          </thead>
          <tbody>
            {data.groups.nodes.map((group) => (
              <tr key={group.id}>
                <th scope="row">
                  <Link to={paths.group(group.name)}>{group.name}</Link>{' '}
                  <ValidityBadge validity={group.validity} />
                  {group.comment && <div className="detail">{group.comment}</div>}
                </th>
                <td className="number">{group.customers?.totalCount}</td>
                <td className="number">{group.customerUsers?.totalCount}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Page>
  );
}
