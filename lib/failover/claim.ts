import type { Rules } from '../decide/decide.ts';
import { lookAtWorld } from '../decide/look.ts';
import type { Look } from '../decide/state.ts';
import type { Check } from '../decide/verdict.ts';
import { REASONS, type ReasonCode } from '../decide/reason.ts';
import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { advance } from './advance.ts';
import { startAtProvider, type Judge } from './call.ts';
import type { Claimed, Requested } from './failover.ts';
import { mayAct, mayGoOn, stillJustified } from './justify.ts';
import { saveFailover } from './persist.ts';
import { postpone } from './postpone.ts';
import { cancel, refuse } from './retire.ts';
import { sendLook } from './send-look.ts';

/**
 * Claim, look once more, call (rules 5, 6, 7). The claim is one conditional write that depends on the health and the controls, too: a
 * pause or a resolve that came in between makes it fail, and everything is judged again.
 */
export async function claimAndCall(services: Services, state: TargetState, failover: Requested): Promise<void> {
  const rules = rulesFor(services.config, failover.targetId);
  const verdict = stillJustified(services, state, failover);
  if (verdict !== undefined && !mayGoOn(verdict)) {
    return cancel(services, state, { event: 'withdrawn', why: REASONS[verdict.reason], checks: verdict.checks });
  }
  const claimed = claimOf(services, failover);
  const saved = await saveFailover(services, state, claimed, ['health', 'controls']);
  if (saved === undefined) return sendLook(services, failover, 1_000);
  await preflightAndCall(services, rules, saved, claimed);
}

function claimOf(services: Services, failover: Requested): Claimed {
  const nowMs = services.clock.nowMs();
  const owner = services.entropy.id();
  const endsAtMs = nowMs + services.timing.leaseMs;
  const why = `attempt ${failover.attempt + 1}, lease of ${services.timing.leaseMs} ms`;
  const next = {
    state: 'claimed',
    lease: { owner, endsAtMs },
    firstSentAtMs: nowMs,
    lastSentAtMs: nowMs,
    repeats: 'nothing',
    sending: false,
  } as const;
  const step = { event: 'claimed', by: owner, why, atMs: nowMs } as const;
  return advance(failover, step, next, { attempt: failover.attempt + 1, lookAtMs: endsAtMs }) as Claimed;
}

/** After the claim and right before the call, everything is read once more. */
export async function preflightAndCall(services: Services, rules: Rules, state: TargetState, claimed: Claimed): Promise<void> {
  const { look } = await lookAtWorld(services, rules, claimed.operation);
  const verdict = stillJustified(services, state, claimed, look);
  if (verdict !== undefined && verdict.kind !== 'failover') {
    if (TRANSIENT.has(verdict.reason)) return postpone(services, state, claimed, { why: REASONS[verdict.reason], retryAfterMs: RETRY_MS });
    return cancel(services, state, { event: 'withdrawn', why: REASONS[verdict.reason], checks: verdict.checks });
  }
  const checks = preflight(services, rules, claimed, look);
  services.log.event('preflight', { targetId: claimed.targetId, failoverId: claimed.id, checks });
  const red = checks.find((check) => check.verdict !== 'pass');
  if (red !== undefined) return stopAt(services, state, claimed, { red, checks });
  const judge: Judge = (current) => mayAct(stillJustified(services, current, claimed, look));
  await startAtProvider(services, state, { ...claimed, checks: [...(verdict?.checks ?? []), ...checks] }, judge);
}

const RETRY_MS = 10_000;
const PREFLIGHT_TRIES_MAX = 3;
/** What may be better in a moment; everything else cancels. */
const TRANSIENT: ReadonlySet<ReasonCode> = new Set([
  'provider-busy',
  'lag-unknown',
  'standby-unhealthy',
  'probe-unsure',
  'no-plan',
  'standby-not-standby',
  'provider-unread',
]);

function preflight(services: Services, { target, policy }: Rules, claimed: Claimed, look: Look): readonly Check[] {
  const limits = { maxLagMs: policy.guards.maxLagMs, dataLossConsented: claimed.dataLossConsented };
  return services.provider(target.provider).preflight(target, claimed.plan, look.observation, limits);
}

/** A red check may be a read that failed: it is read again a few times before it is believed. */
async function stopAt(
  services: Services,
  state: TargetState,
  claimed: Claimed,
  found: { red: Check; checks: readonly Check[] },
): Promise<void> {
  const { red, checks } = found;
  const why = `preflight: ${red.name} is ${red.value}, limit: ${red.limit}`;
  if (red.verdict === 'wait' || claimed.attempt < PREFLIGHT_TRIES_MAX) return postpone(services, state, claimed, { why, retryAfterMs: RETRY_MS });
  await refuse(services, state, { why, remedy: 'Look at the target in the cloud console; nothing was started.', checks });
}
