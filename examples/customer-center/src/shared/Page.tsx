import { useEffect, useRef, type ReactNode } from 'react';
import { Link, NavigationType, useLocation, useNavigationType } from 'react-router';
import './Page.css';

interface PageProps {
  title: string;
  /** What stands beside the title, such as a mark. */
  badge?: ReactNode;
  subtitle?: ReactNode;
  /** The page above this one. */
  parent?: { title: string; path: string };
  /** Links and buttons for the record as a whole. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of each page. After a change of route the focus is on its heading, as if the browser had loaded it. */
export function Page({ title, badge, subtitle, parent, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirstPage = useLocation().key === 'default';
  const isBackOrForward = useNavigationType() === NavigationType.Pop;

  useEffect(() => {
    if (isFirstPage) return;
    heading.current?.focus({ preventScroll: true });
    if (!isBackOrForward) window.scrollTo(0, 0);
    // Only when the page appears, not at each change of its search.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return (
    <>
      <title>{`${title} – Customer Center`}</title>
      <header className="page-header">
        <div className="page-heading">
          {parent && (
            <p className="page-parent">
              <Link to={parent.path}>{parent.title}</Link>
            </p>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title} {badge}
          </h1>
          {subtitle && <p className="muted">{subtitle}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}
