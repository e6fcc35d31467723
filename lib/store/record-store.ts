import type { DrillReport } from '../drill/report.ts';
import type { TerminalFailover } from '../failover/failover.ts';
import type { Refusal } from '../alert/source.ts';
import type { Item, Key, Table } from '../ports.ts';
import { sha256 } from '../failover/hash.ts';

/** Items of their own with deterministic keys: writing twice is writing once (design §6). */
export interface RecordStore {
  /** Keeps an ended failover, whole, for ever. */
  keepFailover(failover: TerminalFailover): Promise<void>;
  failover(targetId: string, failoverId: string): Promise<TerminalFailover | undefined>;
  /** Ended failovers of a target, newest first. */
  failovers(targetId: string, limit: number): Promise<readonly TerminalFailover[]>;
  /** Ended failovers of all targets, newest first. */
  recentFailovers(limit: number): Promise<readonly TerminalFailover[]>;
  /** An alert that became no verdict, with the reason; kept for {@link REFUSED_KEPT_MS}. */
  keepRefused(refused: RefusedAlert, nowMs: number): Promise<void>;
  refused(limit: number): Promise<readonly RefusedAlert[]>;
  /** What a person did, for ever. */
  keepAct(act: Act): Promise<void>;
  acts(targetId: string, limit: number): Promise<readonly Act[]>;
  keepDrill(report: DrillReport): Promise<void>;
  drills(targetId: string, limit: number): Promise<readonly DrillReport[]>;
}
export interface RefusedAlert {
  readonly source: string;
  readonly refusals: readonly Refusal[];
  /** The first of the body, for people; cut and cleaned. */
  readonly excerpt: string;
  readonly receivedAtMs: number;
}
/** A person's deed: pause, resume, acknowledge, approve, deny, release, drill. */
export interface Act {
  readonly id: string;
  readonly targetId: string;
  readonly by: string;
  readonly deed: string;
  readonly reason: string;
  readonly atMs: number;
}

const REFUSED_KEPT_MS = 30 * 86_400_000;
const historyKey = (targetId: string, sk: string): Key => ({ pk: `history#${targetId}`, sk });

/** Sorts as text in the order of time. */
export function timeKey(atMs: number): string {
  return String(Math.max(0, Math.floor(atMs))).padStart(15, '0');
}

export function createRecordStore(table: Table): RecordStore {
  const put = (key: Key, item: Item): Promise<unknown> => table.update(key, { set: item }, { document: undefined });
  const documents = async <T>(pk: string, skPrefix: string, limit: number): Promise<T[]> => {
    const { items } = await table.queryPartition(pk, { limit, newestFirst: true, skPrefix });
    return items.map((item) => JSON.parse(String(item['document'])) as T);
  };
  return {
    keepFailover: async (failover) => {
      const key = historyKey(failover.targetId, `failover#${timeKey(failover.requestedAtMs)}#${failover.id}`);
      const recent = { recentPk: 'failover', recentSk: `${timeKey(failover.endedAtMs)}#${failover.id}` };
      await put(key, { document: JSON.stringify(failover), ...recent });
    },
    failover: async (targetId, failoverId) => {
      const all = await documents<TerminalFailover>(`history#${targetId}`, 'failover#', 100);
      return all.find((failover) => failover.id === failoverId);
    },
    failovers: (targetId, limit) => documents<TerminalFailover>(`history#${targetId}`, 'failover#', limit),
    recentFailovers: async (limit) => {
      const { items } = await table.queryIndex('recent', 'failover', { limit, newestFirst: true });
      return items.map((item) => JSON.parse(String(item['document'])) as TerminalFailover);
    },
    keepRefused: async (refused, nowMs) => {
      const id = sha256(`${refused.source}|${refused.receivedAtMs}|${refused.excerpt}`).slice(0, 32);
      const ttlSeconds = Math.floor((nowMs + REFUSED_KEPT_MS) / 1_000);
      const recent = { recentPk: 'refused', recentSk: `${timeKey(refused.receivedAtMs)}#${id}` };
      await put({ pk: `refused#${id}`, sk: 'alert' }, { document: JSON.stringify(refused), ttlSeconds, ...recent });
    },
    refused: async (limit) => {
      const { items } = await table.queryIndex('recent', 'refused', { limit, newestFirst: true });
      return items.map((item) => JSON.parse(String(item['document'])) as RefusedAlert);
    },
    keepAct: async (act) => {
      await put(historyKey(act.targetId, `act#${timeKey(act.atMs)}#${act.id}`), { document: JSON.stringify(act) });
    },
    acts: (targetId, limit) => documents<Act>(`history#${targetId}`, 'act#', limit),
    keepDrill: async (report) => {
      await put(historyKey(report.targetId, `drill#${timeKey(report.startedAtMs)}#${report.id}`), { document: JSON.stringify(report) });
    },
    drills: (targetId, limit) => documents<DrillReport>(`history#${targetId}`, 'drill#', limit),
  };
}
