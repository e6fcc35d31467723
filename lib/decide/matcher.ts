import { RE2JS } from 're2js';
import type { Criterion, Matcher, Policy } from '../config/config.ts';
import type { Relevance, TrackedAlert } from './health.ts';
import { DEATH_CLASSES } from '../alert/alert.ts';

type Described = Pick<TrackedAlert, 'source' | 'name' | 'class' | 'severity' | 'labels'>;

/** Linear-time regular expressions only: neither a configuration nor a payload can make matching slow. */
const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 500;

/** As in Alertmanager: fully anchored, an absent label is the empty string. */
export function matches(matcher: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, matcher.label) ? (labels[matcher.label] ?? '') : '';
  switch (matcher.op) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return expression(matcher.value).matches(value);
    case '!~':
      return !expression(matcher.value).matches(value);
  }
}

function expression(text: string): RE2JS {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  const made = RE2JS.compile(text);
  compiled.set(text, made);
  return made;
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
