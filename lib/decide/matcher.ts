import type { Criterion, Matcher, Policy } from '../config/config.ts';
import { DEATH_CLASSES, type Alert } from '../alert/alert.ts';
import { episodeOf, type Relevance, type TrackedAlert } from './health.ts';
import { compilePattern } from './linear-pattern.ts';

type Described = Pick<TrackedAlert, 'source' | 'name' | 'class' | 'severity' | 'labels'>;

/** As in Alertmanager: fully anchored, an absent label is the empty string. */
export function matches(matcher: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const value = (Object.hasOwn(labels, matcher.label) ? labels[matcher.label] : undefined) ?? '';
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
function isOfKind(criterion: Criterion, alert: Described): boolean {
  if (alert.class === 'overload' || alert.class === 'capacity') return false;
  const classes = criterion.classes.length > 0 ? criterion.classes : DEATH_CLASSES;
  return (
    classes.includes(alert.class) &&
    (criterion.sources.length === 0 || criterion.sources.includes(alert.source)) &&
    (criterion.names.length === 0 || criterion.names.includes(alert.name))
  );
}

function hasLabels(criterion: Criterion, alert: Described): boolean {
  return criterion.match.every((matcher) => matches(matcher, alert.labels));
}

/** Whether an alert, while it fires, counts for a criterion. */
export function couldServe(criterion: Criterion, alert: Described): boolean {
  const ofSeverity = criterion.severities.length === 0 || criterion.severities.includes(alert.severity);
  return ofSeverity && isOfKind(criterion, alert) && hasLabels(criterion, alert);
}

/**
 * Senders state the end of a condition at another severity, with other labels (a system event "failure ended" is information), and lower a
 * severity while it lasts: both take evidence away, so both have to be remembered even if they come before what they end.
 */
function concerns({ criteria }: Policy, alert: Alert, known: boolean): boolean {
  if (alert.status === 'resolved') return known || criteria.some((criterion) => isOfKind(criterion, alert));
  return criteria.some((criterion) => isOfKind(criterion, alert) && hasLabels(criterion, alert));
}

/** Firing now by its own time: not too old (rule 3), not from the future. The start of its episode, if it is evidence. */
function evidenceSince(
  criterion: Criterion,
  tracked: TrackedAlert,
  { nowMs, allowedSkewMs }: { readonly nowMs: number; readonly allowedSkewMs: number },
): number | undefined {
  const episode = episodeOf(tracked);
  if (episode === undefined || episode.firstMs > nowMs + allowedSkewMs) return undefined;
  return nowMs - episode.lastMs <= criterion.maxAgeMs && couldServe(criterion, tracked) ? episode.firstMs : undefined;
}

const relevances = new WeakMap<Policy, Relevance>();

/** How a policy sees alerts; made once for each policy object. */
export function relevanceOf(policy: Policy): Relevance {
  const known = relevances.get(policy);
  if (known !== undefined) return known;
  const { criteria, guards } = policy;
  const made: Relevance = {
    labels: new Set(criteria.flatMap((criterion) => criterion.match.map((matcher) => matcher.label))),
    concerns: (alert, isKnown) => concerns(policy, alert, isKnown),
    counts: (alert) => criteria.some((criterion) => couldServe(criterion, alert)),
    evidence: criteria.map(
      (criterion) => (tracked, nowMs) => evidenceSince(criterion, tracked, { nowMs, allowedSkewMs: guards.allowedSkewMs }),
    ),
  };
  relevances.set(policy, made);
  return made;
}
