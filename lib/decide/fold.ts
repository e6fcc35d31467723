import type { Alert } from '../alert/alert.ts';
import { clip } from '../alert/text.ts';
import { boundObservers, boundTracked } from './bounds.ts';
import { MAX_STARTS, MAX_SUMMARY_KEPT, type Health, type Relevance, type TrackedAlert } from './health.ts';

/**
 * Folds alerts into the health. The fold is a join: the same alerts in any order, any number of times, give the same health (while it is
 * within its bounds), so nothing depends on the queue (rule 2, design §1). It is bounded (design §6). Pure.
 *
 * @param nowMs epoch ms: only bounding asks for it, since what is too old to count is the first to go.
 * @returns the same object when nothing changes, so that a re-sent alert costs no write.
 */
export function fold(health: Health, alerts: readonly Alert[], relevance: Relevance, nowMs: number): Health {
  return alerts.reduce((folded, alert) => foldOne(folded, alert, relevance, nowMs), health);
}

function foldOne(health: Health, alert: Alert, relevance: Relevance, nowMs: number): Health {
  const observer = own(health.observers, alert.observer) ?? { tracked: {}, floorMs: health.floorMs };
  const key = `${alert.source}/${alert.fingerprint}`;
  const before = own(observer.tracked, key);
  if (!relevance.concerns(alert, before !== undefined)) return health;
  if (before === undefined && newestOf(alert) <= observer.floorMs) return health;
  const stated = trackedOf(alert, relevance);
  const after = before === undefined ? stated : join(before, stated);
  if (after === before) return health;
  const bound = boundTracked({ ...observer.tracked, [key]: after }, relevance, nowMs);
  const floorMs = Math.max(observer.floorMs, bound.floorMs);
  // A newcomer for which there is no room, and which would not be missed, changes nothing: it may come again and again. It stands last, so
  // where it is the first to go, it goes alone.
  if (before === undefined && bound.dropped[0] === key && floorMs === observer.floorMs) return health;
  const observers = { ...health.observers, [alert.observer]: { tracked: bound.kept, floorMs } };
  const dropped = health.dropped + bound.dropped.length;
  return boundObservers({ ...health, observers, dropped }, { newcomer: alert.observer, relevance, nowMs, otherwise: health });
}

/** Own properties only: an observer may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function newestOf(alert: Alert): number {
  return alert.status === 'resolved' ? endOf(alert) : alert.startsAtMs;
}

function endOf(alert: Alert): number {
  return Math.max(alert.startsAtMs, alert.observedAtMs);
}

/** A firing statement that cannot count (a lower severity than the policy asks for) says something, but starts no episode. */
function trackedOf(alert: Alert, relevance: Relevance): TrackedAlert {
  const labels: Record<string, string> = {};
  for (const name of relevance.labels) {
    const value = own(alert.labels, name);
    if (value !== undefined) labels[name] = value;
  }
  const firing = alert.status === 'firing';
  return {
    source: alert.source,
    name: alert.name,
    class: alert.class,
    severity: alert.severity,
    labels,
    summary: clip(alert.summary, MAX_SUMMARY_KEPT),
    startsMs: firing && relevance.counts(alert) ? [alert.startsAtMs] : [],
    resolvedAtMs: firing ? 0 : endOf(alert),
    statedAtMs: alert.observedAtMs,
  };
}

/** The join of two views of one series: commutative, associative, idempotent. Returns `a` itself when `b` adds nothing. */
function join(a: TrackedAlert, b: TrackedAlert): TrackedAlert {
  const resolvedAtMs = Math.max(a.resolvedAtMs, b.resolvedAtMs);
  const startsMs = startsAfter(resolvedAtMs, a.startsMs, b.startsMs);
  const newer = newerBy(b, a) > 0 ? b : a;
  if (newer === a && resolvedAtMs === a.resolvedAtMs && startsMs === a.startsMs) return a;
  return { ...newer, startsMs, resolvedAtMs };
}

/** Of too many reminders the newest stay, and the first: the episode must not seem to begin anew. Returns `a` itself when nothing changes. */
function startsAfter(resolvedAtMs: number, a: readonly number[], b: readonly number[]): readonly number[] {
  const all = [...new Set([...a, ...b])].filter((startMs) => startMs > resolvedAtMs).sort((x, y) => y - x);
  const kept = all.filter((_startMs, index) => index < MAX_STARTS - 1 || index === all.length - 1);
  return kept.length === a.length && kept.every((startMs, index) => startMs === a[index]) ? a : kept;
}

/**
 * Positive when `b` is the newer statement. Of two statements of one moment the text decides which of them describes the series: it must
 * not depend on which came first.
 */
function newerBy(b: TrackedAlert, a: TrackedAlert): number {
  return (
    b.statedAtMs - a.statedAtMs ||
    order(b.name, a.name) ||
    order(b.class, a.class) ||
    order(b.severity, a.severity) ||
    order(b.summary, a.summary) ||
    order(JSON.stringify(b.labels), JSON.stringify(a.labels))
  );
}

function order(b: string, a: string): number {
  return Number(b > a) - Number(b < a);
}
