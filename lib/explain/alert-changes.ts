import type { Alert } from '../alert/alert.ts';
import type { Criterion, Matcher } from '../config/config.ts';
import { emptyHealth, episodeOf, type Health } from '../decide/health.ts';
import { couldServe } from '../decide/matcher.ts';
import type { ReasonCode } from '../decide/reason.ts';
import { windowAt } from '../decide/windows.ts';
import { instant } from '../decide/words.ts';
import { verdictOf, type Case } from './case.ts';
import type { AlertChangeCode, Change } from './change.ts';
import { countingClasses, misfitsOf, type FieldMisfit, type Misfit } from './counts.ts';
import { labelsFor, valueFor } from './fitting-labels.ts';

/** What the monitoring systems would have to say for a criterion to be met: of every criterion, one thing at a time. */
export function alertChanges(given: Case, reason: ReasonCode): readonly Change[] {
  const { criteria } = given.rules.policy;
  return [
    ...criteria.flatMap((criterion) => fittings(criterion, given)),
    ...firingAgain(given),
    ...(reason === 'alerts-too-old' || reason === 'alerts-spent' ? beganAnew(given) : []),
    ...(reason === 'quorum-short' ? beganTogether(given) : []),
    ...criteria.flatMap((criterion) => moreObservers(criterion, given)),
  ];
}

/** One change for each kind of misfit: all alerts that have it lose it. */
function fittings(criterion: Criterion, { alerts }: Case): readonly Change[] {
  const seen = new Map<string, Change>();
  for (const alert of alerts) {
    for (const misfit of misfitsOf(criterion, alert)) {
      const change = misfit.what === 'label' ? labelled(criterion, misfit.matcher) : fitting(criterion, misfit);
      if (change !== undefined) seen.set(`${change.code} ${change.value}`, change);
    }
  }
  return [...seen.values()];
}

function fitting(criterion: Criterion, { what, value: had }: FieldMisfit): Change | undefined {
  const [value] = what === 'class' ? countingClasses(criterion) : wantedBy(criterion, what);
  if (value === undefined) return undefined;
  return {
    code: FITTING_CODES[what],
    what: `the alerts were of ${what} ${value} instead of ${had}`,
    value,
    apply: (given) => fitted(given, criterion, what, (alert) => ({ ...alert, [what]: value })),
  };
}

const FITTING_CODES: Readonly<Record<FieldMisfit['what'], AlertChangeCode>> = {
  class: 'alert-class',
  severity: 'alert-severity',
  source: 'alert-source',
  name: 'alert-name',
};

function wantedBy({ severities, sources, names }: Criterion, what: 'severity' | 'source' | 'name'): readonly string[] {
  return { severity: severities, source: sources, name: names }[what];
}

function labelled(criterion: Criterion, matcher: Matcher): Change | undefined {
  const value = valueFor(matcher);
  if (value === undefined) return undefined;
  const { label } = matcher;
  return {
    code: 'alert-label',
    what: value === '' ? `the alerts had no label ${label}` : `the alerts had the label ${label}="${value}"`,
    value: `${label}=${value}`,
    apply: (given) => fitted(given, criterion, 'label', (alert) => ({ ...alert, labels: { ...alert.labels, [label]: value } }), label),
  };
}

function fitted(given: Case, criterion: Criterion, what: Misfit['what'], change: (alert: Alert) => Alert, label?: string): Case {
  const hasIt = (alert: Alert): boolean =>
    misfitsOf(criterion, alert).some((one) => one.what === what && (one.what !== 'label' || one.matcher.label === label));
  return { ...given, alerts: given.alerts.map((alert) => (hasIt(alert) ? change(alert) : alert)) };
}

function firingAgain({ alerts }: Case): readonly Change[] {
  if (alerts.every(({ status }) => status === 'firing')) return [];
  return [
    {
      code: 'alert-firing',
      what: 'the alerts still fired instead of being resolved',
      value: 'firing',
      apply: (given) => ({ ...given, alerts: given.alerts.map((alert) => begunAt(alert, alert.startsAtMs)) }),
    },
  ];
}

const begunAt = (alert: Alert, atMs: number): Alert => ({ ...alert, status: 'firing', startsAtMs: atMs, observedAtMs: atMs });

