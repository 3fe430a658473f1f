import { graphql } from '../gql';
import type { TicketCountsFragment, TicketsFragment } from '../gql/graphql';
import { Pager } from '../shared/Pager';
import { TicketTable } from './TicketTable';
import { TicketTabs } from './TicketTabs';
import type { TicketList } from './useTicketList';

export const TICKETS = graphql(`
  fragment Tickets on TicketConnection {
    nodes {
      ...TicketRow
    }
    pageInfo {
      ...PageInfo
    }
  }
`);

interface TicketPanelProps {
  counts: TicketCountsFragment;
  list: TicketList;
  tickets: TicketsFragment;
  isLoading: boolean;
}

/** The ticket lists of a customer or a person with their counts. */
export function TicketPanel({ counts, list, tickets, isLoading }: TicketPanelProps) {
  return (
    <TicketTabs counts={counts} view={list.variables.view} onView={(view) => list.show(view)}>
      <div aria-busy={isLoading}>
        <TicketTable tickets={tickets.nodes} />
        <Pager label="tickets" paging={list.paging} pageInfo={tickets.pageInfo} />
      </div>
    </TicketTabs>
  );
}
