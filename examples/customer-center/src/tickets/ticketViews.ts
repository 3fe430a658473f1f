import type { TicketCountsFragment, TicketOrder, TicketView } from '../gql/graphql';

interface TicketViewInfo {
  view: TicketView;
  name: string;
  orderBy: TicketOrder;
  count: (counts: TicketCountsFragment) => number;
}

/** The ticket lists of the detail views, in the order in which they are shown. */
export const ticketViews: readonly TicketViewInfo[] = [
  { view: 'OPEN', name: 'Open', orderBy: newestFirst(), count: (counts) => counts.open },
  {
    view: 'ESCALATED',
    name: 'Escalated',
    orderBy: { field: 'ESCALATION', direction: 'ASC' },
    count: (counts) => counts.escalated,
  },
  {
    view: 'REMINDER',
    name: 'Reminder',
    orderBy: { field: 'PENDING_UNTIL', direction: 'ASC' },
    count: (counts) => counts.reminder,
  },
  { view: 'CLOSED', name: 'Closed', orderBy: newestFirst(), count: (counts) => counts.closed },
  { view: 'ALL', name: 'All', orderBy: newestFirst(), count: (counts) => counts.total },
];

function newestFirst(): TicketOrder {
  return { field: 'CREATED_AT', direction: 'DESC' };
}

export function orderOf(view: TicketView): TicketOrder {
  return ticketViews.find((info) => info.view === view)?.orderBy ?? newestFirst();
}
