import type { Cue } from './decide-target.ts';
import type { Rules } from './decide.ts';
import type { Verdict } from './verdict.ts';
import type { Failover } from '../failover/failover.ts';
import type { Plan } from '../failover/provider.ts';
import type { Services } from '../services.ts';
import type { TargetChange, TargetState } from '../store/target-store.ts';
import { sha256 } from '../failover/hash.ts';
import { cancel } from '../failover/retire.ts';
import { sendLook } from '../failover/send-look.ts';
import { tell } from '../notify/tell.ts';
import { tellBrake } from './tell-brake.ts';
import { newFailover } from './act.ts';
import { beganMs } from './began.ts';
import type { Health } from './health.ts';
import { heldNotice, requestedNotice } from './notices.ts';
import { REASONS } from './reason.ts';

/** A verdict about a loaded state, not yet written. */
export interface Decided {
  readonly state: TargetState;
  readonly rules: Rules;
  readonly health: Health;
  readonly verdict: Verdict;
  readonly cue: Cue;
}

const FAILOVERS_REMEMBERED = 20;

/** Acting is one conditional write: no active failover, nothing changed since the decision → the failover with its token is there. */
export async function recordFailover(services: Services, decided: Decided, plan: Plan): Promise<Verdict | 'conflict'> {
  const { state, rules, health, verdict } = decided;
  const id = identityOf(state, beganMs(health, rules.policy, verdict));
  const failover = newFailover({ id, rules, verdict, health, plan, nowMs: verdict.decidedAtMs });
  const reserved = await services.brake.reserve(failover.id, rules.fleet.brake, verdict.decidedAtMs);
  if (reserved !== 'reserved') return 'conflict';
  const failoversMs = [failover.requestedAtMs, ...state.controls.failoversMs].slice(0, FAILOVERS_REMEMBERED);
  const controls = { ...state.controls, failoversMs };
  const change = { health, verdict, failover, controls, alarming: true, told: false, lookAgainAtMs: null };
  if ((await services.targets.save(state, change)) === 'conflict') {
    await giveBackUnused(services, state, id);
    return 'conflict';
  }
  services.log.event('verdict', logged(state.targetId, verdict, failover.id));
  await announce(services, failover, verdict);
  await noteTold(services, after(state, change));
  return verdict;
}

/**
 * Whoever decides from the same state means the same failover, and takes the same slot under the brake: a duplicate of the message, or the
 * message that comes again because the write failed. Slots of their own would add up until the brake is on for nothing.
 */
function identityOf({ targetId, healthVersion, failoverVersion, controlVersion }: TargetState, began: number): string {
  return sha256(`failover of ${targetId} ${healthVersion} ${failoverVersion} ${controlVersion} ${began}`).slice(0, 32);
}

/** The slot is that of the failover which won, if it has the same identity. Where that cannot be told it errs on the side of braking. */
async function giveBackUnused({ targets, brake }: Services, lost: TargetState, id: string): Promise<void> {
  const { failover, failoverVersion } = await targets.load(lost.targetId);
  const unused = failover === undefined ? failoverVersion === lost.failoverVersion : failover.id !== id;
  if (unused) await brake.giveBack(id);
}

/** The state that a change of the health leaves behind. */
function after(state: TargetState, { told = state.told }: TargetChange): TargetState {
  return { ...state, healthVersion: state.healthVersion + 1, told };
}

/** People were told of this very record; if it has changed meanwhile, of another. */
async function noteTold(services: Services, state: TargetState): Promise<void> {
  if (!state.told) await services.targets.save(state, { told: true }, ['health']);
}

/** Sent after the record, and again by whoever finds the record and is not sure: the same identity, the same token. */
async function announce(services: Services, failover: Failover, verdict: Verdict): Promise<void> {
  await sendLook(services, failover);
  await tell(services, requestedNotice(failover, verdict));
}

/** A verdict that does not act: written only if it says something new. */
export async function recordVerdict(services: Services, decided: Decided): Promise<Verdict | 'conflict'> {
  const { state, verdict, cue } = decided;
  const lookAgainAtMs = nextLook(state, verdict);
  const change = changeOf(decided, lookAgainAtMs);
  if (change !== undefined) {
    if ((await services.targets.save(state, change)) === 'conflict') return 'conflict';
    services.log.event('verdict', logged(state.targetId, verdict));
  }
  const timerIsDue = lookAgainAtMs !== state.lookAgainAtMs || cue.redelivered;
  if (lookAgainAtMs !== undefined && timerIsDue) await sendTimer(services, state.targetId, lookAgainAtMs);
  const news = change !== undefined && state.verdict?.reason !== verdict.reason;
  const recorded = change === undefined ? state : after(state, change);
  // Whoever recorded it may have died before people were told, and its message with it.
  if (news || cue.redelivered || !recorded.told) await follow(services, { ...decided, state: recorded });
  return verdict;
}

