import { REASONS } from '../decide/reason.ts';
import type { Controls, Pause } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { Target } from '../config/config.ts';
import type { DrillReport } from '../drill/report.ts';
import type { Failover, PendingApproval, TerminalFailover } from '../failover/failover.ts';
import { rulesFor, type Services } from '../services.ts';
import type { Brake } from '../store/brake-store.ts';
import { recentSlots } from '../store/brake-store.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Readiness } from '../watch/standing.ts';

/** What people see at a glance: each target with what holds it, what runs, what was decided last and how old the last proof is. */
export interface FleetStatus {
  readonly atMs: number;
  readonly configHash: string;
  readonly brake: Pick<Brake, 'on' | 'onSinceMs' | 'why'> & { readonly recentFailovers: number };
  readonly targets: readonly TargetStatus[];
}
export interface TargetStatus {
  readonly targetId: string;
  readonly description: string;
  readonly provider: Target['provider'];
  readonly mode: Target['mode'];
  readonly policy: string;
  readonly alarming: boolean;
  /** Only while it lasts. */
  readonly paused?: Pause;
  readonly blocked?: NonNullable<Controls['block']>;
  /** Only while it lasts. */
  readonly coolDownUntilMs?: number;
  readonly unreadable?: string;
  readonly active?: ActiveFailover;
  readonly verdict?: Verdict & { readonly sentence: string };
  readonly lastFailover?: EndedFailover;
  readonly lastDrill?: LastDrill;
  /** Absent: never checked. */
  readonly readiness?: ReadinessStatus;
}
export interface ActiveFailover {
  readonly id: string;
  readonly operation: Failover['operation'];
  readonly state: Failover['state'];
  readonly cause: Failover['cause'];
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestedAtMs: number;
  readonly beganAtMs: number;
  /** When it came into this state. */
  readonly sinceMs: number;
  readonly starts: number;
  readonly progressPercent?: number;
  readonly planHash: string;
  readonly plan: Failover['plan'];
  readonly approval?: PendingApproval;
  readonly why?: string;
}
export interface EndedFailover {
  readonly id: string;
  readonly operation: Failover['operation'];
  readonly state: TerminalFailover['state'];
  readonly why: string;
  readonly endedAtMs: number;
  readonly rtoMs: number;
}
export interface LastDrill {
  readonly id: string;
  readonly outcome: DrillReport['outcome'];
  readonly endedAtMs: number;
  readonly ageMs: number;
}
export interface ReadinessStatus extends Pick<Readiness, 'standing' | 'sinceMs' | 'outcome' | 'checkedAtMs'> {
  readonly ageMs: number;
  /** Checks that fail. */
  readonly red: Readiness['checks'];
}

/** Reads at a time, so that a large fleet does not want every connection at once. */
const AT_ONCE = 16;

/** @param only one target. @throws {UnknownTargetError} */
export async function status(services: Services, only?: string): Promise<FleetStatus> {
  const ids = only === undefined ? Object.keys(services.config.targets) : [rulesFor(services.config, only).target.id];
  const atMs = services.clock.nowMs();
  const brake = await services.brake.load();
  const targets: TargetStatus[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    targets.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => targetStatus(services, id, atMs)))));
  }
  const recentFailovers = recentSlots(brake, services.config.fleet.brake, atMs).length;
  const { on, onSinceMs, why } = brake;
  return {
    atMs,
    configHash: services.config.hash,
    brake: { on, recentFailovers, ...(onSinceMs === undefined ? {} : { onSinceMs }), ...(why === undefined ? {} : { why }) },
    targets,
  };
}

async function targetStatus(services: Services, targetId: string, nowMs: number): Promise<TargetStatus> {
  const { target, policy } = rulesFor(services.config, targetId);
  const [state, [lastFailover], [drill], { readiness }] = await Promise.all([
    services.targets.load(targetId),
    services.records.failovers(targetId, 1),
    services.records.drills(targetId, 1),
    services.readiness.load(targetId),
  ]);
  return {
    targetId,
    description: target.description,
    provider: target.provider,
    mode: target.mode,
    policy: policy.name,
    alarming: state.alarming,
    ...controlsOf(state.controls, nowMs),
    ...(state.unreadable === undefined ? {} : { unreadable: state.unreadable }),
    ...currentOf(state),
    ...(lastFailover === undefined ? {} : { lastFailover: endedOf(lastFailover) }),
    ...(drill === undefined ? {} : { lastDrill: drillOf(drill, nowMs) }),
    ...(readiness === undefined ? {} : { readiness: readinessOf(readiness, nowMs) }),
  };
}

function controlsOf(
  { pause, block, coolDownUntilMs }: Controls,
  nowMs: number,
): Pick<TargetStatus, 'paused' | 'blocked' | 'coolDownUntilMs'> {
  return {
    ...(pause !== undefined && pause.untilMs > nowMs ? { paused: pause } : {}),
    ...(block === undefined ? {} : { blocked: block }),
    ...(coolDownUntilMs > nowMs ? { coolDownUntilMs } : {}),
  };
}

function currentOf({ failover, verdict }: TargetState): Pick<TargetStatus, 'active' | 'verdict'> {
  return {
    ...(failover === undefined ? {} : { active: activeOf(failover) }),
    ...(verdict === undefined ? {} : { verdict: { ...verdict, sentence: REASONS[verdict.reason] } }),
  };
}

function activeOf(failover: Failover): ActiveFailover {
  const { id, operation, state, cause, requestedBy, reason, requestedAtMs, beganAtMs, starts, planHash, plan, trail } = failover;
  const sinceMs = trail.at(-1)?.atMs ?? requestedAtMs;
  const facts = { id, operation, state, cause, requestedBy, reason, requestedAtMs, beganAtMs, sinceMs, starts, planHash, plan };
  return {
    ...facts,
    ...('progressPercent' in failover ? { progressPercent: failover.progressPercent } : {}),
    ...('approval' in failover ? { approval: failover.approval } : {}),
    ...(failover.state === 'stuck' ? { why: failover.why } : failover.state === 'unknown' ? { why: failover.lostBy } : {}),
  };
}

function endedOf({ id, operation, state, why, endedAtMs, beganAtMs }: TerminalFailover): EndedFailover {
  return { id, operation, state, why, endedAtMs, rtoMs: endedAtMs - beganAtMs };
}

function drillOf({ id, outcome, endedAtMs }: DrillReport, nowMs: number): LastDrill {
  return { id, outcome, endedAtMs, ageMs: Math.max(0, nowMs - endedAtMs) };
}

function readinessOf({ standing, sinceMs, outcome, checkedAtMs, checks }: Readiness, nowMs: number): ReadinessStatus {
  const red = checks.filter(({ verdict }) => verdict === 'fail');
  return { standing, sinceMs, outcome, checkedAtMs, ageMs: Math.max(0, nowMs - checkedAtMs), red };
}
