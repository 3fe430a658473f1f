import { Link, NavLink } from 'react-router';
import { session } from '../api/client';
import { paths } from '../paths';
import { useViewer } from '../session/viewer';
import './Header.css';

export function Header() {
  const { role, agent, customerUser } = useViewer();
  return (
    <header className="header">
      <div className="header-inner">
        <Link to={paths.home()} className="header-brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Customer Center
        </Link>
        <nav aria-label="Main">
          {customerUser ? (
            <>
              <NavLink to={paths.home()}>Overview</NavLink>
              <NavLink to={paths.person(customerUser.login)}>My account</NavLink>
            </>
          ) : (
            <>
              <NavLink to={paths.customers()}>Customers</NavLink>
              <NavLink to={paths.people()}>People</NavLink>
            </>
          )}
          {role === 'ADMINISTRATOR' && <NavLink to={paths.groups()}>Groups</NavLink>}
        </nav>
        <span className="header-viewer">{agent?.login ?? customerUser?.fullName}</span>
        <button className="button" onClick={() => void session.signOut()}>
          Sign out
        </button>
      </div>
    </header>
  );
}