/** What people and the next step are told after a verdict that does not act. Every key is deterministic: repeating it is harmless. */
async function follow(services: Services, { state, rules, verdict, health }: Decided): Promise<void> {
  const { failover } = state;
  const untouched = failover?.cause === 'alerts' && failover.look.number === 0;
  if (untouched && (failover.state === 'requested' || failover.state === 'awaiting-approval')) {
    await announce(services, failover, state.verdict ?? verdict);
    await noteTold(services, state);
  }
  if (hasHealed(state, verdict)) {
    const why = `the signals healed while it waited for approval: ${REASONS[verdict.reason]}`;
    return cancel(services, state, { event: 'withdrawn', by: 'decider', why });
  }
  if (verdict.kind !== 'hold' || verdict.reason === 'in-flight') return;
  if (verdict.reason === 'fleet-brake-trips') await services.brake.trip(trippedBy(state.targetId, verdict), verdict.decidedAtMs);
  if (verdict.reason.startsWith('fleet-brake')) await tellBrake(services);
  await tell(services, heldNotice(state.targetId, verdict, episodeMs(health, rules, verdict)));
  await noteTold(services, state);
}

function trippedBy(targetId: string, verdict: Verdict): string {
  const brakes = verdict.checks.filter(({ name }) => name === 'fleet-brake');
  return [targetId, ...brakes.map(({ value, limit }) => `${value} (limit: ${limit})`)].join(': ');
}

/**
 * What nobody has approved yet is not asked for any longer when its signals are gone. Silence is no sign of healing: alerts that have
 * only grown old may still be approved. What a person asked for does not rest on alerts.
 */
function hasHealed({ failover }: TargetState, verdict: Verdict): boolean {
  return (
    failover?.state === 'awaiting-approval' &&
    failover.cause === 'alerts' &&
    verdict.kind === 'clear' &&
    verdict.reason !== 'alerts-too-old'
  );
}

function changeOf({ state, verdict, health }: Decided, lookAgainAtMs: number | undefined): TargetChange | undefined {
  const alarming = verdict.evidence.length > 0;
  // While a failover is in flight its own verdict stays on record, and only new evidence is worth a write.
  if (verdict.reason === 'in-flight') return health === state.health ? undefined : { health, alarming };
  const news = state.verdict?.reason !== verdict.reason;
  const change = { health, verdict, alarming, lookAgainAtMs: lookAgainAtMs ?? null, ...(news ? { told: false } : {}) };
  if (health !== state.health) return change;
  if (state.verdict === undefined) return verdict.kind === 'clear' ? undefined : change;
  const said = state.verdict.reason === verdict.reason;
  return said && alarming === state.alarming && lookAgainAtMs === state.lookAgainAtMs ? undefined : change;
}

/** An earlier look that is still to come serves as well: it will set the next one. */
function nextLook({ lookAgainAtMs: set = 0 }: TargetState, { lookAgainAtMs: wanted, decidedAtMs }: Verdict): number | undefined {
  if (wanted === undefined) return undefined;
  return set > decidedAtMs ? Math.min(set, wanted) : wanted;
}

export async function sendTimer(services: Pick<Services, 'queue' | 'clock'>, targetId: string, dueAtMs: number): Promise<void> {
  const delayMs = Math.max(0, dueAtMs - services.clock.nowMs());
  await services.queue.send('alerts', JSON.stringify({ understudy: 'look', targetId, dueAtMs }), { delayMs });
}

/** Names the episode in a notice's key. */
function episodeMs(health: Health, { policy }: Rules, verdict: Verdict): number {
  const began = beganMs(health, policy, verdict);
  return Number.isFinite(began) ? began : 0;
}

function logged(targetId: string, verdict: Verdict, failoverId?: string): Record<string, unknown> {
  const { kind, reason, checks, criterion, evidence, lookAgainAtMs } = verdict;
  return { targetId, kind, reason, criterion, evidence, checks, lookAgainAtMs, failoverId };
}
