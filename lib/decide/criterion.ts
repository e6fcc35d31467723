import type { Criterion, Policy } from '../config/config.ts';
import type { Check } from './verdict.ts';
import type { ReasonCode } from './reason.ts';
import { episodeOf, MAX_STARTS, type Health, type TrackedAlert } from './health.ts';
import { couldServe } from './matcher.ts';
import { duration, instant } from './words.ts';

/** Whether a criterion is met, by the alerts alone. `probeNeeded`: our own probe has to be one of the observers. */
export interface CriterionResult {
  readonly criterion: Criterion;
  readonly outcome: 'met' | 'wait' | 'no';
  readonly reason: ReasonCode;
  readonly checks: readonly Check[];
  readonly evidence: readonly Evidence[];
  readonly probeNeeded: boolean;
  readonly lookAgainAtMs?: number | undefined;
}
export interface Evidence {
  readonly key: string;
  readonly observer: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Its oldest sign within the age limit: where an end was lost, or nobody sends any, an old episode makes no quorum and no dwell. */
  readonly sinceMs: number;
}
export interface CriterionInput {
  readonly health: Health;
  readonly spentUntilMs: number;
  readonly allowedSkewMs: number;
  readonly nowMs: number;
  /** The moment at which the alerts' age counts. */
  readonly ageAtMs: number;
  /** Whether an alert that began at a moment is looked at. */
  readonly admits: (beganMs: number) => boolean;
}

/**
 * Every criterion of the policy, the best first: met, then waiting (soonest first), then not met. One that may be met with our own probe or
 * without it is there twice: the probe makes it sooner, and who has the numbers without it does not depend on it.
 */
export function judgeCriteria(policy: Policy, input: CriterionInput): readonly CriterionResult[] {
  return policy.criteria
    .flatMap((criterion) => judge(criterion, input))
    .sort(
      (a, b) =>
        RANK[a.outcome] - RANK[b.outcome] ||
        (a.lookAgainAtMs ?? Infinity) - (b.lookAgainAtMs ?? Infinity) ||
        b.evidence.length - a.evidence.length,
    );
}

const RANK = { met: 0, wait: 1, no: 2 } as const;

function judge(criterion: Criterion, input: CriterionInput): readonly CriterionResult[] {
  const all = firingEvidence(criterion, input).filter((e) => input.admits(e.firstMs));
  const countsFromMs = input.nowMs + input.allowedSkewMs;
  const firing = all.filter((e) => e.firstMs <= countsFromMs);
  const fresh = firing.filter((e) => e.firstMs > input.spentUntilMs);
  const young = fresh.filter((e) => input.ageAtMs - e.lastMs <= criterion.maxAgeMs);
  const checks = [matchCheck(criterion, firing), spentCheck(firing, fresh, input.spentUntilMs), ageCheck(criterion, fresh, input.ageAtMs)];
  const ahead = all.filter((e) => e.firstMs > countsFromMs && e.firstMs <= countsFromMs + criterion.maxAgeMs);
  const [soonest] = ahead.map((e) => e.firstMs - input.allowedSkewMs);
  const seen = { criterion, evidence: young, probeNeeded: false, lookAgainAtMs: soonest };
  const reason = firing.length === 0 ? 'no-matching-alert' : fresh.length === 0 ? 'alerts-spent' : 'alerts-too-old';
  if (young.length === 0) return [{ ...seen, outcome: 'no', reason, checks }];
  const alone = judgeQuorum(seen, checks, input.nowMs);
  return criterion.quorum.probe ? [alone, judgeQuorum({ ...seen, probeNeeded: true }, checks, input.nowMs)] : [alone];
}

function firingEvidence(criterion: Criterion, { health, ageAtMs }: CriterionInput): Evidence[] {
  const evidence: Evidence[] = [];
  for (const [observer, { tracked }] of Object.entries(health.observers)) {
    for (const [key, alert] of Object.entries(tracked)) {
      const whole = episodeOf(alert);
      if (whole === undefined || !couldServe(criterion, alert)) continue;
      evidence.push({ key, observer, ...beginningOf(alert, whole.lastMs, { ageAtMs, maxAgeMs: criterion.maxAgeMs }) });
    }
  }
  return evidence.sort((a, b) => a.sinceMs - b.sinceMs || a.key.localeCompare(b.key, 'en'));
}

/**
 * A series that was silent for longer than its alerts may be old has begun anew: its end was lost, or nobody sends any. Where starts had to
 * be forgotten nobody can tell a silence, and it is one episode. Its signs count since the oldest that is not too old.
 */
