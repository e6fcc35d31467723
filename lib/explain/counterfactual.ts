import type { Check, Verdict } from '../decide/verdict.ts';
import { alertChanges, beganAnew, moreObservers } from './alert-changes.ts';
import { verdictOf, type Case } from './case.ts';
import type { Change } from './change.ts';
import { GUARD_LIFTS, looked } from './guard-changes.ts';
import { turnsAtMs, waits } from './time-changes.ts';

/** A set of things that could be otherwise, none of which could be left out, and the verdict that decide then gives. */
export interface Counterfactual {
  readonly changes: readonly Change[];
  readonly verdict: Verdict;
}

const DEPTH_MAX = 6;
const CASES_MAX = 1_500;
const FOUND_MAX = 6;
const CHOICES_MAX = 24;

interface Node {
  readonly given: Case;
  readonly verdict: Verdict;
  readonly changes: readonly Change[];
}

/**
 * What would have to change for it to act. Tried, not guessed: every set was applied and decided again by the same decide. Smallest sets
 * first; bounded, so a verdict that needs more than {@link DEPTH_MAX} steps of repair has none.
 */
export function waysToAct(given: Case): readonly Counterfactual[] {
  const verdict = verdictOf(given);
  const acts = verdict.kind === 'ask' ? ['failover'] : ['failover', 'ask'];
  return search({ given, verdict, changes: [] }, ({ kind }) => acts.includes(kind));
}

function search(start: Node, reached: (verdict: Verdict) => boolean): readonly Counterfactual[] {
  const found = new Map<string, Counterfactual>();
  const seen = new Set<string>();
  let level: readonly Node[] = [start];
  for (let depth = 0; depth < DEPTH_MAX && found.size < FOUND_MAX; depth += 1) {
    const next: Node[] = [];
    for (const node of level) {
      for (const child of children(node)) {
        const key = keyOf(child.changes);
        if (seen.has(key) || seen.size >= CASES_MAX) continue;
        seen.add(key);
        if (reached(child.verdict)) {
          const least = minimal(start.given, child, reached);
          found.set(keyOf(least.changes), least);
        } else next.push(child);
      }
    }
    level = next;
  }
  return [...found.values()].sort((a, b) => a.changes.length - b.changes.length).slice(0, FOUND_MAX);
}

/** The same cases with one step of repair: of everything that is red at once, since each of it forbids acting. */
function children({ given, verdict, changes }: Node): readonly Node[] {
  return steps(given, verdict).map((step) => {
    const applied = step.reduce((one, change) => change.apply(one), given);
    return { given: applied, verdict: verdictOf(applied), changes: [...changes, ...step] };
  });
}

function steps(given: Case, verdict: Verdict): readonly (readonly Change[])[] {
  if (verdict.kind === 'clear')
    // Alerts whose start lies ahead of our clock count once it has caught up.
    return [...waits(given, verdict.lookAgainAtMs), ...alertChanges(given, verdict.reason)].map((change) => [change]);
  if (verdict.reason === 'world-unread') return [[looked]];
  const options = verdict.checks.filter(isRed).map((check) => liftsOf(check, given));
  // What nothing lifts by itself may go with what does: a signal that began in a window, with the window.
  const lifting = options.filter((some) => some.length > 0);
  return lifting.length === 0 ? [] : choices(lifting).map(waitedOnce);
}

function isRed({ verdict }: Check): boolean {
  return verdict === 'fail' || verdict === 'wait' || verdict === 'ask';
}

function liftsOf(check: Check, given: Case): readonly Change[] {
  const lifts = GUARD_LIFTS[check.name]?.(given, check) ?? [];
  const byTime = waits(given, turnsAtMs(check, given));
  if (check.name === 'fresh-signal') return beganAnew(given);
  if (check.name !== 'own-probe' || given.look?.probe?.kind === 'alive') return [...lifts, ...byTime];
  return [...lifts, ...given.rules.policy.criteria.flatMap((criterion) => moreObservers(criterion, given))];
}

/** Every way of taking one of each, as many as are worth trying. */
function choices(options: readonly (readonly Change[])[]): readonly (readonly Change[])[] {
  return options.reduce<readonly (readonly Change[])[]>(
    (ways, some) => ways.flatMap((way) => some.map((one) => [...way, one])).slice(0, CHOICES_MAX),
    [[]],
  );
}

/** Waiting twice is waiting for the later; what two checks ask for alike is asked for once. Waiting comes first: what follows is judged then. */
function waitedOnce(step: readonly Change[]): readonly Change[] {
  const latest = step.filter(({ code }) => code === 'wait').sort((a, b) => (a.value < b.value ? 1 : -1))[0];
  const others = new Map(step.filter(({ code }) => code !== 'wait').map((change) => [`${change.code} ${change.value}`, change]));
  return latest === undefined ? [...others.values()] : [latest, ...others.values()];
}

/** Leaves out what the verdict does not need, one by one, until nothing can be left out: what is needed may change on the way. */
function minimal(
  start: Case,
  { changes, verdict }: Pick<Node, 'changes' | 'verdict'>,
  reached: (verdict: Verdict) => boolean,
): Counterfactual {
  for (const change of changes) {
    const without = changes.filter((one) => one !== change);
    const verdictWithout = verdictOf(applied(start, without));
    if (reached(verdictWithout)) return minimal(start, { changes: without, verdict: verdictWithout }, reached);
  }
  return { changes, verdict };
}

export function applied(start: Case, changes: readonly Change[]): Case {
  return changes.reduce((one, change) => change.apply(one), start);
}

function keyOf(changes: readonly Change[]): string {
  return changes
    .map(({ code, value }) => `${code} ${value}`)
    .sort()
    .join('|');
}
