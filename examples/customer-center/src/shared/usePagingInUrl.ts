import { useSearchParams } from 'react-router';
import type { Paging } from './usePaging';

/** Like `usePaging`, with the place in the address of the page: reload, back and forward find it again. */
export function usePagingInUrl(size: number): Paging {
  const [searchParams, setSearchParams] = useSearchParams();
  const before = searchParams.get('before');

  function go(name?: 'after' | 'before', cursor?: string | null) {
    setSearchParams((params) => {
      params.delete('after');
      params.delete('before');
      if (name && cursor) params.set(name, cursor);
      return params;
    });
  }

  return {
    variables: before ? { last: size, before } : { first: size, after: searchParams.get('after') },
    start: () => go(),
    next: ({ endCursor }) => go('after', endCursor),
    previous: ({ startCursor }) => go('before', startCursor),
  };
}
