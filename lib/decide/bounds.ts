import {
  MAX_OBSERVERS,
  MAX_REMEMBERED,
  MAX_TRACKED_PER_CRITERION,
  type Health,
  type ObserverHealth,
  type Relevance,
  type TrackedAlert,
} from './health.ts';

type Tracked = Readonly<Record<string, TrackedAlert>>;

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
  const evidence = relevance.evidence.map((since) =>
    entries.flatMap(([key, alert]): Placed[] => {
      const sinceMs = since(alert, nowMs);
      return sinceMs === undefined ? [] : [[key, sinceMs]];
    }),
  );
  const counting = new Set(evidence.flatMap((list) => list.map(([key]) => key)));
  const rest = entries.filter(([key]) => !counting.has(key)).map(([key, { resolvedAtMs }]): Placed => [key, -resolvedAtMs]);
  const kept = new Set([...evidence.flatMap(oldestAndNewest), ...keysInOrder(rest).slice(0, MAX_REMEMBERED)]);
  const gone = entries.filter(([key]) => !kept.has(key));
  return {
    kept: Object.fromEntries(entries.filter(([key]) => kept.has(key))),
    floorMs: Math.max(0, ...gone.map(([, alert]) => alert.resolvedAtMs)),
    dropped: gone.map(([key]) => key),
  };
}

type Placed = readonly [key: string, atMs: number];

const HALF = MAX_TRACKED_PER_CRITERION / 2;

/** The oldest carry the dwell; the newest may be the only ones within the window of another observer's. */
function oldestAndNewest(evidence: readonly Placed[]): readonly string[] {
  const keys = keysInOrder(evidence);
  return [...keys.slice(0, HALF), ...keys.slice(-HALF)];
}

/** By time, and before that by text, so that equal times do not depend on which came first. */
function keysInOrder(placed: readonly Placed[]): readonly string[] {
  const at = new Map(placed);
  return [...at.keys()].toSorted().sort((a, b) => Number(at.get(a)) - Number(at.get(b)));
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
  const idle = observers.filter(([, { tracked }]) => !seesAny(tracked, relevance, nowMs));
  const [least] = keysInOrder(idle.map(([name, observer]) => [name, newestEnd(observer)]));
  const gone = idle.find(([name]) => name === newcomer) ?? idle.find(([name]) => name === least);
  if (gone === undefined) return otherwise;
  const [name, observer] = gone;
  const floorMs = Math.max(health.floorMs, newestEnd(observer));
  if (name === newcomer && floorMs === health.floorMs) return otherwise;
  return {
    observers: Object.fromEntries(observers.filter((one) => one !== gone)),
    floorMs,
    dropped: health.dropped + Object.keys(observer.tracked).length,
  };
}

function seesAny(tracked: Tracked, relevance: Relevance, nowMs: number): boolean {
  return Object.values(tracked).some((alert) => relevance.evidence.some((since) => since(alert, nowMs) !== undefined));
}

function newestEnd({ tracked, floorMs }: ObserverHealth): number {
  return Math.max(floorMs, ...Object.values(tracked).map((alert) => alert.resolvedAtMs));
}
