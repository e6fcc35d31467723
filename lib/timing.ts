/**
 * Every time limit of the flow, by name. Milliseconds. The embedded cloud may shorten them for tests and demonstrations; deployed, they
 * are these.
 *
 * The order that rule 17 needs (and `assertTiming` checks): look + hooks + look + call + margin ≤ lease ≤ quiet. The quiet time is kept by the
 * queue's clock (a delayed message), so that no lambda's clock is compared with another's.
 */
export interface Timing {
  /** Reading the provider and the probe before deciding or calling. */
  readonly observeMs: number;
  /** One call to a provider, from the first byte to the last. */
  readonly callMs: number;
  /** From claim to the end of the call, at most. */
  readonly leaseMs: number;
  /** The lease outlives the call's deadline by at least this. */
  readonly leaseMarginMs: number;
  /** All `before` hooks of a target together, every attempt included: the lease of such a target is longer by what its own may take. */
  readonly beforeHooksMs: number;
  /** After a lost answer nothing is concluded before this; a provider may want more. */
  readonly quietMs: number;
  /** Between two looks at a provider that cannot tell whether it happened. */
  readonly reconcileEveryMs: number;
  /** After this an unknown outcome is stuck, and people are paged. */
  readonly unknownBoundMs: number;
  /** How long the roles may take to show after the job's end. */
  readonly verifyBoundMs: number;
  readonly pollFirstMs: number;
  readonly pollSlowMs: number;
  /** For the first minute the poller looks often. */
  readonly pollFastForMs: number;
  readonly stuckPollMs: number;
  /** What stands still for this long past its due time is pushed by the watchdog. */
  readonly overdueMs: number;
  /** An alarming target without news is looked at again after this. */
  readonly relookAlarmingMs: number;
  /** Between two checks of a target's readiness (rule 18). */
  readonly readinessEveryMs: number;
  /** A notifier that began to deliver has this long. */
  readonly deliverMs: number;
  readonly attemptsMax: number;
  readonly startsMax: number;
}

export const TIMING: Timing = {
  observeMs: 8_000,
  callMs: 12_000,
  leaseMs: 60_000,
  leaseMarginMs: 30_000,
  beforeHooksMs: 30_000,
  quietMs: 90_000,
  reconcileEveryMs: 30_000,
  unknownBoundMs: 20 * 60_000,
  verifyBoundMs: 10 * 60_000,
  pollFirstMs: 2_000,
  pollSlowMs: 10_000,
  pollFastForMs: 60_000,
  stuckPollMs: 120_000,
  overdueMs: 30_000,
  relookAlarmingMs: 5 * 60_000,
  readinessEveryMs: 10 * 60_000,
  deliverMs: 30_000,
  attemptsMax: 8,
  startsMax: 2,
};

/**
 * What `before` hooks add to a claim's lease and to the quiet time: themselves, and one more look at the world after them (rule 5). Only
 * what the target's own hooks may take, so that a target without any has the shortest lease.
 */
export function hooksExtraMs(timing: Timing, hooksMs: number): number {
  return hooksMs === 0 ? 0 : hooksMs + timing.observeMs;
}

/** @throws {RangeError} when the limits do not stand in the order that the safety of rule 17 rests on. */
export function assertTiming(timing: Timing): Timing {
  for (const hooksMs of [0, timing.beforeHooksMs]) {
    const extraMs = hooksExtraMs(timing, hooksMs);
    const inFlightMs = timing.observeMs + extraMs + timing.callMs + timing.leaseMarginMs;
    if (inFlightMs > timing.leaseMs + extraMs) throw new RangeError('timing: the lease is shorter than what may be in flight');
  }
  // A wrong clock may give a worker up at once: its whole lease passes before anything is concluded all the same (model: quietLease).
  if (timing.quietMs < timing.leaseMs) throw new RangeError('timing: the quiet time is shorter than the lease');
  return timing;
}
