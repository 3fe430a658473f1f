import { useState } from 'react';
import type { TicketOrder, TicketView } from '../gql/graphql';
import { usePaging, type Paging, type PageVariables } from '../shared/usePaging';
import { orderOf } from './ticketViews';

const PAGE_SIZE = 10;

export interface TicketList {
  variables: { view: TicketView; orderBy: TicketOrder } & PageVariables;
  paging: Paging;
  show(view: TicketView): void;
}

/** Which of the ticket lists is shown, and which page of it. */
export function useTicketList(): TicketList {
  const [view, setView] = useState<TicketView>('OPEN');
  const paging = usePaging(PAGE_SIZE);
  return {
    variables: { view, orderBy: orderOf(view), ...paging.variables },
    paging,
    show(next) {
      setView(next);
      paging.start();
    },
  };
}
