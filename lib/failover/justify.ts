import { decide, type Rules } from '../decide/decide.ts';
import type { Look } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';
import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Failover } from './failover.ts';

type Judging = Pick<Services, 'config' | 'clock'>;

/** Decides again, for this very failover. `undefined`: a person asked for it, and needs no alerts. Pure but for the clock. */
export function stillJustified(services: Judging, state: TargetState, failover: Failover, look?: Look): Verdict | undefined {
  if (failover.cause === 'person') return undefined;
  const rules = rulesFor(services.config, failover.targetId);
  const { approved, dataLossConsented } = failover;
  const { health } = state;
  const nowMs = services.clock.nowMs();
  const controls = { ...state.controls, failoversMs: state.controls.failoversMs.filter((atMs) => atMs !== failover.requestedAtMs) };
  const situation = {
    health,
    controls,
    settled: { approved, dataLossConsented, consideredMs: consideredMs(failover, nowMs) },
    ...(look === undefined ? {} : { look }),
  };
  const verdict = decide(rules, situation, nowMs);
  return verdict.reason === 'world-unread' ? beforeLooking(rules, failover, verdict) : verdict;
}

/** What needs no look at the world stops it without one: the policy may have changed since it was requested. */
function beforeLooking({ target, policy }: Rules, { state, approved }: Failover, unread: Verdict): Verdict {
  if (target.mode !== 'act') return { ...unread, kind: 'hold', reason: 'shadow-mode' };
  const asked = policy.guards.approval.required && !approved && state !== 'awaiting-approval';
  return asked ? { ...unread, kind: 'ask', reason: 'approval-needed' } : unread;
}

/** From the request to the approval, or until now while they still consider it; none if nobody was asked. */
function consideredMs({ state, trail, requestedAtMs }: Failover, nowMs: number): number {
  const approvedAtMs = trail.find((entry) => entry.event === 'approved')?.atMs;
  const endedAtMs = state === 'awaiting-approval' ? nowMs : approvedAtMs;
  return endedAtMs === undefined ? 0 : Math.max(0, endedAtMs - requestedAtMs);
}

/** After the world was read: nothing but a full yes. */
export function mayAct(verdict: Verdict | undefined): boolean {
  return verdict === undefined || verdict.kind === 'failover';
}

/** Before the world is read: nothing on record forbids it. */
export function mayGoOn(verdict: Verdict | undefined): boolean {
  return mayAct(verdict) || verdict?.reason === 'world-unread';
}
