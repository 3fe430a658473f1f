import { graphql } from '../gql';
import type { PageInfoFragment } from '../gql/graphql';
import type { Paging } from './usePaging';
import './Pager.css';

export const PAGE_INFO = graphql(`
  fragment PageInfo on PageInfo {
    startCursor
    endCursor
    hasPreviousPage
    hasNextPage
  }
`);

interface PagerProps {
  /** What is in the list, to name the buttons. */
  label: string;
  paging: Paging;
  pageInfo: PageInfoFragment;
}

/** Leads to the pages before and after this one. Its buttons keep the focus at the end of the list. */
export function Pager({ label, paging, pageInfo }: PagerProps) {
  if (!pageInfo.hasPreviousPage && !pageInfo.hasNextPage) return null;
  return (
    <nav className="pager" aria-label={`Pages of ${label}`}>
      <button
        className="button"
        aria-disabled={!pageInfo.hasPreviousPage}
        onClick={() => pageInfo.hasPreviousPage && paging.previous(pageInfo)}
      >
        Previous
      </button>
      <button
        className="button"
        aria-disabled={!pageInfo.hasNextPage}
        onClick={() => pageInfo.hasNextPage && paging.next(pageInfo)}
      >
        Next
      </button>
    </nav>
  );
}
