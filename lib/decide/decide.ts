import type { Fleet, Policy, Target } from '../config/config.ts';
import type { ReasonCode } from './reason.ts';
import type { Situation } from './state.ts';
import type { Check, Verdict } from './verdict.ts';
import { judgeCriteria, type CriterionResult } from './criterion.ts';
import { recordGuards, type Guard, type GuardInput } from './guards.ts';
import { worldGuards } from './world-guards.ts';

/** What stays the same from alert to alert: from the configuration. */
export interface Rules {
  readonly target: Target;
  readonly policy: Policy;
  readonly fleet: Fleet;
}

/**
 * The decision: pure and total (design §3). No I/O, no clock, no chance: the same situation gives the same verdict, so it can be
 * replayed. First the criteria: is the database dead enough? Then the guards, every one of them, so that the trace is complete: may we
 * act? `failover` comes out only if a criterion is met and no guard is red, unread or asking.
 *
 * @param nowMs epoch ms by the caller's clock.
 */
export function decide(rules: Rules, situation: Situation, nowMs: number): Verdict {
  try {
    return judged(rules, situation, nowMs);
  } catch (cause) {
    return unreadable(cause, nowMs);
  }
}

function judged(rules: Rules, situation: Situation, nowMs: number): Verdict {
  const { policy, target, fleet } = rules;
  const { health, controls } = situation;
  const { allowedSkewMs } = policy.guards;
  const ageAtMs = Math.min(nowMs, situation.settled?.requestedAtMs ?? nowMs);
  const [best] = judgeCriteria(policy, { health, spentUntilMs: controls.spentUntilMs, allowedSkewMs, nowMs, ageAtMs });
  if (best === undefined) return verdict('clear', 'no-matching-alert', { nowMs, checks: [] });
  if (best.outcome === 'no') return verdict('clear', best.reason, { nowMs, checks: best.checks, result: best });
  const input: GuardInput = { target, guards: policy.guards, situation, result: best, nowMs };
  if (best.outcome === 'wait') {
    return verdict('wait', best.reason, {
      nowMs,
      checks: [...best.checks, ...checksOf(recordGuards(input))],
      result: best,
      lookAgainAtMs: best.lookAgainAtMs,
    });
  }
  return guarded(input, best, [...recordGuards(input), ...worldGuards(input, fleet)]);
}

/** The order of precedence: what forbids, what is not known yet, what time brings, what a person must say, and shadow mode last. */
function guarded(input: GuardInput, result: CriterionResult, guards: readonly Guard[]): Verdict {
  const { nowMs, situation, target } = input;
  const all = [...guards, approval(input), shadow(input)];
  const said = { nowMs, result, checks: [...result.checks, ...checksOf(all)] };
  const first = (kind: Check['verdict']): Guard | undefined => guards.find((guard) => guard.check.verdict === kind);
  const red = first('fail');
  if (red !== undefined) return verdict('hold', red.reason, { ...said, lookAgainAtMs: red.lookAgainAtMs });
  const waiting = first('wait');
  if (waiting !== undefined) return verdict('wait', waiting.reason, { ...said, lookAgainAtMs: waiting.check.untilMs });
  if (situation.look === undefined) return verdict('wait', 'world-unread', { ...said, lookAgainAtMs: nowMs });
  const unread = first('unread');
  if (unread !== undefined) return verdict('hold', unread.reason, said);
  if (target.mode !== 'act') return verdict('hold', 'shadow-mode', said);
  const asking = first('ask') ?? (approval(input).check.verdict === 'ask' ? approval(input) : undefined);
  if (asking !== undefined) return verdict('ask', asking.reason, said);
  return verdict('failover', 'criterion-met', said);
}

/** Rule 14. */
function approval({ guards, situation }: GuardInput): Guard {
  const { required, count, approvers } = guards.approval;
  const approved = situation.settled?.approved === true;
  const value = approved ? 'approved' : required ? 'not approved' : 'not required';
  const limit = required ? `${count} of ${approvers.length} approvers` : 'none';
  return {
    check: { name: 'approval', rule: 14, verdict: required && !approved ? 'ask' : 'pass', value, limit },
    reason: 'approval-needed',
  };
}

function shadow({ target }: GuardInput): Guard {
  const check: Check = { name: 'mode', rule: 18, verdict: target.mode === 'act' ? 'pass' : 'fail', value: target.mode, limit: 'act' };
  return { check, reason: 'shadow-mode' };
}

function checksOf(guards: readonly Guard[]): Check[] {
  return guards.map((guard) => guard.check);
}

interface Said {
  readonly nowMs: number;
  readonly checks: readonly Check[];
  readonly result?: CriterionResult;
  readonly lookAgainAtMs?: number | undefined;
}

function verdict(kind: Verdict['kind'], reason: ReasonCode, { nowMs, checks, result, lookAgainAtMs }: Said): Verdict {
  return {
    kind,
    reason,
    checks,
    evidence: (result?.evidence ?? []).map((e) => e.key),
    decidedAtMs: nowMs,
    ...(result === undefined ? {} : { criterion: result.criterion.name }),
    ...(lookAgainAtMs === undefined ? {} : { lookAgainAtMs }),
  };
}

/** Junk in the record must never act and never be silent: it is held, with what was wrong, for a person. */
function unreadable(cause: unknown, nowMs: number): Verdict {
  const value = cause instanceof Error ? cause.message : String(cause);
  const check: Check = { name: 'state', rule: 9, verdict: 'fail', value: value.slice(0, 200), limit: 'readable' };
  return { kind: 'hold', reason: 'state-unreadable', checks: [check], evidence: [], decidedAtMs: nowMs };
}