export function beginningOf(
  { startsMs, resolvedAtMs }: TrackedAlert,
  lastMs: number,
  { ageAtMs, maxAgeMs }: { readonly ageAtMs: number; readonly maxAgeMs: number },
): Pick<Evidence, 'firstMs' | 'lastMs' | 'sinceMs'> {
  const allKnown = startsMs.length < MAX_STARTS;
  let firstMs = lastMs;
  let sinceMs = lastMs;
  for (const startMs of startsMs) {
    if (startMs <= resolvedAtMs || (allKnown && firstMs - startMs > maxAgeMs)) break;
    firstMs = startMs;
    if (ageAtMs - startMs <= maxAgeMs) sinceMs = startMs;
  }
  return { firstMs, lastMs, sinceMs };
}

type Seen = Pick<CriterionResult, 'criterion' | 'evidence' | 'probeNeeded' | 'lookAgainAtMs'>;

function judgeQuorum(seen: Seen, before: readonly Check[], nowMs: number): CriterionResult {
  const { criterion, evidence: young, probeNeeded } = seen;
  const { alerts, observers, windowMs } = criterion.quorum;
  const reached = quorumReached(young, alerts, probeNeeded ? observers - 1 : observers, windowMs);
  const checks = [...before, quorumCheck(seen, reached !== undefined)];
  if (reached === undefined) return { ...seen, outcome: 'no', reason: 'quorum-short', checks };
  const { completeAtMs, evidence } = reached;
  const endsAtMs = completeAtMs + criterion.forMs;
  const told = { criterion, probeNeeded, evidence, checks: [...checks, dwellCheck(criterion, completeAtMs, nowMs)] };
  if (nowMs < endsAtMs) return { ...told, outcome: 'wait', reason: 'dwelling', lookAgainAtMs: endsAtMs };
  return { ...told, outcome: 'met', reason: 'criterion-met' };
}

/**
 * The earliest moment at which enough alerts of enough observers, all begun within the window of each other, were firing; dwell counts
 * from there, so that more alerts never make it longer (monotonic dwell).
 */
function quorumReached(
  sorted: readonly Evidence[],
  alerts: number,
  observers: number,
  windowMs: number,
): { readonly completeAtMs: number; readonly evidence: readonly Evidence[] } | undefined {
  for (const [end, last] of sorted.entries()) {
    const within = sorted.slice(0, end + 1).filter((e) => last.sinceMs - e.sinceMs <= windowMs);
    const seen = new Set(within.map((e) => e.observer));
    if (within.length >= alerts && seen.size >= Math.max(1, observers)) return { completeAtMs: last.sinceMs, evidence: within };
  }
  return undefined;
}

function matchCheck(criterion: Criterion, firing: readonly Evidence[]): Check {
  const limit = `a firing alert for criterion "${criterion.name}"`;
  return { name: 'matching-alerts', rule: 4, verdict: firing.length > 0 ? 'pass' : 'fail', value: `${firing.length} firing`, limit };
}

function spentCheck(firing: readonly Evidence[], fresh: readonly Evidence[], spentUntilMs: number): Check {
  const limit = spentUntilMs === 0 ? 'no earlier failover' : `begun after ${instant(spentUntilMs)}`;
  const verdict = firing.length > 0 && fresh.length === 0 ? 'fail' : 'pass';
  return { name: 'new-signal', rule: 3, verdict, value: `${fresh.length} of ${firing.length} new`, limit };
}

function ageCheck(criterion: Criterion, fresh: readonly Evidence[], ageAtMs: number): Check {
  const youngest = Math.max(...fresh.map((e) => e.lastMs));
  const value = fresh.length === 0 ? 'none' : `youngest is ${duration(ageAtMs - youngest)} old`;
  const verdict = fresh.length > 0 && ageAtMs - youngest > criterion.maxAgeMs ? 'fail' : 'pass';
  return { name: 'alert-age', rule: 3, verdict, value, limit: `at most ${duration(criterion.maxAgeMs)}` };
}

function quorumCheck({ criterion, evidence: young, probeNeeded }: Seen, reached: boolean): Check {
  const { alerts, observers, windowMs, probe } = criterion.quorum;
  const seen = new Set(young.map((e) => e.observer));
  const value = `${young.length} alerts from ${seen.size} observers${probeNeeded ? ', our probe to be asked' : ''}`;
  const limit = `${alerts} alerts from ${observers} observers${probe ? ' (our probe may be one)' : ''} within ${duration(windowMs)}`;
  return { name: 'quorum', rule: 1, verdict: reached ? 'pass' : 'fail', value, limit };
}

function dwellCheck(criterion: Criterion, completeAtMs: number, nowMs: number): Check {
  const untilMs = completeAtMs + criterion.forMs;
  const firingFor = duration(Math.max(0, nowMs - completeAtMs));
  const shared = { name: 'dwell', rule: 2, value: `firing for ${firingFor}`, limit: `at least ${duration(criterion.forMs)}` } as const;
  return nowMs >= untilMs ? { ...shared, verdict: 'pass' } : { ...shared, verdict: 'wait', untilMs };
}
