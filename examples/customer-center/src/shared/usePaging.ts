import { useState } from 'react';
import type { PageInfoFragment } from '../gql/graphql';

export interface PageVariables {
  first?: number;
  after?: string | null;
  last?: number;
  before?: string | null;
}

export interface Paging {
  variables: PageVariables;
  start(): void;
  next(pageInfo: PageInfoFragment): void;
  previous(pageInfo: PageInfoFragment): void;
}

/** Which page of a list is shown, by the cursors of its entries: what comes or goes meanwhile shifts nothing. */
export function usePaging(size: number): Paging {
  const [variables, setVariables] = useState<PageVariables>({ first: size });
  return {
    variables,
    start: () => setVariables({ first: size }),
    next: ({ endCursor }) => setVariables({ first: size, after: endCursor }),
    previous: ({ startCursor }) => setVariables({ last: size, before: startCursor }),
  };
}
