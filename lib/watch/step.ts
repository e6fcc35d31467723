import { isTerminal, type Failover } from '../failover/failover.ts';
import { sendLook } from '../failover/send-look.ts';
import { quietOf } from '../failover/transitions.ts';
import { lookLater, saveFailover } from '../failover/persist.ts';
import { sendTimer } from '../decide/record.ts';
import { tellBrake } from '../decide/tell-brake.ts';
import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Timing } from '../timing.ts';
import { watchPause } from './pause.ts';

/**
 * The watchdog, every minute: pushes whatever stands still past its due time. This, not the queue, guarantees that everything comes to an
 * end (invariants L2 to L4): any message may be lost, and the record still says what is due.
 */
export async function watch(services: Services): Promise<{ readonly pushed: number }> {
  let pushed = 0;
  await attempt(services, '*', () => tellBrake(services));
  for (const { targetId } of await services.targets.open()) {
    await attempt(services, targetId, async () => {
      if (Object.hasOwn(services.config.targets, targetId)) pushed += await watchTarget(services, targetId);
    });
  }
  return { pushed };
}

/** What fails for one target is told, and the others are watched all the same. */
async function attempt(services: Services, targetId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    services.log.event('watch-failed', { targetId, error: error instanceof Error ? error.message : String(error) });
  }
}

async function watchTarget(services: Services, targetId: string): Promise<number> {
  const state = await services.targets.load(targetId);
  const nowMs = services.clock.nowMs();
  await watchPause(services, state, nowMs);
  if (state.failover !== undefined) return pushFailover(services, state, state.failover, nowMs);
  return pushTarget(services, state, nowMs);
}

async function pushFailover(services: Services, state: TargetState, failover: Failover, nowMs: number): Promise<number> {
  if (!isTerminal(failover) && nowMs < failover.look.atMs + services.timing.overdueMs) return askAgain(services, state, failover, nowMs);
  services.log.event('pushed', { targetId: failover.targetId, failoverId: failover.id, state: failover.state });
  if (failover.state === 'unknown') return pushUnknown(services, state, failover);
  await sendLook(services, failover, 0);
  return 1;
}

/** Nobody knows whether people were asked for their approval: the decider asks again. */
async function askAgain(services: Services, { told }: TargetState, failover: Failover, nowMs: number): Promise<number> {
  const { state, cause, targetId, requestedAtMs, look } = failover;
  const asks = state === 'awaiting-approval' && cause === 'alerts' && look.number === 0 && !told;
  if (!asks || nowMs < requestedAtMs + services.timing.overdueMs) return 0;
  await sendTimer(services, targetId, nowMs);
  return 1;
}

/** The quiet time must pass by the queue's clock, not by ours: the look number goes up, and its message waits the whole time again. */
async function pushUnknown(services: Services, state: TargetState, failover: Failover): Promise<number> {
  const quietMs = quietOf(services, failover);
  const later = lookLater(failover, services.clock.nowMs() + quietMs);
  if ((await saveFailover(services, state, later)) === undefined) return 0;
  await sendLook(services, later, quietMs);
  return 1;
}

/**
 * A timer that was lost, a hold of which nobody may have been told, or an alarming target of which nothing was heard: decide again. What is
 * settled leaves the index of the open.
 */
async function pushTarget(services: Services, state: TargetState, nowMs: number): Promise<number> {
  const { targetId, lookAgainAtMs, alarming, controls } = state;
  if (needsLook(state, nowMs, services.timing)) {
    await sendTimer(services, targetId, nowMs);
    return 1;
  }
  if (!alarming && lookAgainAtMs === undefined && controls.pause === undefined)
    await services.targets.save(state, { alarming: false, lookAgainAtMs: null });
  return 0;
}

function needsLook({ lookAgainAtMs, verdict, alarming, told }: TargetState, nowMs: number, timing: Timing): boolean {
  const timerLost = lookAgainAtMs !== undefined && nowMs >= lookAgainAtMs + timing.overdueMs;
  const decidedMs = nowMs - (verdict?.decidedAtMs ?? 0);
  const silent = alarming && lookAgainAtMs === undefined && decidedMs >= timing.relookAlarmingMs;
  const untold = verdict?.kind === 'hold' && !told && decidedMs >= timing.overdueMs;
  return timerLost || silent || untold;
}
