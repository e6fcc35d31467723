import type { Guards } from '../../lib/config/config.ts';
import type { StateName } from '../../lib/failover/failover.ts';
import type { QueueName } from '../../lib/ports.ts';
import type { FaultOrder } from '../../local/simulators/fault-switch.ts';
import type { Strike } from './invocation.ts';
import type { Misdelivery } from './memory-queue.ts';

/**
 * Everything that a seed decides, as plain JSON: what happens, when, and what goes wrong. Times are milliseconds from the start of the
 * history. A part can be taken out and the rest played again; that is how a history is made shorter.
 */
export interface Script {
  readonly seed: number;
  /** Each run of a lambda has its clock off by at most this, either way. */
  readonly skewMs: number;
  /** The clouds work this many times as fast as documented. */
  readonly speed: number;
  readonly watchdogMs: number;
  readonly fleet: readonly FleetMember[];
  readonly brake: { readonly failovers: number; readonly windowMs: number; readonly alarmingPercent: number; readonly alarmingMin: number };
  readonly channels: number;
  readonly incidents: readonly Incident[];
  readonly acts: readonly PlannedAct[];
  readonly changes: readonly PlannedChange[];
  readonly strikes: readonly PlannedStrike[];
  readonly misdeliveries: readonly PlannedMisdelivery[];
  readonly cloudFaults: readonly PlannedCloudFault[];
  readonly outages: readonly PlannedOutage[];
  readonly healAtMs: number;
  /** After everything has ended: one more true outage, of a target that nothing forbids to act (liveness). */
  readonly proof: boolean;
}

export const MEMBERS = ['orders', 'payments', 'ledger', 'reports'] as const;
export type MemberName = (typeof MEMBERS)[number];

export interface FleetMember {
  readonly name: MemberName;
  readonly mode: 'act' | 'shadow';
  readonly probed: boolean;
  readonly policy: PolicyScript;
}
export interface PolicyScript {
  readonly alerts: number;
  readonly observers: number;
  /** Our own probe may be one of the observers. */
  readonly probe: boolean;
  readonly windowMs: number;
  readonly forMs: number;
  readonly maxAgeMs: number;
  readonly coolDownMs: number;
  readonly failoversPerDay: number;
  readonly maxLagMs: number;
  readonly overLag: Guards['overLag'];
  readonly graceMs: number;
  /** How many approvals it takes; 0: none. */
  readonly approvals: number;
  readonly approvalExpiresMs: number;
  readonly freezes: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** A daily maintenance window in UTC, by the minute of the day at which it opens. */
  readonly maintenance?: { readonly minute: number; readonly durationMs: number };
}

export const INCIDENT_KINDS = [
  'outage',
  'short-outage',
  'storm',
  'single-observer',
  'flapping',
  'overload',
  'resolved-then-redelivered',
  'stale',
  'drained-dead-letters',
  'contradicted',
  'partition-43s',
  'warning',
  'stranger',
  'garbage',
  'lag',
  'standby-down',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export interface Incident {
  readonly kind: IncidentKind;
  readonly target: MemberName;
  /** What is down from when to when; without an end: until the world heals. */
  readonly downs: readonly Down[];
  readonly lag?: { readonly fromMs: number; readonly toMs?: number; readonly seconds: number };
  readonly deliveries: readonly Delivery[];
}
export interface Down {
  readonly what: 'primary' | 'standby';
  readonly fromMs: number;
  readonly toMs?: number;
}
export interface Delivery {
  readonly atMs: number;
  /** Instead of alerts: a body that nothing can be made of. */
  readonly garbage?: string;
  readonly alerts: readonly ScriptedAlert[];
}
export interface ScriptedAlert {
  readonly target: MemberName | 'nobody';
  readonly name: string;
  readonly class: 'unreachable' | 'down' | 'overload';
  readonly severity: 'critical' | 'warning';
  readonly observer: string;
  readonly status: 'firing' | 'resolved';
  readonly startsAtMs: number;
  readonly endsAtMs?: number;
}

/** At a moment, or when a failover of the target has reached a state for the n-th time. */
export type When = { readonly atMs: number } | { readonly state: StateName; readonly afterMs: number };
export const DEEDS = ['pause', 'resume', 'approve', 'deny', 'acknowledge', 'release', 'close'] as const;
export type Deed = (typeof DEEDS)[number];
export interface PlannedAct {
  readonly deed: Deed;
  readonly target: MemberName;
  readonly when: When;
  readonly by: string;
  readonly forMs?: number;
}
export interface PlannedChange {
  readonly target: MemberName;
  readonly atMs: number;
  readonly mode?: 'act' | 'shadow';
  readonly forMs?: number;
  readonly approvals?: number;
  readonly freezeForMs?: number;
}
export const FUNCTIONS = ['decider', 'failover', 'poller', 'notifier', 'watchdog', 'operator'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];
/** What strikes at the n-th await that runs of a function pass; `slow`: it takes this long. */
export interface PlannedStrike {
  readonly in: FunctionName;
  readonly nth: number;
  readonly strike: Strike | 'slow';
  readonly slowMs?: number;
}
export interface PlannedMisdelivery extends Misdelivery {
  readonly queue: QueueName;
  readonly nth: number;
}
export interface PlannedCloudFault {
  readonly vendor: 'gaussdb' | 'polardb';
  readonly when: When & { readonly target?: MemberName };
  readonly order: FaultOrder;
}
export interface PlannedOutage {
  readonly of: 'table' | 'queues' | 'channels';
  readonly fromMs: number;
  readonly toMs: number;
}
