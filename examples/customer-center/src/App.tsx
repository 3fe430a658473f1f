import { Navigate, Route, Routes } from 'react-router';
import { CustomerCreatePage } from './customers/CustomerCreatePage';
import { CustomerEditPage } from './customers/CustomerEditPage';
import { CustomerGroupsPage } from './customers/CustomerGroupsPage';
import { CustomerListPage } from './customers/CustomerListPage';
import { CustomerPage } from './customers/CustomerPage';
import { GroupCustomersPage } from './groups/GroupCustomersPage';
import { GroupListPage } from './groups/GroupListPage';
import { GroupPage } from './groups/GroupPage';
import { GroupPeoplePage } from './groups/GroupPeoplePage';
import { HomePage } from './home/HomePage';
import { Layout } from './layout/Layout';
import { PersonCreatePage } from './people/PersonCreatePage';
import { PersonEditPage } from './people/PersonEditPage';
import { PersonGroupsPage } from './people/PersonGroupsPage';
import { PersonListPage } from './people/PersonListPage';
import { PersonPage } from './people/PersonPage';
import { SignInPage } from './session/SignInPage';
import { useSession } from './session/useSession';
import { useViewer } from './session/viewer';
import { ViewerProvider } from './session/ViewerProvider';
import { Loading } from './shared/Loading';
import { NotFound } from './shared/NotFound';
import { TicketPage } from './tickets/TicketPage';

export function App() {
  const session = useSession();
  switch (session.status) {
    case 'restoring':
      return <Loading />;
    case 'signed-out':
      return <SignInPage notice={session.notice} />;
    case 'signed-in':
      return (
        <ViewerProvider>
          <SignedInRoutes />
        </ViewerProvider>
      );
  }
}

/** What each role gets; a page that is for others is not found. */
function SignedInRoutes() {
  const { role } = useViewer();
  const isAgent = role !== 'CUSTOMER_USER';
  const isAdministrator = role === 'ADMINISTRATOR';

  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={isAgent ? <Navigate to="/customers" replace /> : <HomePage />} />
        <Route path="customers/:customerId" element={<CustomerPage />} />
        <Route path="people/:login" element={<PersonPage />} />
        <Route path="tickets/:number" element={<TicketPage />} />
        {isAgent && (
          <>
            <Route path="customers" element={<CustomerListPage />} />
            <Route path="new/customer" element={<CustomerCreatePage />} />
            <Route path="customers/:customerId/edit" element={<CustomerEditPage />} />
            <Route path="people" element={<PersonListPage />} />
            <Route path="new/person" element={<PersonCreatePage />} />
            <Route path="people/:login/edit" element={<PersonEditPage />} />
          </>
        )}
        {isAdministrator && (
          <>
            <Route path="customers/:customerId/groups" element={<CustomerGroupsPage />} />
            <Route path="people/:login/groups" element={<PersonGroupsPage />} />
            <Route path="groups" element={<GroupListPage />} />
            <Route path="groups/:name" element={<GroupPage />} />
            <Route path="groups/:name/customers" element={<GroupCustomersPage />} />
            <Route path="groups/:name/people" element={<GroupPeoplePage />} />
          </>
        )}
        <Route path="*" element={<NotFound what="page" />} />
      </Route>
    </Routes>
  );
}
