import { advance } from '../failover/advance.ts';
import { isTerminal, type Failover } from '../failover/failover.ts';
import { insist, lookLater, saveFailover } from '../failover/persist.ts';
import type { SentCall } from '../failover/provider.ts';
import { end, getStuck, retire } from '../failover/retire.ts';
import { stuckNotice } from '../failover/notices.ts';
import { sendLook } from '../failover/send-look.ts';
import { tell } from '../notify/tell.ts';
import { currentLook } from '../failover/step.ts';
import { readFailoverMessage } from '../message.ts';
import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { callNext, isConfirmed, succeed } from './after-hooks.ts';
import { afterTrack, afterVerify } from './progress.ts';

type Running = Extract<Failover, { state: 'running' }>;
type Verifying = Extract<Failover, { state: 'verifying' }>;
type Stuck = Extract<Failover, { state: 'stuck' }>;

/** The poller: follows one operation to its end. It only reads at the provider. */
export async function pollFailover(services: Services, body: string): Promise<void> {
  const message = readFailoverMessage(body);
  const state = await services.targets.load(message.targetId);
  const failover = currentLook(state, message);
  if (failover === undefined) {
    services.log.event('stale', { targetId: message.targetId, failoverId: message.failoverId, look: message.look });
    return;
  }
  if (isTerminal(failover)) return retire(services, state, failover);
  if (failover.look.atMs - services.clock.nowMs() > 1_000) return sendLook(services, failover);
  if (isConfirmed(failover)) return callNext(services, state, failover);
  await dispatch(services, state, failover);
}

async function dispatch(services: Services, state: TargetState, failover: Failover): Promise<void> {
  switch (failover.state) {
    case 'running':
      return followRunning(services, state, failover);
    case 'verifying':
      return verifyRoles(services, state, failover);
    case 'stuck':
      return observeStuck(services, state, failover);
    default:
      return sendLook(services, failover);
  }
}

function callOf(services: Services, failover: Running | Verifying | Stuck): SentCall {
  const { target } = rulesFor(services.config, failover.targetId);
  const { plan, token, handle } = failover;
  return {
    target,
    plan: structuredClone(plan),
    token,
    handle,
    sentAtMs: handle.sentAtMs,
    deadlineMs: services.clock.nowMs() + services.timing.observeMs,
  };
}

async function followRunning(services: Services, state: TargetState, failover: Running): Promise<void> {
  const call = callOf(services, failover);
  const outcome = await services.provider(call.target.provider).track(call);
  const nowMs = services.clock.nowMs();
  const next = afterTrack(outcome, { deadlineMs: failover.deadlineMs, sentAtMs: call.sentAtMs, nowMs, timing: services.timing });
  const { targetId, id } = failover;
  services.log.event('progress', {
    targetId,
    failoverId: id,
    outcome: outcome.kind,
    progressPercent: next.kind === 'again' ? next.progressPercent : undefined,
  });
  if (next.kind === 'failed')
    return end(services, state, { event: 'failed', by: 'poller', why: next.why }, (endedAtMs) => ({
      state: 'failed',
      endedAtMs,
      why: next.why,
    }));
  if (next.kind === 'overdue') return getStuck(services, state, next.why);
  if (next.kind === 'finished') return finish(services, state, failover, next.why);
  const { progressPercent = failover.progressPercent } = next;
  const later = lookLater(
    { ...failover, polls: failover.polls + 1, ...(progressPercent === undefined ? {} : { progressPercent }) },
    next.atMs,
  );
  if ((await saveFailover(services, state, later)) !== undefined) await sendLook(services, later);
}

/** The job's end is not yet success: the roles are looked at, at once. */
async function finish(services: Services, state: TargetState, failover: Running, why: string): Promise<void> {
  const nowMs = services.clock.nowMs();
  const next = { state: 'verifying', handle: failover.handle, deadlineMs: nowMs + services.timing.verifyBoundMs, polls: 0 } as const;
  const verifying = advance(failover, { event: 'finished', by: 'poller', why, atMs: nowMs }, next, { lookAtMs: nowMs }) as Verifying;
  const saved = await saveFailover(services, state, verifying);
  if (saved !== undefined) await verifyRoles(services, saved, verifying);
}

async function verifyRoles(services: Services, state: TargetState, failover: Verifying): Promise<void> {
  const call = callOf(services, failover);
  const outcome = await services.provider(call.target.provider).verify(call);
  const nowMs = services.clock.nowMs();
  services.log.event('verify', { targetId: failover.targetId, failoverId: failover.id, outcome: outcome.kind });
  if (outcome.kind === 'promoted') return succeed(services, state, failover, outcome);
  const after = afterVerify(outcome, { deadlineMs: failover.deadlineMs, nowMs });
  if (after === 'failed')
    return end(services, state, { event: 'failed', by: 'poller', why: outcome.why }, (endedAtMs) => ({
      state: 'failed',
      endedAtMs,
      why: outcome.why,
    }));
  if (after === 'overdue') return getStuck(services, state, outcome.why);
  const later = lookLater({ ...failover, polls: failover.polls + 1 }, nowMs + services.timing.pollFirstMs);
  if ((await saveFailover(services, state, later)) !== undefined) await sendLook(services, later);
}

/** Whoever got it stuck may have died before people were told: the same notice again, which arrives once. */
const STUCK_TOLD_AGAIN = 3;

/** People were told. It is still observed: both the job and the roles may settle it. */
async function observeStuck(services: Services, state: TargetState, failover: Stuck): Promise<void> {
  const call = callOf(services, failover);
  const provider = services.provider(call.target.provider);
  const [track, verify] = await Promise.all([provider.track(call), provider.verify(call)]);
  services.log.event('stuck-look', { targetId: failover.targetId, failoverId: failover.id, track: track.kind, verify: verify.kind });
  if (verify.kind === 'promoted') return succeed(services, state, failover, verify);
  if (track.kind === 'failed')
    return end(services, state, { event: 'failed', by: 'poller', why: track.why }, (endedAtMs) => ({
      state: 'failed',
      endedAtMs,
      why: track.why,
    }));
  if (failover.polls < STUCK_TOLD_AGAIN) await tell(services, stuckNotice(failover));
  const saved = await insist(services, state, (current) =>
    current.state === 'stuck'
      ? lookLater({ ...current, polls: current.polls + 1 }, services.clock.nowMs() + services.timing.stuckPollMs)
      : undefined,
  );
  if (saved?.failover !== undefined) await sendLook(services, saved.failover);
}
