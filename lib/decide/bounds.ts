import {
  episodeOf,
  MAX_OBSERVERS,
  MAX_REMEMBERED,
  MAX_TRACKED_PER_CRITERION,
  type Health,
  type Relevance,
  type TrackedAlert,
} from './health.ts';

type Tracked = Readonly<Record<string, TrackedAlert>>;
type Entry = readonly [key: string, tracked: TrackedAlert];

interface Bound {
  readonly kept: Tracked;
  /** The newest resolve that was forgotten; 0 if none was. */
  readonly floorMs: number;
  /** Keys of what had to go. */
  readonly dropped: readonly string[];
}

/**
 * What one observer may have on record. For each criterion the oldest and the newest evidence stays, so neither a flood of new
 * fingerprints nor a redrive of old ones evicts what a verdict rests on; of the rest, the newest resolves stay. Only a forgotten resolve
 * raises the floor: by nothing else could something dead come back to life.
 */
export function boundTracked(tracked: Tracked, relevance: Relevance, nowMs: number): Bound {
  const entries = Object.entries(tracked);
  if (entries.length <= MAX_TRACKED_PER_CRITERION) return { kept: tracked, floorMs: 0, dropped: [] };
  const evidence = relevance.evidence.map((counts) => entries.filter(([, alert]) => counts(alert, nowMs)).sort(bySoonest));
  const counting = new Set(evidence.flat());
  const rest = entries.filter((entry) => !counting.has(entry)).sort(byNewestEnd);
  const kept = new Set([...evidence.flatMap(oldestAndNewest), ...rest.slice(0, MAX_REMEMBERED)]);
  const gone = entries.filter((entry) => !kept.has(entry));
  return {
    kept: gone.length === 0 ? tracked : Object.fromEntries(entries.filter((entry) => kept.has(entry))),
    floorMs: Math.max(0, ...gone.map(([, alert]) => alert.resolvedAtMs)),
    dropped: gone.map(([key]) => key),
  };
}

const HALF = MAX_TRACKED_PER_CRITERION / 2;

/** The oldest carry the dwell; the newest may be the only ones within the window of another observer's. */
function oldestAndNewest(evidence: readonly Entry[]): readonly Entry[] {
  return [...evidence.slice(0, HALF), ...evidence.slice(-HALF)];
}

function bySoonest([keyA, a]: Entry, [keyB, b]: Entry): number {
  return (episodeOf(a)?.firstMs ?? 0) - (episodeOf(b)?.firstMs ?? 0) || (keyA < keyB ? -1 : 1);
}

function byNewestEnd([keyA, a]: Entry, [keyB, b]: Entry): number {
  return b.resolvedAtMs - a.resolvedAtMs || (keyA < keyB ? -1 : 1);
}

interface Bounding {
  readonly newcomer: string;
  readonly relevance: Relevance;
  readonly nowMs: number;
  /** The health without the newcomer: what is returned when it is the newcomer that has to go, and would not be missed. */
  readonly otherwise: Health;
}

/**
 * Of too many observers one goes that sees nothing now: the newcomer itself, or else the one that knows least. If all see something, the
 * newcomer is not taken in.
 */
export function boundObservers(health: Health, { newcomer, relevance, nowMs, otherwise }: Bounding): Health {
  const observers = Object.entries(health.observers);
  if (observers.length <= MAX_OBSERVERS) return health;
  const idle = observers
    .filter(([, { tracked }]) => !seesAny(tracked, relevance, nowMs))
    .map(([name, { tracked, floorMs }]) => ({ name, alerts: Object.keys(tracked).length, knows: newestEnd(tracked, floorMs) }))
    .sort((a, b) => a.knows - b.knows || (a.name < b.name ? -1 : 1));
  const gone = idle.find(({ name }) => name === newcomer) ?? idle[0];
  if (gone === undefined || (gone.name === newcomer && gone.knows <= health.floorMs)) return otherwise;
  return {
    observers: Object.fromEntries(observers.filter(([name]) => name !== gone.name)),
    floorMs: Math.max(health.floorMs, gone.knows),
    dropped: health.dropped + gone.alerts,
  };
}

function seesAny(tracked: Tracked, relevance: Relevance, nowMs: number): boolean {
  return Object.values(tracked).some((alert) => relevance.evidence.some((counts) => counts(alert, nowMs)));
}

function newestEnd(tracked: Tracked, floorMs: number): number {
  return Math.max(floorMs, ...Object.values(tracked).map((alert) => alert.resolvedAtMs));
}