/** Alerts of different ages, or further apart than the quorum's window, count together if they all begin when the newest did. */
function beganTogether({ alerts }: Case): readonly Change[] {
  const starts = alerts.filter(({ status }) => status === 'firing').map(({ startsAtMs }) => startsAtMs);
  return new Set(starts).size < 2 ? [] : [begunAnewAt(Math.max(...starts))];
}

/**
 * The signal began anew, late enough to be fresh (not old, not spent, not in a window or pause) and early enough to have lasted. Offered
 * only when there is such a moment before now.
 */
export function beganAnew(given: Case): readonly Change[] {
  const atMs = freshStart(given);
  if (atMs > given.nowMs) return [];
  return [begunAnewAt(atMs)];
}

function begunAnewAt(atMs: number): Change {
  return {
    code: 'alert-fresh',
    what: `the alerts had begun anew at ${instant(atMs)}`,
    value: instant(atMs),
    apply: (one) => ({
      ...one,
      before: emptyHealth,
      alerts: [...recorded(one.before), ...one.alerts].map((alert) => (alert.status === 'firing' ? begunAt(alert, atMs) : alert)),
    }),
  };
}

function freshStart({ rules, controls, alerts, nowMs }: Case): number {
  const { criteria, guards } = rules.policy;
  const lastingMs = Math.max(guards.providerGraceMs, ...criteria.map(({ forMs }) => forMs));
  const resolvedMs = alerts.filter(({ status }) => status === 'resolved').map(({ observedAtMs }) => observedAtMs + 1);
  const begunMs = Math.max(nowMs - lastingMs, controls.spentUntilMs + 1, controls.pausedUntilMs, ...resolvedMs);
  return windowAt(guards, begunMs)?.toMs ?? begunMs;
}

/** What is on record as firing, as alerts. */
function recorded(health: Health): readonly Alert[] {
  return Object.entries(health.observers).flatMap(([observer, { tracked }]) =>
    Object.entries(tracked).flatMap(([key, { source, name, class: of, severity, labels, summary, ...rest }]) => {
      const episode = episodeOf({ source, name, class: of, severity, labels, summary, ...rest });
      if (episode === undefined) return [];
      const times = { startsAtMs: episode.firstMs, observedAtMs: episode.firstMs };
      const fingerprint = key.slice(source.length + 1);
      return [
        { source, observer, fingerprint, name, class: of, severity, status: 'firing' as const, ...times, resources: [], labels, summary },
      ];
    }),
  );
}

const MORE_MAX = 5;

/** The fewest further alerts, each of an observer of its own, that change something. */
export function moreObservers(criterion: Criterion, given: Case): readonly Change[] {
  const model = given.alerts.find((alert) => alert.status === 'firing' && couldServe(criterion, alert)) ?? synthetic(criterion, given);
  const before = verdictOf(given);
  for (let count = 1; count <= MORE_MAX; count += 1) {
    const apply = (one: Case): Case => ({ ...one, alerts: [...one.alerts, ...others(model, count)] });
    const after = verdictOf(apply(given));
    if (after.kind === before.kind && after.reason === before.reason) continue;
    const further =
      count === 1 ? 'one further alert, from an observer of its own,' : `${count} further alerts, each from an observer of its own,`;
    const like = [...(model.name === '' ? [] : [model.name]), model.class, model.severity].join(', ');
    return [
      { code: 'more-observers', what: `${further} had fired since ${instant(model.startsAtMs)} (${like})`, value: String(count), apply },
    ];
  }
  return [];
}

function others(model: Alert, count: number): readonly Alert[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `another-${index + 1}`;
    return { ...model, observer: name, fingerprint: name };
  });
}

/** Where no alert counts at all: one that would, begun now. */
function synthetic(criterion: Criterion, { nowMs }: Case): Alert {
  return {
    source: criterion.sources[0] ?? 'another',
    observer: 'another',
    fingerprint: 'another',
    name: criterion.names[0] ?? '',
    class: countingClasses(criterion)[0] ?? 'other',
    severity: criterion.severities[0] ?? 'critical',
    status: 'firing',
    startsAtMs: nowMs,
    observedAtMs: nowMs,
    resources: [],
    labels: labelsFor(criterion.match),
    summary: 'supposed',
  };
}
