import type { TicketRowFragment, TicketStateType } from '../gql/graphql';

const colours: Partial<Record<TicketStateType, string>> = {
  NEW: 'badge-new',
  OPEN: 'badge-good',
  PENDING_AUTO: 'badge-warn',
  PENDING_REMINDER: 'badge-warn',
};

export function StateBadge({ state }: { state: TicketRowFragment['state'] }) {
  return <span className={`badge ${colours[state.type] ?? ''}`}>{state.name}</span>;
}
