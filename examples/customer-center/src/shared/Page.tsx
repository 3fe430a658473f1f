import type { ReactNode } from 'react';
import { Link } from 'react-router';
import './Page.css';
import { usePageFocus } from './usePageFocus';

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

/** The frame of each page. */
export function Page({ title, badge, subtitle, parent, actions, children }: PageProps) {
  const heading = usePageFocus();

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
