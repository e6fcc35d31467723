import type { Failover, FailoverFacts, FailoverState, TrailEntry } from './failover.ts';
import { canonicalJson, sha256 } from './hash.ts';
import { transitionFor, type LifecycleEvent } from './lifecycle.ts';

/** Who did what and why: becomes one entry of the trail. */
export interface Step {
  readonly event: LifecycleEvent;
  readonly by: string;
  readonly why: string;
  readonly atMs: number;
  readonly requestId?: string;
}
export class ForbiddenTransitionError extends Error {
  override readonly name = 'ForbiddenTransitionError';
}

/**
 * Moves a failover along the table, and appends to its trail. Pure.
 *
 * @param facts what else changes with it; the look number always goes up, so that messages sent before are stale.
 * @throws {ForbiddenTransitionError} when the table has no such row, or the new state is not the row's: a fault of ours, never of input.
 */
export function advance(
  failover: Failover,
  step: Step,
  next: FailoverState,
  facts: Partial<FailoverFacts> & { lookAtMs: number },
): Failover {
  const row = transitionFor(failover.state, step.event);
  if (row === undefined || row.to !== next.state) {
    throw new ForbiddenTransitionError(`${failover.state} may not become ${next.state} by "${step.event}"`);
  }
  const { lookAtMs, ...changed } = facts;
  const look = { number: failover.look.number + 1, atMs: lookAtMs };
  const trail = [...failover.trail, entryAfter(failover, step, next.state)];
  const moved: FailoverFacts = { ...factsOf(failover), ...changed, look, trail };
  return { ...moved, ...next };
}

function entryAfter(failover: Failover, { event, by, why, atMs, requestId }: Step, to: string): TrailEntry {
  const previousHash = failover.trail.at(-1)?.hash ?? '';
  const bare = { number: failover.trail.length, atMs, by, event, from: failover.state, to, why, previousHash };
  const entry = requestId === undefined ? bare : { ...bare, requestId };
  return { ...entry, hash: sha256(canonicalJson(entry)) };
}

/** The first entry of a trail: how it came to be. */
export function firstEntry(to: 'requested' | 'awaiting-approval', by: string, why: string, atMs: number): TrailEntry {
  const entry = { number: 0, atMs, by, event: 'created', from: 'none', to, why, previousHash: '' };
  return { ...entry, hash: sha256(canonicalJson(entry)) };
}

/** Whether every entry's hash covers it and the one before: nobody changed the past. */
export function verifyTrail(trail: readonly TrailEntry[]): boolean {
  return trail.every(({ hash, ...entry }, index) => {
    const previous = trail[index - 1]?.hash ?? '';
    return entry.number === index && entry.previousHash === previous && hash === sha256(canonicalJson(entry));
  });
}

/** Drops the fields of the old state, so that the new one cannot carry them on. */
function factsOf(failover: Failover): FailoverFacts {
  const { id, targetId, operation, token, plan, planHash, cause, requestedBy, reason, requestedAtMs, beganAtMs } = failover;
  const { approved, dataLossConsented, attempt, starts, look, checks, trail, hooks } = failover;
  const made = { id, targetId, operation, token, plan, planHash, cause, requestedBy, reason, requestedAtMs, beganAtMs };
  return { ...made, approved, dataLossConsented, attempt, starts, look, checks, trail, ...(hooks === undefined ? {} : { hooks }) };
}
