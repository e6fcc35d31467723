import type { Key, Table } from '../ports.ts';
import { sha256 } from '../failover/hash.ts';

/**
 * One mark for each notice and channel: who sends it, and that it was delivered. A sender that died leaves a mark that expires; then
 * another sends again, so a notice arrives at least once, and once if nobody dies (invariant L3).
 */
export interface MarkStore {
  /** `mine`: go ahead. `delivered`: nothing to do. `busy`: somebody else is at it. */
  take(noticeKey: string, channelId: string, nowMs: number, forMs: number): Promise<'mine' | 'delivered' | 'busy'>;
  delivered(noticeKey: string, channelId: string, nowMs: number): Promise<void>;
  /** Lets another try soon: the channel said that it did not take it. */
  giveBack(noticeKey: string, channelId: string): Promise<void>;
}

const KEPT_MS = 90 * 86_400_000;

export function createMarkStore(table: Table): MarkStore {
  const keyOf = (noticeKey: string, channelId: string): Key => ({
    pk: `mark#${sha256(`${noticeKey}|${channelId}`).slice(0, 40)}`,
    sk: 'mark',
  });
  return {
    take: async (noticeKey, channelId, nowMs, forMs) => {
      const key = keyOf(noticeKey, channelId);
      const item = await table.get(key);
      if (item?.['state'] === 'delivered') return 'delivered';
      const untilMs = Number(item?.['untilMs'] ?? 0);
      if (item?.['state'] === 'sending' && untilMs > nowMs) return 'busy';
      const set = { state: 'sending', untilMs: nowMs + forMs, noticeKey, channelId };
      const expected = item === undefined ? { state: undefined } : { state: String(item['state']), untilMs };
      return (await table.update(key, { set }, expected)) === 'written' ? 'mine' : 'busy';
    },
    delivered: async (noticeKey, channelId, nowMs) => {
      const set = {
        state: 'delivered',
        deliveredAtMs: nowMs,
        untilMs: 0,
        ttlSeconds: Math.floor((nowMs + KEPT_MS) / 1_000),
        noticeKey,
        channelId,
      };
      await table.update(keyOf(noticeKey, channelId), { set }, {});
    },
    giveBack: async (noticeKey, channelId) => {
      await table.update(keyOf(noticeKey, channelId), { set: { state: 'waiting', untilMs: 0 } }, { state: 'sending' });
    },
  };
}
