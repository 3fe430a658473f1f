import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { graphql } from '../gql';
import { paths } from '../paths';
import { PermissionMatrix } from '../permissions/PermissionMatrix';
import { useViewer } from '../session/viewer';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { useRouteParam } from '../shared/useRouteParam';
import { ValidityBadge } from '../shared/ValidityBadge';
import { PersonFacts } from './PersonFacts';
import { PersonTickets } from './PersonTickets';
import { PersonValidity } from './PersonValidity';

const PERSON_PAGE = graphql(`
  query PersonPage($login: String!) {
    customerUser(login: $login) {
      id
      login
      fullName
      validity
      customer {
        id
        customerId
        name
      }
      dataSource {
        id
        isReadOnly
      }
      effectivePermissions {
        ...EffectivePermission
      }
      ...PersonFacts
      ...PersonValidity
    }
  }
`);

export function PersonPage() {
  const login = useRouteParam('login');
  const { role } = useViewer();
  const { data, error } = useQuery(PERSON_PAGE, { variables: { login } });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.customerUser) return <NotFound what="person" />;

  const person = data.customerUser;
  return (
    <Page
      title={person.fullName}
      badge={<ValidityBadge validity={person.validity} />}
      subtitle={person.login}
      parent={
        person.customer
          ? { title: person.customer.name, path: paths.customer(person.customer.customerId) }
          : undefined
      }
      actions={
        <>
          {role !== 'CUSTOMER_USER' && !person.dataSource.isReadOnly && (
            <>
              <Link className="button" to={paths.personEdit(person.login)}>
                Edit
              </Link>
              <PersonValidity person={person} />
            </>
          )}
          {role === 'ADMINISTRATOR' && (
            <Link className="button" to={paths.personGroups(person.login)}>
              Groups
            </Link>
          )}
        </>
      }
    >
      <div className="columns">
        <div className="stack">
          <PersonTickets login={person.login} />
          {person.effectivePermissions && <PermissionMatrix permissions={person.effectivePermissions} />}
        </div>
        <PersonFacts person={person} />
      </div>
    </Page>
  );
}
