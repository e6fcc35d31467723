import type { Controls } from '../../lib/decide/state.ts';
import type { Failover, StateName } from '../../lib/failover/failover.ts';
import type { Invocation } from './invocation.ts';
import type { MemberName, ScriptedAlert } from './script.ts';

/** The oracle's own log of one failover. All times are true times of the kernel. */
export interface RecordLog {
  readonly id: string;
  readonly target: MemberName;
  readonly createdMs: number;
  readonly createdBy: number;
  state: StateName;
  claimedMs: number;
  sendingMs: number;
  /** Whose fence is the newest. */
  fencedBy: Invocation | undefined;
  sends: number;
  effects: { readonly startedMs: number; failed: boolean; undone: boolean }[];
  /** A request of it is still on its way. */
  heldUp: boolean;
  approvals: number;
  wasUnknown: boolean;
  wasStuck: boolean;
  kept: boolean;
  endedMs?: number;
  lastTrailHash: string;
  /** As it was recorded at first. */
  readonly planText: string;
  probeAliveAtClaim: boolean;
  /** When its slot under the brake stopped counting, if it did. */
  slotGivenBackMs?: number;
}
export interface DeliveredAlert {
  readonly alert: ScriptedAlert;
  readonly startMs: number;
}
/** The oracle's own log of one target. */
export interface TargetLog {
  readonly name: MemberName;
  active: Failover | undefined;
  controls: Controls | undefined;
  readonly records: Map<string, RecordLog>;
  readonly order: RecordLog[];
  pausedUntilMs: number | undefined;
  blockedBy: string | undefined;
  coolUntilMs: number;
  spentMs: number;
  /** Alerts whose message was received at least once. */
  readonly delivered: DeliveredAlert[];
  /** Newest end of a series whose message was acknowledged. */
  readonly resolvedMs: Map<string, number>;
  lastSender: RecordLog | undefined;
  readonly truth: Truth;
}
/** How the database really does. */
export interface Truth {
  primaryDown: boolean;
  primaryChangedMs: number;
  standbyDown: boolean;
  standbyChangedMs: number;
  lagSeconds: number;
  /** Who was the standby is none any more: what is down by its name says nothing. */
  rolesChanged: boolean;
  deadNode: string | undefined;
  lagChangedMs: number;
}

export function targetLog(name: MemberName): TargetLog {
  return {
    name,
    active: undefined,
    controls: undefined,
    records: new Map(),
    order: [],
    pausedUntilMs: undefined,
    blockedBy: undefined,
    coolUntilMs: 0,
    spentMs: 0,
    delivered: [],
    resolvedMs: new Map(),
    lastSender: undefined,
    truth: {
      primaryDown: false,
      primaryChangedMs: 0,
      standbyDown: false,
      standbyChangedMs: 0,
      lagSeconds: 1,
      lagChangedMs: 0,
      rolesChanged: false,
      deadNode: undefined,
    },
  };
}

export function seriesOf({ name, observer }: Pick<ScriptedAlert, 'name' | 'observer'>): string {
  return `${name} ${observer}`;
}

/** Between the moment that a step reads its clock and the one at which its write takes place, at most. */
export const SETTLING_MS = 60_000;
