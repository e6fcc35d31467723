import type { StateName } from './failover.ts';

/** One row a transition, with its reason in words. The README's diagram, the tests and the steps all read this table (design §5). */
export interface Transition {
  readonly from: StateName;
  readonly event: LifecycleEvent;
  readonly to: StateName;
  readonly why: string;
}

export const LIFECYCLE_EVENTS = [
  'approved',
  'denied',
  'expired',
  'withdrawn',
  'claimed',
  'postponed',
  'refused',
  'accepted',
  'lost',
  'adopted',
  'reclaimed',
  'overdue',
  'finished',
  'failed',
  'verified',
  'closed',
] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

export const LIFECYCLE: readonly Transition[] = [
  { from: 'awaiting-approval', event: 'approved', to: 'requested', why: 'Enough approvers approved this very plan in time.' },
  { from: 'awaiting-approval', event: 'denied', to: 'cancelled', why: 'An approver denied it.' },
  { from: 'awaiting-approval', event: 'expired', to: 'cancelled', why: 'Nobody approved in time.' },
  {
    from: 'awaiting-approval',
    event: 'withdrawn',
    to: 'cancelled',
    why: 'It is no longer justified: signals healed, or a guard forbids it.',
  },
  { from: 'requested', event: 'claimed', to: 'claimed', why: 'One worker took the lease by a conditional write.' },
  { from: 'requested', event: 'withdrawn', to: 'cancelled', why: 'It is no longer justified: signals healed, or a guard forbids it.' },
  {
    from: 'claimed',
    event: 'postponed',
    to: 'requested',
    why: 'Nothing was started: the provider is busy or could not be reached or read.',
  },
  { from: 'claimed', event: 'withdrawn', to: 'cancelled', why: 'Nothing was started, and the look right before the call forbids it.' },
  { from: 'claimed', event: 'refused', to: 'refused', why: 'A preflight check failed, or the provider refused: nothing was started.' },
  { from: 'claimed', event: 'accepted', to: 'running', why: 'The provider accepted the call.' },
  { from: 'claimed', event: 'lost', to: 'unknown', why: 'The call may have been sent and its answer was not seen.' },
  { from: 'unknown', event: 'adopted', to: 'running', why: 'The provider shows that the call took effect.' },
  {
    from: 'unknown',
    event: 'reclaimed',
    to: 'claimed',
    why: 'Nothing happened, or the token makes a repetition harmless: one more start.',
  },
  { from: 'unknown', event: 'refused', to: 'refused', why: 'The provider shows that nothing happened, and no further start is allowed.' },
  { from: 'unknown', event: 'overdue', to: 'stuck', why: 'It could not be found out in time whether it happened; people are paged.' },
  { from: 'running', event: 'finished', to: 'verifying', why: 'The provider reports the end; the roles have to be seen.' },
  { from: 'running', event: 'failed', to: 'failed', why: 'The provider reports that it failed.' },
  { from: 'running', event: 'overdue', to: 'stuck', why: 'It takes longer than the provider ever documented; people are paged.' },
  { from: 'verifying', event: 'verified', to: 'succeeded', why: 'The new primary was seen in its role.' },
  { from: 'verifying', event: 'failed', to: 'failed', why: 'The roles show that the standby was not promoted.' },
  { from: 'verifying', event: 'overdue', to: 'stuck', why: 'The roles could not be confirmed in time; people are paged.' },
  { from: 'stuck', event: 'verified', to: 'succeeded', why: 'It ended well after all.' },
  { from: 'stuck', event: 'failed', to: 'failed', why: 'The provider reports that it failed.' },
  { from: 'stuck', event: 'closed', to: 'failed', why: 'A person looked and closed it.' },
];

const byFromAndEvent = new Map(LIFECYCLE.map((row) => [`${row.from} ${row.event}`, row]));

/** The row for an event in a state, or nothing: then the event must not happen there. */
export function transitionFor(from: StateName, event: LifecycleEvent): Transition | undefined {
  return byFromAndEvent.get(`${from} ${event}`);
}

/** The life cycle as a Mermaid state diagram; the README shows this text and a test compares it. */
export function renderLifecycle(): string {
  const lines = LIFECYCLE.map(({ from, event, to }) => `  ${id(from)} --> ${id(to)}: ${event}`);
  const ends = ['succeeded', 'failed', 'refused', 'cancelled'].map((state) => `  ${state} --> [*]`);
  return ['stateDiagram-v2', '  [*] --> requested', '  [*] --> awaiting_approval', ...lines, ...ends].join('\n');
}

function id(state: StateName): string {
  return state.replace('-', '_');
}
