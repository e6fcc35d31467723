import type { Alert, ConditionClass, Severity } from '../alert/alert.ts';

/**
 * A target's alerts, folded. The fold is a join: folding the same alerts in any order, any number of times, gives the same health (while
 * it is within its bounds), so nothing depends on the queue (rule 2, design §1). It is bounded (design §6): what is dropped is counted.
 */
export interface Health {
  readonly observers: Readonly<Record<string, ObserverHealth>>;
  /** Alerts of observers not listed count only if they began after this: what was evicted can never come back by redelivery. */
  readonly floorMs: number;
  readonly dropped: number;
}
export interface ObserverHealth {
  readonly tracked: Readonly<Record<string, TrackedAlert>>;
  readonly floorMs: number;
}
/** One series: a set of episode starts and the newest resolve. It fires if an episode began after the newest resolve. */
export interface TrackedAlert {
  readonly source: string;
  readonly name: string;
  readonly class: ConditionClass;
  readonly severity: Severity;
  /** Only labels that the policy asks about. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Newest first, at most {@link MAX_STARTS}. A reminder adds one, so the first of an episode is its oldest start after the resolve. */
  readonly startsMs: readonly number[];
  readonly resolvedAtMs: number;
  /** Of the statement that the other fields are taken from. */
  readonly statedAtMs: number;
}

export const MAX_STARTS = 16;
export const MAX_OBSERVERS = 8;
/** For each observer and each criterion: a flood that meets one criterion cannot evict the evidence of another. */
export const MAX_TRACKED_PER_CRITERION = 8;

export const emptyHealth: Health = { observers: {}, floorMs: 0, dropped: 0 };

/** How the policy sees an alert: which criterion it could serve, and which labels have to be kept. */
export interface Relevance {
  /** Index of the first criterion that the alert could serve, or -1. */
  criterionOf(alert: Pick<TrackedAlert, 'source' | 'name' | 'class' | 'severity' | 'labels'>): number;
  readonly labels: ReadonlySet<string>;
}

/** The start of the current episode and its newest sign, or `undefined` when the series does not fire. */
export function episodeOf(tracked: TrackedAlert): { readonly firstMs: number; readonly lastMs: number } | undefined {
  let first: number | undefined;
  for (const startMs of tracked.startsMs) if (startMs > tracked.resolvedAtMs) first = startMs;
  const last = tracked.startsMs[0];
  return first === undefined || last === undefined ? undefined : { firstMs: first, lastMs: last };
}

/** Folds alerts into the health. Returns the same object when nothing changes, so that a re-sent alert costs no write. */
export function fold(health: Health, alerts: readonly Alert[], relevance: Relevance): Health {
  let folded = health;
  for (const alert of alerts) {
    if (relevance.criterionOf(alert) >= 0) folded = foldOne(folded, alert, relevance);
  }
  return folded;
}

function foldOne(health: Health, alert: Alert, relevance: Relevance): Health {
  const observer = own(health.observers, alert.observer);
  const key = `${alert.source}/${alert.fingerprint}`;
  const before = observer === undefined ? undefined : own(observer.tracked, key);
  const floorMs = observer?.floorMs ?? health.floorMs;
  if (before === undefined && Math.max(alert.startsAtMs, alert.status === 'resolved' ? alert.observedAtMs : 0) <= floorMs) return health;
  const after = join(before, trackedOf(alert, relevance.labels));
  if (after === before) return health;
  const tracked = { ...observer?.tracked, [key]: after };
  const observers = { ...health.observers, [alert.observer]: { tracked, floorMs } };
  return bounded({ ...health, observers }, alert.observer, relevance);
}

/** Own properties only: an observer may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function trackedOf(alert: Alert, labelsKept: ReadonlySet<string>): TrackedAlert {
  const labels: Record<string, string> = {};
  for (const name of labelsKept) {
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
    summary: alert.summary,
    startsMs: firing ? [alert.startsAtMs] : [],
    resolvedAtMs: firing ? 0 : Math.max(alert.startsAtMs, alert.observedAtMs),
    statedAtMs: alert.observedAtMs,
  };
}

/** The join of two views of one series: commutative, associative, idempotent. */
function join(a: TrackedAlert | undefined, b: TrackedAlert): TrackedAlert {
  if (a === undefined) return b;
  const startsMs = newestStarts(a.startsMs, b.startsMs);
  const resolvedAtMs = Math.max(a.resolvedAtMs, b.resolvedAtMs);
  const newer = isNewer(b, a) ? b : a;
  if (newer === a && resolvedAtMs === a.resolvedAtMs && startsMs === a.startsMs) return a;
  return { ...newer, startsMs, resolvedAtMs };
}

