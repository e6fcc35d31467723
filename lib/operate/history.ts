import { verifyTrail } from '../failover/advance.ts';
import type { Failover } from '../failover/failover.ts';
import { rulesFor, type Services } from '../services.ts';
import type { Act } from '../store/record-store.ts';

/** What happened to a target, and what people did, newest first. */
export interface History {
  readonly targetId: string;
  /** The active one first, if there is one. */
  readonly failovers: readonly RecordedFailover[];
  readonly acts: readonly Act[];
}
export interface RecordedFailover {
  readonly failover: Failover;
  /** Whether every entry of the trail still hashes to what it says: nobody changed the past. */
  readonly trailIntact: boolean;
}
export const HISTORY_MAX = 100;

/** @throws {UnknownTargetError} */
export async function history(services: Services, targetId: string, limit: number): Promise<History> {
  rulesFor(services.config, targetId);
  const bounded = Math.max(1, Math.min(HISTORY_MAX, limit));
  const [state, ended, acts] = await Promise.all([
    services.targets.load(targetId),
    services.records.failovers(targetId, bounded),
    services.records.acts(targetId, bounded),
  ]);
  const active = state.failover === undefined ? [] : [state.failover];
  const known = new Set(active.map(({ id }) => id));
  const failovers = [...active, ...ended.filter(({ id }) => !known.has(id))];
  const { lastAct } = state.controls;
  const missed = lastAct === undefined || acts.some(({ id }) => id === lastAct.id) ? [] : [lastAct];
  return {
    targetId,
    failovers: failovers.map((failover) => ({ failover, trailIntact: verifyTrail(failover.trail) })),
    acts: [...missed, ...acts].toSorted((a, b) => b.atMs - a.atMs).slice(0, bounded),
  };
}
