import type { Case } from './case.ts';

/** One thing that could be otherwise, with the value that it would have to have. */
export interface Change {
  /** Closed list; for machines. */
  readonly code: ChangeCode;
  /** Half a sentence after "if": for people. */
  readonly what: string;
  readonly value: string;
  /** The same case, otherwise. */
  readonly apply: (given: Case) => Case;
}
export type ChangeCode = 'wait' | AlertChangeCode | GuardChangeCode;
/** What the monitoring systems would have to say. */
export type AlertChangeCode =
  | 'alert-class'
  | 'alert-severity'
  | 'alert-source'
  | 'alert-name'
  | 'alert-label'
  | 'alert-firing'
  | 'alert-fresh'
  | 'more-observers';
/** What people, the policy or the world would have to do. */
export type GuardChangeCode =
  | 'look'
  | 'probe'
  | 'in-flight-over'
  | 'pause-lifted'
  | 'window-closed'
  | 'acknowledged'
  | 'daily-limit'
  | 'provider-idle'
  | 'standby-role'
  | 'relation-healthy'
  | 'standby-healthy'
  | 'lag'
  | 'plan'
  | 'brake-released'
  | 'mode-act'
  | 'approved'
  | 'data-loss-consented';