/** Returns `a` itself when `b` adds nothing. The newest N of a union do not depend on the order of joining. */
function newestStarts(a: readonly number[], b: readonly number[]): readonly number[] {
  const added = b.filter((startMs) => !a.includes(startMs));
  if (added.length === 0) return a;
  const all = [...a, ...added].sort((x, y) => y - x).slice(0, MAX_STARTS);
  return all.length === a.length && all.every((startMs, index) => startMs === a[index]) ? a : all;
}

function isNewer(b: TrackedAlert, a: TrackedAlert): boolean {
  if (b.statedAtMs !== a.statedAtMs) return b.statedAtMs > a.statedAtMs;
  return descriptionOf(b) > descriptionOf(a);
}

function descriptionOf(tracked: TrackedAlert): string {
  const labels = Object.entries(tracked.labels).sort(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify([tracked.name, tracked.class, tracked.severity, tracked.summary, labels]);
}

function bounded(health: Health, observer: string, relevance: Relevance): Health {
  return boundObservers(boundTracked(health, observer, relevance), observer);
}

function boundTracked(health: Health, name: string, relevance: Relevance): Health {
  const observer = health.observers[name];
  if (observer === undefined || Object.keys(observer.tracked).length <= MAX_TRACKED_PER_CRITERION) return health;
  const kept: Record<string, TrackedAlert> = {};
  const counts = new Map<number, number>();
  let { floorMs } = observer;
  let { dropped } = health;
  for (const [key, tracked] of Object.entries(observer.tracked).sort(byWorth)) {
    const group = relevance.criterionOf(tracked);
    const count = counts.get(group) ?? 0;
    if (group >= 0 && count < MAX_TRACKED_PER_CRITERION) {
      kept[key] = tracked;
      counts.set(group, count + 1);
    } else {
      floorMs = Math.max(floorMs, tracked.resolvedAtMs, tracked.startsMs[0] ?? 0);
      dropped += 1;
    }
  }
  return { ...health, dropped, observers: { ...health.observers, [name]: { tracked: kept, floorMs } } };
}

/** Firing before resolved, then the longest firing, then by key: what is kept is the evidence that counts soonest. */
function byWorth([keyA, a]: [string, TrackedAlert], [keyB, b]: [string, TrackedAlert]): number {
  const difference = (episodeOf(a)?.firstMs ?? Number.MAX_SAFE_INTEGER) - (episodeOf(b)?.firstMs ?? Number.MAX_SAFE_INTEGER);
  if (difference !== 0) return difference;
  return keyA < keyB ? -1 : 1;
}

/** A newcomer takes the place of an observer that sees nothing firing; if all see something, the newcomer is dropped. */
function boundObservers(health: Health, newcomer: string): Health {
  const names = Object.keys(health.observers);
  if (names.length <= MAX_OBSERVERS) return health;
  const idle = names.filter((name) => name !== newcomer && !seesFiring(health.observers[name])).sort()[0];
  const evicted = idle ?? newcomer;
  const observers = { ...health.observers };
  const floorMs = idle === undefined ? health.floorMs : Math.max(health.floorMs, newestOf(observers[idle]));
  delete observers[evicted];
  return { observers, floorMs, dropped: health.dropped + 1 };
}

function seesFiring(observer: ObserverHealth | undefined): boolean {
  return Object.values(observer?.tracked ?? {}).some((tracked) => episodeOf(tracked) !== undefined);
}

function newestOf(observer: ObserverHealth | undefined): number {
  return Math.max(
    observer?.floorMs ?? 0,
    ...Object.values(observer?.tracked ?? {}).map((t) => Math.max(t.resolvedAtMs, t.startsMs[0] ?? 0)),
  );
}
