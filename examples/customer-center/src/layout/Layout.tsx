import { Outlet, useLocation } from 'react-router';
import { Header } from './Header';
import './Layout.css';

export function Layout() {
  // A page about another record is another page: nothing typed or chosen there is carried over.
  const { pathname } = useLocation();
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <Header />
      <main id="content" className="content" tabIndex={-1}>
        <Outlet key={pathname} />
      </main>
    </>
  );
}
