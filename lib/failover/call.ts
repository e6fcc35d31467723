import { CONFLICTS_MAX, rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Claimed } from './failover.ts';
import { insist, saveFailover } from './persist.ts';
import type { Handle, StartOutcome } from './provider.ts';
import { refuse } from './retire.ts';
import { sendLook } from './send-look.ts';
import { becomeRunning, becomeUnknown, quietOf } from './transitions.ts';
import { postpone } from './postpone.ts';

/** The one call. Before it: the lease is still ours, by our own clock and by the record, and outlives the call's deadline (rule 17). */
export async function startAtProvider(services: Services, state: TargetState, claimed: Claimed, judge: Judge): Promise<void> {
  const sending = { ...claimed, starts: claimed.starts + 1, sending: true };
  const fenced = await fence(services, state, sending, judge);
  if (fenced === undefined) return;
  const { nowMs } = fenced;
  const { plan, token } = claimed;
  const { target } = rulesFor(services.config, claimed.targetId);
  services.log.event('call', { targetId: target.id, failoverId: claimed.id, operation: claimed.operation, start: sending.starts });
  // A copy: whatever a provider does to it, what is on record is what is sent next time.
  const call = { target, plan: structuredClone(plan), token, deadlineMs: nowMs + services.timing.callMs };
  const outcome = await services.provider(target.provider).start(call);
  services.log.event('answer', { targetId: target.id, failoverId: claimed.id, outcome: outcome.kind, ...detailOf(outcome) });
  await settle(services, fenced.state, sending, outcome);
}

/** Whether the failover is still justified by the record as it is now. */
export type Judge = (state: TargetState) => boolean;

/**
 * The record is written once more right before the send: it says that the call is on its way, and the write succeeds only if nobody took
 * the failover over and nothing that it rests on changed. What comes back is the state that the answer will be recorded on.
 */
async function fence(
  services: Services,
  state: TargetState,
  sending: Claimed,
  judge: Judge,
): Promise<{ state: TargetState; nowMs: number } | undefined> {
  let current = state;
  for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
    if (!judge(current)) return give(services, current, sending, 'it is no longer justified right before the call');
    const saved = await saveFailover(services, current, sending, ['health', 'controls']);
    if (saved !== undefined) return leaseLeft(services, saved, sending);
    current = await services.targets.load(sending.targetId);
    if (current.failoverVersion !== state.failoverVersion) break;
  }
  services.log.event('fenced', { targetId: sending.targetId, failoverId: sending.id, why: 'the record changed before the call' });
  return undefined;
}

async function leaseLeft(
  services: Services,
  saved: TargetState,
  sending: Claimed,
): Promise<{ state: TargetState; nowMs: number } | undefined> {
  const nowMs = services.clock.nowMs();
  const { callMs, leaseMarginMs } = services.timing;
  if (nowMs + callMs + leaseMarginMs <= sending.lease.endsAtMs) return { state: saved, nowMs };
  return give(services, saved, sending, 'the lease would end before the call surely has');
}

/** Nothing of this start has left. What an earlier start did is as unknown as it was before. */
async function give(services: Services, state: TargetState, sending: Claimed, why: string): Promise<undefined> {
  const unsent = { ...sending, starts: sending.starts - 1 };
  if (sending.repeats === 'same-token') await lost(services, state, unsent, { kind: 'unknown', code: 'not-sent', cause: why });
  else await postpone(services, state, unsent, { why, retryAfterMs: 1_000 });
  return undefined;
}

/** A repeated start that is refused, or meets a busy provider, may do so because the first one took effect: look, never conclude. */
async function settle(services: Services, state: TargetState, claimed: Claimed, outcome: StartOutcome): Promise<void> {
  switch (outcome.kind) {
    case 'accepted':
      return accepted(services, state, outcome.handle);
    case 'refused':
      if (claimed.repeats !== 'nothing') return lost(services, state, claimed, outcome);
      return refuse(services, state, {
        why: `the provider refused: ${outcome.code}: ${outcome.why}`,
        remedy: outcome.remedy,
        requestId: outcome.requestId,
      });
    case 'busy':
      if (claimed.repeats !== 'nothing') return lost(services, state, claimed, outcome);
      return postpone(
        services,
        state,
        { ...claimed, starts: claimed.starts - 1 },
        { why: `the provider is busy: ${outcome.code}: ${outcome.why}`, retryAfterMs: outcome.retryAfterMs },
      );
    case 'unknown':
      return lost(services, state, claimed, outcome);
  }
}

/** An answer that was seen is certain: it is recorded even if another worker thought this one dead. */
async function accepted(services: Services, state: TargetState, handle: Handle): Promise<void> {
  const saved = await insist(services, state, (failover) => becomeRunning(services, failover, handle));
  if (saved?.failover !== undefined) await sendLook(services, saved.failover);
}

async function lost(
  services: Services,
  state: TargetState,
  claimed: Claimed,
  outcome: Exclude<StartOutcome, { kind: 'accepted' }>,
): Promise<void> {
  const cause = outcome.kind === 'unknown' ? `${outcome.code}: ${outcome.cause}` : `${outcome.code}: ${outcome.why}`;
  const next = becomeUnknown(services, claimed, cause, outcome.requestId);
  if ((await saveFailover(services, state, next)) !== undefined) await sendLook(services, next, quietOf(services, next));
}

function detailOf(outcome: StartOutcome): Record<string, unknown> {
  if (outcome.kind === 'accepted') return { jobId: outcome.handle.jobId, requestId: outcome.handle.requestId };
  return { code: outcome.code, requestId: outcome.requestId };
}
