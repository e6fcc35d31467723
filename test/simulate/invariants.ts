/**
 * What must hold in every history, whatever goes wrong. The oracle (`auditor.ts`, `guards-oracle.ts`, `evidence-oracle.ts`, `aftermath.ts`)
 * keeps its own log of what happened and shares no code with the decision that it checks.
 */
export const INVARIANTS = {
  'one-active': 'At most one active failover a target; one that is not terminal is never replaced or cleared.',
  'one-effect': 'At most one effect at the provider for each failover record; a further start only after the one before has surely failed.',
  'recorded-before-sent':
    'No request leaves without a record that is claimed and sending, and only while its lease or its unknown state stands.',
  'guards-hold':
    'Nothing is claimed or sent while a pause, block, cool-down, freeze, window, approval, shadow mode, brake, lag or dead standby forbids it.',
  'evidence-holds':
    'Nothing is requested or sent on stale, resolved, spent, too young, too few or contradicted alerts, or on overload or warnings.',
  'nothing-lost': 'Every accepted alert is in the health, recorded as refused, or in the dead-letter queue.',
  'ends-and-is-told': 'After healing every failover ends, or is stuck within its bound, and people are told of it.',
  'brake-holds': 'The fleet brake, its slots and the daily limit hold; only a person releases the brake.',
  'audit-verifies': 'The hash chain of every failover verifies, and no entry of it ever changes.',
  'told-once': 'One notice a key and channel when the channel acknowledges: at most one more for each notifier that died or was cut off.',
  'order-is-nothing': 'The health is that of all processed alerts folded in a fixed order, once each: duplicates and order mean nothing.',
  'state-bounded': 'The item of a target, its trail, its alerts and the slots of the brake stay within their bounds.',
  'plan-is-kept': "Every call carries the recorded plan's parameters and the recorded token, and neither ever changes.",
  'life-cycle': 'The state moves only along the table, and a terminal one never changes.',
  'success-is-real': 'Succeeded is said only when the roles at the provider have changed.',
  'refusal-is-real': 'Refused or cancelled is said only when no call of it took effect.',
  liveness: 'A true, confirmed outage with a healthy standby and no red guard is acted on within dwell and a stated bound.',
  'no-surprise': 'No step ends in an error that is not one of the known kinds.',
} as const;
export type InvariantName = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: InvariantName;
  /** Milliseconds from the start of the history. */
  readonly atMs: number;
  readonly target: string;
  readonly what: string;
}
