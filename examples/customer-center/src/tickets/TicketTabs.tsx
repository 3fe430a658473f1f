import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { graphql } from '../gql';
import type { TicketCountsFragment, TicketView } from '../gql/graphql';
import { ticketViews } from './ticketViews';
import './TicketTabs.css';

export const TICKET_COUNTS = graphql(`
  fragment TicketCounts on TicketCounts {
    open
    escalated
    reminder
    reminderReached
    closed
    total
  }
`);

interface TicketTabsProps {
  counts: TicketCountsFragment;
  view: TicketView;
  onView: (view: TicketView) => void;
  /** The list of the view that is chosen. */
  children: ReactNode;
}

/** The counts of the tickets; each shows its list. The arrow keys go from one to the next. */
export function TicketTabs({ counts, view, onView, children }: TicketTabsProps) {
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    const last = ticketViews.length - 1;
    const current = ticketViews.findIndex((info) => info.view === view);
    const keys: Record<string, number> = {
      ArrowRight: current === last ? 0 : current + 1,
      ArrowLeft: current === 0 ? last : current - 1,
      Home: 0,
      End: last,
    };
    const index = keys[event.key];
    const info = index === undefined ? undefined : ticketViews[index];
    if (index === undefined || info === undefined) return;
    event.preventDefault();
    onView(info.view);
    tabs.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  }

  return (
    <>
      <div ref={tabs} role="tablist" aria-label="Ticket lists" className="ticket-tabs">
        {ticketViews.map((info) => {
          const isSelected = info.view === view;
          const count = info.count(counts);
          return (
            <button
              key={info.view}
              role="tab"
              id={`${id}-${info.view}`}
              aria-selected={isSelected}
              aria-controls={`${id}-list`}
              tabIndex={isSelected ? 0 : -1}
              data-alert={info.view === 'ESCALATED' && count > 0}
              onClick={() => onView(info.view)}
              onKeyDown={onKeyDown}
            >
              <span className="ticket-tabs-count">{count}</span> {info.name}
              {info.view === 'REMINDER' && counts.reminderReached > 0 && (
                <span className="ticket-tabs-note">{counts.reminderReached} due</span>
              )}
            </button>
          );
        })}
      </div>
      <div role="tabpanel" id={`${id}-list`} aria-labelledby={`${id}-${view}`}>
        {children}
      </div>
    </>
  );
}
