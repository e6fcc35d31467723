import type { Rules } from './decide.ts';
import { beganMs } from './began.ts';
import type { Health } from './health.ts';
import type { Verdict } from './verdict.ts';
import type { Failover, FailoverState } from '../failover/failover.ts';
import type { Plan } from '../failover/provider.ts';
import { firstEntry } from '../failover/advance.ts';
import { canonicalJson, sha256 } from '../failover/hash.ts';

export interface NewFailover {
  readonly id: string;
  readonly rules: Rules;
  readonly verdict: Verdict;
  readonly health: Health;
  readonly plan: Plan;
  readonly nowMs: number;
}

/** The failover that a verdict creates, with its token: made once, here, and stored before any call (rule 7). Pure. */
export function newFailover(input: NewFailover): Failover {
  const { id, rules, verdict, health, plan, nowMs } = input;
  const state = firstState(rules, verdict, nowMs);
  const why = `criterion "${verdict.criterion ?? ''}" met by ${verdict.evidence.length} alerts`;
  return {
    id,
    targetId: rules.target.id,
    operation: plan.operation,
    token: tokenOf(id),
    plan,
    planHash: planHashOf(rules.target.id, plan),
    cause: 'alerts',
    requestedBy: 'decider',
    reason: why,
    requestedAtMs: nowMs,
    beganAtMs: Math.min(nowMs, beganMs(health, rules.policy, verdict)),
    approved: false,
    dataLossConsented: false,
    attempt: 0,
    starts: 0,
    look: { number: 0, atMs: state.state === 'awaiting-approval' ? state.approval.expiresAtMs : nowMs },
    checks: verdict.checks,
    trail: [firstEntry(state.state, 'decider', why, nowMs)],
    ...state,
  };
}

/** 64 hex characters: ASCII and within PolarDB's limit (provider contracts §2.2). */
export function tokenOf(failoverId: string): string {
  return sha256(`understudy failover ${failoverId}`);
}

/** What an approval pins (rule 14): another plan is another hash, and asks again. */
export function planHashOf(targetId: string, plan: Plan): string {
  return sha256(canonicalJson({ targetId, plan }));
}

function firstState(
  { policy }: Rules,
  verdict: Verdict,
  nowMs: number,
): Extract<FailoverState, { state: 'requested' | 'awaiting-approval' }> {
  if (verdict.kind === 'failover') return { state: 'requested' };
  const { count, approvers, expiresMs } = policy.guards.approval;
  const asksDataLoss = verdict.checks.some((check) => check.name === 'lag-limit' && check.verdict === 'ask');
  return {
    state: 'awaiting-approval',
    approval: { expiresAtMs: nowMs + expiresMs, count: Math.max(1, count), approvers, approvedBy: [], asksDataLoss },
  };
}
