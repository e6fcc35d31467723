import { sha256 } from '../failover/hash.ts';
import type { Key, Table } from '../ports.ts';

/** Ids of signed deliveries that were accepted, each until its signature is too old to count. */
export interface Replays {
  wasAccepted(source: string, id: string, nowMs: number): Promise<boolean>;
  /** After the delivery is on the queue, never before: a sender that got no answer must be able to try again. */
  accepted(source: string, id: string, nowMs: number, keptMs: number): Promise<void>;
}

/** In a partition of their own, the only one that the webhook may read. */
export function createReplays(table: Table): Replays {
  const keyOf = (source: string, id: string): Key => ({ pk: `replay#${sha256(`${source}|${id}`).slice(0, 40)}`, sk: 'delivery' });
  return {
    // Compared here, because the table deletes late.
    wasAccepted: async (source, id, nowMs) => Number((await table.get(keyOf(source, id)))?.['untilMs'] ?? 0) > nowMs,
    accepted: async (source, id, nowMs, keptMs) => {
      const untilMs = nowMs + keptMs;
      await table.update(keyOf(source, id), { set: { untilMs, ttlSeconds: Math.ceil(untilMs / 1_000) } }, {});
    },
  };
}
