import { DEATH_CLASSES } from '../../alert/alert.ts';
import { MAX_OBSERVERS, MAX_TRACKED_PER_CRITERION } from '../../decide/health.ts';
import type { Config, Criterion } from '../config.ts';
import { formatDuration } from '../duration.ts';
import type { Finding } from '../lint.ts';
import { sectionOf } from '../schema/providers.ts';
import { contradiction } from './contradiction.ts';
import { usedPolicies, type UsedPolicy } from './usage.ts';

/** Queue, evaluation and clock: an alert that is only just old enough to act on must not be too old already. */
export const AGE_MARGIN_MS = 60_000;

interface Subject {
  readonly criterion: Criterion;
  readonly used: UsedPolicy;
  readonly config: Config;
}
type Rule = (subject: Subject) => (Omit<Finding, 'path'> & { readonly at?: readonly (string | number)[] }) | undefined;

export function criterionLints(config: Config): readonly Finding[] {
  return usedPolicies(config).flatMap((used) =>
    used.policy.criteria.flatMap((criterion, index) =>
      RULES.flatMap((rule): Finding[] => {
        const found = rule({ criterion, used, config });
        if (found === undefined) return [];
        const { at = [], ...finding } = found;
        return [{ ...finding, path: [...used.path, 'criteria', index, ...at] }];
      }),
    ),
  );
}

const RULES: readonly Rule[] = [
  function neverDeath({ criterion }) {
    const counting = criterion.classes.filter((one) => DEATH_CLASSES.includes(one) || one === 'other');
    if (counting.length > 0) return undefined;
    const message = 'can never be met: overload and capacity do not count as death (rule 4)';
    return { level: 'error', code: 'class-never-counts', at: ['classes'], message, remedy: `Name one of ${DEATH_CLASSES.join(', ')}.` };
  },
  function uselessClass({ criterion }) {
    const useless = criterion.classes.filter((one) => one === 'overload' || one === 'capacity');
    if (useless.length === 0 || useless.length === criterion.classes.length) return undefined;
    const message = `lists ${useless.join(' and ')}, which never count as death (rule 4)`;
    return { level: 'warning', code: 'class-has-no-effect', at: ['classes'], message, remedy: 'Remove them.' };
  },
  function tooManyAlerts({ criterion: { quorum } }) {
    const most = MAX_TRACKED_PER_CRITERION * MAX_OBSERVERS;
    if (quorum.alerts <= most && quorum.observers <= MAX_OBSERVERS) return undefined;
    const message = `can never be met: a target keeps at most ${String(MAX_OBSERVERS)} observers and ${String(most)} alerts`;
    return { level: 'error', code: 'quorum-unreachable', at: ['quorum'], message, remedy: 'Lower the quorum.' };
  },
  function tooFewAlertsKept({ criterion, config }) {
    const { alerts, probe } = criterion.quorum;
    const seen = observersPossible(criterion, config);
    if (seen === undefined || alerts <= seen * MAX_TRACKED_PER_CRITERION || alerts > MAX_OBSERVERS * MAX_TRACKED_PER_CRITERION)
      return undefined;
    const message = `can never be met: ${String(seen)} observers keep at most ${String(seen * MAX_TRACKED_PER_CRITERION)} alerts`;
    return {
      level: 'error',
      code: 'quorum-unreachable',
      at: ['quorum', 'alerts'],
      message,
      remedy: probe ? 'Lower alerts.' : 'Lower alerts or add a source.',
    };
  },
  function tooFewObservers({ criterion, config }) {
    const { observers, probe } = criterion.quorum;
    const seen = observersPossible(criterion, config);
    if (seen === undefined || observers <= seen + (probe ? 1 : 0)) return undefined;
    const message = `can never be met: its sources are ${String(seen)} observers${probe ? ' and our probe one more' : ''}, and ${String(observers)} are wanted`;
    const remedy = 'Add a source, set probe: true, or give a source an observerLabel.';
    return { level: 'error', code: 'quorum-unreachable', at: ['quorum', 'observers'], message, remedy };
  },
  function oneObserver({ criterion: { quorum } }) {
    if (quorum.observers >= 2) return undefined;
    const message = 'acts on the word of a single observer (rule 1): one broken monitor is a failover';
    return {
      level: 'warning',
      code: 'no-second-observer',
      at: ['quorum', 'observers'],
      message,
      remedy: 'Write observers: 2, and probe: true if there is one monitor only.',
    };
  },
  function probeMissing({ criterion: { quorum }, used }) {
    const without = used.targets.filter((target) => target.probe === undefined).map(({ id }) => id);
    if (!quorum.probe || without.length === 0) return undefined;
    const message = `counts on our own probe, which ${without.join(', ')} does not have`;
    return {
      level: quorum.observers > 1 ? 'warning' : 'info',
      code: 'probe-missing',
      at: ['quorum', 'probe'],
      message,
      remedy: 'Give the target a probe, or set probe: false.',
    };
  },
  function dwellTooShort({ criterion, used }) {
    const waits = Math.max(criterion.forMs, used.policy.guards.providerGraceMs);
    const slow = used.targets.filter((target) => Number(sectionOf(target.provider)?.ownHaMs) > waits).map(({ id }) => id);
    if (slow.length === 0) return undefined;
    const message = `acts after ${formatDuration(waits)}, before the own high availability of ${slow.join(', ')} is done`;
    return { level: 'warning', code: 'dwell-under-own-ha', at: ['for'], message, remedy: 'Raise for, or providerGrace.' };
  },
  function tooOldAtOnce({ criterion, used }) {
    const oldestMs = Math.max(criterion.forMs, used.policy.guards.providerGraceMs) + AGE_MARGIN_MS;
    if (criterion.maxAgeMs > oldestMs) return undefined;
    const message = `leaves no time to act: an alert must be ${formatDuration(oldestMs - AGE_MARGIN_MS)} old to be acted on and at most ${formatDuration(criterion.maxAgeMs)}`;
    const level = criterion.maxAgeMs <= oldestMs - AGE_MARGIN_MS ? 'error' : 'warning';
    return { level, code: 'age-under-dwell', at: ['maxAge'], message, remedy: `Raise maxAge above ${formatDuration(oldestMs)}.` };
  },
  function neverMatches({ criterion }) {
    const why = contradiction(criterion.match);
    if (why === undefined) return undefined;
    return {
      level: 'error',
      code: 'never-matches',
      at: ['match'],
      message: `can never match: ${why}`,
      remedy: 'Matchers are anchored, and all must hold at once.',
    };
  },
];

/** How many distinct observers the criterion's sources can be; `undefined` when a label of the alert decides it. */
function observersPossible(criterion: Criterion, config: Config): number | undefined {
  const counting = Object.entries(config.sources).filter(([name]) => criterion.sources.length === 0 || criterion.sources.includes(name));
  if (counting.some(([, { observerLabel }]) => observerLabel !== undefined)) return undefined;
  return new Set(counting.map(([name, { observer }]) => observer ?? name)).size;
}
