import type { Criterion, Matcher, Policy } from '../config/config.ts';
import type { Relevance, TrackedAlert } from './health.ts';
import { DEATH_CLASSES } from '../alert/alert.ts';
import { compilePattern } from './linear-pattern.ts';

type Described = Pick<TrackedAlert, 'source' | 'name' | 'class' | 'severity' | 'labels'>;

/** As in Alertmanager: fully anchored, an absent label is the empty string. */
export function matches(matcher: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, matcher.label) ? (labels[matcher.label] ?? '') : '';
  switch (matcher.op) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return patternSays(matcher.value, value, true);
    case '!~':
      return patternSays(matcher.value, value, false);
  }
}

/**
 * Linear-time regular expressions only: neither a configuration nor a payload can make matching slow. One that does not compile, which the
 * configuration's check lets nobody write, holds in neither direction: a criterion can then never be met by it.
 */
function patternSays(text: string, value: string, wanted: boolean): boolean {
  const pattern = compilePattern(text);
  return pattern.ok && pattern.matches(value) === wanted;
}

/** Rule 4: overload and capacity never count, whatever the configuration says. */
export function couldServe(criterion: Criterion, alert: Described): boolean {
  if (alert.class === 'overload' || alert.class === 'capacity') return false;
  const classes = criterion.classes.length > 0 ? criterion.classes : DEATH_CLASSES;
  return (
    classes.includes(alert.class) &&
    (criterion.severities.length === 0 || criterion.severities.includes(alert.severity)) &&
    (criterion.sources.length === 0 || criterion.sources.includes(alert.source)) &&
    (criterion.names.length === 0 || criterion.names.includes(alert.name)) &&
    criterion.match.every((matcher) => matches(matcher, alert.labels))
  );
}

const relevances = new WeakMap<Policy, Relevance>();

/** How a policy sees alerts; made once for each policy object. */
export function relevanceOf(policy: Policy): Relevance {
  const known = relevances.get(policy);
  if (known !== undefined) return known;
  const labels = new Set(policy.criteria.flatMap((criterion) => criterion.match.map((matcher) => matcher.label)));
  const made: Relevance = { labels, criterionOf: (alert) => policy.criteria.findIndex((criterion) => couldServe(criterion, alert)) };
  relevances.set(policy, made);
  return made;
}
