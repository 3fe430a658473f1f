import { useEffect, useRef, type RefObject } from 'react';
import { NavigationType, useNavigationType } from 'react-router';

let isFirstPage = true;

/**
 * Gives the focus to the heading of a page when it appears, as if the browser had loaded it. On the first page of
 * the document it stays at the beginning, where the browser has put it.
 */
export function usePageFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const isBackOrForward = useNavigationType() === NavigationType.Pop;

  useEffect(() => {
    if (!isFirstPage) {
      heading.current?.focus({ preventScroll: true });
      if (!isBackOrForward) window.scrollTo(0, 0);
    }
    isFirstPage = false;
    // Only when the page appears, not at each change of its search.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return heading;
}
