import type { Rules } from '../decide/decide.ts';
import { lookAtWorld } from '../decide/look.ts';
import type { Look } from '../decide/state.ts';
import type { Check } from '../decide/verdict.ts';
import { REASONS, type ReasonCode } from '../decide/reason.ts';
import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { advance } from './advance.ts';
import { runBeforeHooks } from './before-hooks.ts';
import { startAtProvider, type Judge } from './call.ts';
import type { Claimed, Requested } from './failover.ts';
import { mayAct, mayGoOn, stillJustified } from './justify.ts';
import { saveFailover } from './persist.ts';
import { postpone } from './postpone.ts';
import { cancel, refuse } from './retire.ts';
import { sendLook } from './send-look.ts';
import { leaseMsOf } from './transitions.ts';

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
  const leaseMs = leaseMsOf(services, failover);
  const endsAtMs = nowMs + leaseMs;
  const why = `attempt ${failover.attempt + 1}, lease of ${leaseMs} ms`;
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

/**
 * After the claim everything is read once more; then the target's `before` hooks are called, and because they take time it is read again:
 * nothing lies between the last look and the call but the fence (rule 5).
 */
export async function preflightAndCall(services: Services, rules: Rules, state: TargetState, claimed: Claimed): Promise<void> {
  const seen = await lookOnceMore(services, rules, state, claimed);
  if (seen === undefined) return;
  const hooked = await runBeforeHooks(services, rules.target, state, claimed);
  if (hooked.kind === 'lost') return;
  if (hooked.kind === 'stopped')
    return stopAt(services, hooked.state, hooked.claimed, { why: hooked.why, remedy: 'Look at what the hook calls; nothing was started.' });
  const again = hooked.kind === 'none' ? seen : await lookOnceMore(services, rules, hooked.state, hooked.claimed);
  if (again === undefined) return;
  const judge: Judge = (current) => mayAct(stillJustified(services, current, claimed, again.look));
  await startAtProvider(services, hooked.state, { ...hooked.claimed, checks: again.checks }, judge);
}

/** `undefined`: it must not go on, and that is settled. */
async function lookOnceMore(
  services: Services,
  rules: Rules,
  state: TargetState,
  claimed: Claimed,
): Promise<{ readonly look: Look; readonly checks: readonly Check[] } | undefined> {
  const { look } = await lookAtWorld(services, rules, claimed.operation);
  const verdict = stillJustified(services, state, claimed, look);
  if (verdict !== undefined && verdict.kind !== 'failover') {
    if (TRANSIENT.has(verdict.reason)) await postpone(services, state, claimed, { why: REASONS[verdict.reason], retryAfterMs: RETRY_MS });
    else await cancel(services, state, { event: 'withdrawn', why: REASONS[verdict.reason], checks: verdict.checks });
    return undefined;
  }
  const checks = preflight(services, rules, claimed, look);
  services.log.event('preflight', { targetId: claimed.targetId, failoverId: claimed.id, checks });
  const red = checks.find((check) => check.verdict !== 'pass');
  if (red !== undefined) await stopAtCheck(services, state, claimed, { red, checks });
  return red === undefined ? { look, checks: [...(verdict?.checks ?? []), ...checks] } : undefined;
}

export const RETRY_MS = 10_000;
export const PREFLIGHT_TRIES_MAX = 3;
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
async function stopAtCheck(
  services: Services,
  state: TargetState,
  claimed: Claimed,
  { red, checks }: { red: Check; checks: readonly Check[] },
): Promise<void> {
  const why = `preflight: ${red.name} is ${red.value}, limit: ${red.limit}`;
  if (red.verdict === 'wait') return postpone(services, state, claimed, { why, retryAfterMs: RETRY_MS });
  await stopAt(services, state, claimed, { why, remedy: 'Look at the target in the cloud console; nothing was started.', checks });
}

/** Nothing was started. What may be better in a moment is tried again a few times. */
async function stopAt(
  services: Services,
  state: TargetState,
  claimed: Claimed,
  stop: { readonly why: string; readonly remedy: string; readonly checks?: readonly Check[] },
): Promise<void> {
  if (claimed.attempt < PREFLIGHT_TRIES_MAX) return postpone(services, state, claimed, { why: stop.why, retryAfterMs: RETRY_MS });
  await refuse(services, state, stop);
}
