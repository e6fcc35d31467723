import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { advance } from './advance.ts';
import { startAtProvider } from './call.ts';
import { preflightAndCall } from './claim.ts';
import type { Claimed, Repeats, Unknown } from './failover.ts';
import { mayGoOn, stillJustified } from './justify.ts';
import { insist, lookLater, saveFailover } from './persist.ts';
import { getStuck, refuse } from './retire.ts';
import { sendLook } from './send-look.ts';
import { becomeRunning, leaseMsOf } from './transitions.ts';

/**
 * The answer of a call was not seen: look at the provider until it is known (rule 17). Started again only if the provider's own state
 * proves that nothing happened, or the token makes a repetition harmless; at last people are paged, and nothing is called.
 */
export async function reconcileUnknown(services: Services, state: TargetState, failover: Unknown): Promise<void> {
  const { target } = rulesFor(services.config, failover.targetId);
  const provider = services.provider(target.provider);
  const nowMs = services.clock.nowMs();
  const { plan, token, firstSentAtMs, lastSentAtMs } = failover;
  const outcome = await provider.reconcile({
    target,
    plan: structuredClone(plan),
    token,
    sentAtMs: firstSentAtMs,
    lastSentAtMs,
    deadlineMs: nowMs + services.timing.observeMs,
  });
  services.log.event('reconcile', { targetId: target.id, failoverId: failover.id, outcome: outcome.kind });
  if (outcome.kind === 'happened') {
    const saved = await insist(services, state, (current) => becomeRunning(services, current, outcome.handle, outcome.evidence));
    return saved?.failover === undefined ? undefined : sendLook(services, saved.failover);
  }
  const proved = outcome.kind === 'nothing-happened';
  const { startsMax, attemptsMax } = services.timing;
  // A claim that ends before its request has left counts as no start; without the limit of attempts it could go on for ever.
  const mayRepeat = failover.starts < startsMax && failover.attempt < attemptsMax && (proved || provider.honoursToken);
  if (mayRepeat)
    return reclaim(
      services,
      state,
      failover,
      proved ? { repeats: 'proved-nothing', why: outcome.evidence } : { repeats: 'same-token', why: outcome.why },
    );
  if (proved)
    return refuse(services, state, {
      why: `nothing happened at the provider: ${outcome.evidence}`,
      remedy: 'Fail over by hand if the database is still down.',
    });
  if (services.clock.nowMs() >= failover.boundMs)
    return getStuck(services, state, `it could not be found out whether it happened: ${outcome.why}`);
  await lookAgain(services, state, failover);
}

async function lookAgain(services: Services, state: TargetState, failover: Unknown): Promise<void> {
  const later = lookLater(failover, services.clock.nowMs() + services.timing.reconcileEveryMs);
  if ((await saveFailover(services, state, later)) !== undefined) await sendLook(services, later, services.timing.reconcileEveryMs);
}

async function reclaim(
  services: Services,
  state: TargetState,
  failover: Unknown,
  { repeats, why }: { repeats: Repeats; why: string },
): Promise<void> {
  const rules = rulesFor(services.config, failover.targetId);
  const nowMs = services.clock.nowMs();
  if (!mayGoOn(stillJustified(services, state, failover)) || (repeats === 'same-token' && (await isBraked(services, failover)))) {
    if (repeats !== 'proved-nothing')
      return services.clock.nowMs() >= failover.boundMs ? getStuck(services, state, why) : lookAgain(services, state, failover);
    return refuse(services, state, {
      why: `nothing happened at the provider (${why}), and it is no longer justified`,
      remedy: 'Fail over by hand if the database is still down.',
    });
  }
  const lease = { owner: services.entropy.id(), endsAtMs: nowMs + leaseMsOf(services, failover) };
  const next = { state: 'claimed', lease, firstSentAtMs: failover.firstSentAtMs, lastSentAtMs: nowMs, repeats, sending: false } as const;
  const step = { event: 'reclaimed', by: lease.owner, why, atMs: nowMs } as const;
  const claimed = advance(failover, step, next, { attempt: failover.attempt + 1, lookAtMs: lease.endsAtMs }) as Claimed;
  const saved = await saveFailover(services, state, claimed, ['health', 'controls']);
  if (saved === undefined) return;
  if (repeats === 'same-token')
    return startAtProvider(services, saved, claimed, (current) => mayGoOn(stillJustified(services, current, failover)));
  await preflightAndCall(services, rules, saved, claimed);
}

/** The repetition with the same token takes no second look at the world, of which the brake is a part (rule 12). */
async function isBraked({ brake }: Services, { cause }: Unknown): Promise<boolean> {
  return cause === 'alerts' && (await brake.load()).on;
}
