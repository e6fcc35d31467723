import type { Fleet, Policy, Target } from '../config/config.ts';
import type { ReasonCode } from './reason.ts';
import type { Situation } from './state.ts';
import type { Check, Verdict } from './verdict.ts';
import { judgeCriteria, type CriterionInput, type CriterionResult } from './criterion.ts';
import { faultInRules, faultInSituation } from './readable.ts';
import { recordGuards, workAt, type Guard, type GuardInput } from './guards.ts';
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
    const fault = faultInRules(rules) ?? faultInSituation(situation);
    return fault === undefined ? judged(rules, situation, nowMs) : unreadable(`${fault} is not what it should be`, nowMs);
  } catch (cause) {
    return unreadable(cause instanceof Error ? cause.message : String(cause), nowMs);
  }
}

function judged(rules: Rules, situation: Situation, nowMs: number): Verdict {
  const { policy, target, fleet } = rules;
  const { guards } = policy;
  const input = inputOf(policy, situation, nowMs);
  const results = judgeCriteria(policy, input);
  const [best] = results;
  if (best === undefined) return verdict('clear', 'no-matching-alert', { nowMs, checks: [] });
  const { outcome, reason, checks, lookAgainAtMs } = best;
  if (outcome === 'no') return verdict('clear', reason, { nowMs, checks, result: best, lookAgainAtMs });
  if (outcome === 'wait') {
    const told = [...checks, ...checksOf(recordGuards({ target, guards, situation, result: best, nowMs }))];
    return verdict('wait', reason, { nowMs, checks: told, result: best, lookAgainAtMs });
  }
  const judge = (met: readonly CriterionResult[]): Verdict[] =>
    met.filter((result) => result.outcome === 'met').map((result) => guarded({ target, guards, situation, result, nowMs }, fleet));
  // A leftover of people's work must not hold what fresh signals justify without it.
  const admits = (beganMs: number): boolean => workAt(beganMs, { guards, situation, nowMs }) === undefined;
  const fresh = judgeCriteria(policy, { ...input, admits });
  return inTime([...judge(results), ...judge(fresh)].reduce(further), [...results, ...fresh]);
}

function inputOf(policy: Policy, { health, controls, settled }: Situation, nowMs: number): CriterionInput {
  const ageAtMs = nowMs - Math.max(0, settled?.consideredMs ?? 0);
  const { allowedSkewMs } = policy.guards;
  return { health, spentUntilMs: controls.spentUntilMs, allowedSkewMs, nowMs, ageAtMs, admits: () => true };
}

const RANK = { failover: 0, ask: 1, wait: 2, hold: 3, clear: 4 } as const;

/** In shadow mode the one that would have acted comes furthest. */
function rankOf({ kind, reason }: Verdict): number {
  return reason === 'shadow-mode' ? 0 : RANK[kind];
}

/** Any criterion may meet: of several that do, the one that comes furthest, then the one that is to be looked at soonest. */
function further(a: Verdict, b: Verdict): Verdict {
  const difference = rankOf(b) - rankOf(a) || soonest(b) - soonest(a);
  return difference < 0 ? b : a;
}

function soonest({ lookAgainAtMs = Number.MAX_SAFE_INTEGER }: { readonly lookAgainAtMs?: number | undefined }): number {
  return lookAgainAtMs;
}

/** While one criterion is held, another may be done dwelling: it is looked at then. */
function inTime(said: Verdict, results: readonly CriterionResult[]): Verdict {
  if (said.kind !== 'hold' && said.kind !== 'wait') return said;
  const atMs = Math.min(soonest(said), ...results.map(soonest));
  return atMs === Number.MAX_SAFE_INTEGER ? said : { ...said, lookAgainAtMs: atMs };
}

/** The order of precedence: what forbids, what time brings, what is not known yet, shadow mode, and what a person must say last. */
function guarded(input: GuardInput, fleet: Fleet): Verdict {
  const { nowMs, result, target } = input;
  const guards = [...recordGuards(input), ...worldGuards(input, fleet), approval(input)];
  const said = { nowMs, result, checks: [...result.checks, ...checksOf(guards), modeOf(target)] };
  const first = (kind: Check['verdict']): Guard | undefined => guards.find((guard) => guard.check.verdict === kind);
  const red = first('fail');
  if (red !== undefined) return verdict('hold', red.reason, { ...said, lookAgainAtMs: red.lookAgainAtMs });
  const waiting = first('wait');
  if (waiting !== undefined) return verdict('wait', waiting.reason, { ...said, lookAgainAtMs: waiting.check.untilMs });
  const unread = first('unread');
  if (unread !== undefined) return verdict('wait', unread.reason, { ...said, lookAgainAtMs: nowMs });
  if (target.mode !== 'act') return verdict('hold', 'shadow-mode', said);
  const asking = first('ask');
  return asking === undefined ? verdict('failover', result.reason, said) : verdict('ask', asking.reason, said);
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

function modeOf({ mode }: Target): Check {
  return { name: 'mode', rule: 18, verdict: mode === 'act' ? 'pass' : 'fail', value: mode, limit: 'act' };
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
function unreadable(why: string, nowMs: number): Verdict {
  const check: Check = { name: 'state', rule: 9, verdict: 'fail', value: why.slice(0, 200), limit: 'readable' };
  return { kind: 'hold', reason: 'state-unreadable', checks: [check], evidence: [], decidedAtMs: nowMs };
}
