import type { Alert, ConditionClass, Severity } from '../alert/alert.ts';

/** A target's alerts, folded: what `fold` makes and `decide` reads. */
export interface Health {
  readonly observers: Readonly<Record<string, ObserverHealth>>;
  /** Alerts of observers not listed count only if they began after this: what was evicted can never come back by redelivery. */
  readonly floorMs: number;
  /** How many alerts were on record and had to go. */
  readonly dropped: number;
}
export interface ObserverHealth {
  readonly tracked: Readonly<Record<string, TrackedAlert>>;
  /** The same for alerts of this observer that are not tracked. */
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
  /** Starts after the newest resolve, newest first, at most {@link MAX_STARTS}: each reminder adds one, and the oldest is always kept. */
  readonly startsMs: readonly number[];
  readonly resolvedAtMs: number;
  /** Of the statement that the other fields are taken from. */
  readonly statedAtMs: number;
}

export const MAX_STARTS = 16;
export const MAX_OBSERVERS = 8;
/** Firing evidence kept for each observer and each criterion: a flood that meets one criterion cannot evict the evidence of another. */
export const MAX_TRACKED_PER_CRITERION = 8;
/** Besides evidence, for each observer: what resolved, what is too old to count, what was lowered to a severity that does not count. */
export const MAX_REMEMBERED = 8;
/** Of a summary as it is kept: enough for people to know it by. */
export const MAX_SUMMARY_KEPT = 120;

export const emptyHealth: Health = { observers: {}, floorMs: 0, dropped: 0 };

/** How the policy sees alerts. */
export interface Relevance {
  /** Whether a statement has to be remembered. `known`: its series is on record already. */
  concerns(alert: Alert, known: boolean): boolean;
  /** Whether a firing statement can count for any criterion. */
  counts(alert: Alert): boolean;
  /** One entry for each criterion: since when a series has been evidence for it, if it is at a moment. Epoch ms. */
  readonly evidence: readonly ((tracked: TrackedAlert, nowMs: number) => number | undefined)[];
  /** Names of the labels that have to be kept. */
  readonly labels: ReadonlySet<string>;
}

/** The start of the current episode and its newest sign, or `undefined` when the series does not fire. */
export function episodeOf({ startsMs, resolvedAtMs }: TrackedAlert): { readonly firstMs: number; readonly lastMs: number } | undefined {
  const after = startsMs.filter((startMs) => startMs > resolvedAtMs);
  return after.length === 0 ? undefined : { firstMs: Math.min(...after), lastMs: Math.max(...after) };
}
