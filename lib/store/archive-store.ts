import type { Alert } from '../alert/alert.ts';
import type { Verdict } from '../decide/verdict.ts';
import { canonicalJson, sha256 } from '../failover/hash.ts';
import type { Key, Table } from '../ports.ts';
import { timeKey } from './record-store.ts';

/** What a target was told and what came of it, for trying another policy on it later. The target is known, so the ids are left out. */
export type ArchivedAlert = Omit<Alert, 'resources'>;
export interface ArchiveEntry {
  readonly targetId: string;
  /** Epoch ms by the queue's clock. */
  readonly receivedAtMs: number;
  readonly decidedAtMs: number;
  readonly alerts: readonly ArchivedAlert[];
  /** How many alerts of the batch did not fit. */
  readonly dropped: number;
  /** Only when it says something new. */
  readonly verdict?: Pick<Verdict, 'kind' | 'reason' | 'criterion'>;
}

/**
 * One item for each batch and target, under a key that follows from what the batch says: the same batch again is the same item. Bounded
 * in size, and kept for {@link ARCHIVE_KEPT_MS}.
 */
export interface ArchiveStore {
  has(entry: ArchiveEntry): Promise<boolean>;
  keep(entry: ArchiveEntry): Promise<void>;
  /** Entries in the order of their days. A page may be empty and have a next one. */
  page(targetId: string, range: ArchiveRange): Promise<ArchivePage>;
}
export interface ArchiveRange {
  /** By the time of what was told, to the day: what was received from here on. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly cursor?: string | undefined;
}
export interface ArchivePage {
  /** Of one day, whose start this is: epoch ms. */
  readonly dayMs: number;
  readonly entries: readonly ArchiveEntry[];
  readonly cursor?: string;
}

export const ARCHIVE_KEPT_MS = 90 * 86_400_000;
const ALERTS_MAX = 200;
/** With every character of three bytes it is still half of what an item may hold. */
const DOCUMENT_CHARS_MAX = 60_000;
/** Entries of a page: a function's answer may hold 6 MB. */
const PAGE_ENTRIES = 40;
/** Days without entries that one page walks over. */
const PAGE_DAYS = 31;
const DAY_MS = 86_400_000;
/** Beyond this there is no date. */
const LAST_DAY = 99_999_999;

export function createArchiveStore(table: Table): ArchiveStore {
  return {
    has: async (entry) => (await table.get(keyOf(entry))) !== undefined,
    keep: async (entry) => {
      const set = { document: documentOf(entry), ttlSeconds: Math.floor((entry.decidedAtMs + ARCHIVE_KEPT_MS) / 1_000) };
      await table.update(keyOf(entry), { set }, { document: undefined });
    },
    page: (targetId, range) => pageOf(table, targetId, range),
  };
}

/** By the time of its newest statement, which a re-sent batch shares, but never ahead of our clock. */
function keyOf(entry: ArchiveEntry): Key {
  const { targetId, alerts, receivedAtMs, verdict } = entry;
  const statedAtMs = alerts.length === 0 ? receivedAtMs : Math.min(receivedAtMs, Math.max(...alerts.map((alert) => alert.observedAtMs)));
  const content = alerts.length === 0 ? { receivedAtMs, verdict } : { alerts, verdict };
  return { pk: partitionOf(targetId, dayOf(statedAtMs)), sk: `${timeKey(statedAtMs)}#${sha256(canonicalJson(content)).slice(0, 24)}` };
}

/** A partition for each day, so that a noisy year is no single hot one. */
function partitionOf(targetId: string, day: number): string {
  return `archive#${targetId}#${new Date(day * DAY_MS).toISOString().slice(0, 10)}`;
}

function dayOf(atMs: number): number {
  return Math.min(LAST_DAY, Math.floor(Math.max(0, atMs) / DAY_MS));
}

/** Alerts are left out from the end until it fits. */
function documentOf(entry: ArchiveEntry): string {
  let alerts = entry.alerts.slice(0, ALERTS_MAX);
  for (;;) {
    const text = JSON.stringify({ ...entry, alerts, dropped: entry.dropped + entry.alerts.length - alerts.length });
    if (text.length <= DOCUMENT_CHARS_MAX || alerts.length === 0) return text;
    alerts = alerts.slice(0, Math.floor((alerts.length * DOCUMENT_CHARS_MAX) / text.length / 2));
  }
}

async function pageOf(table: Table, targetId: string, { sinceMs, untilMs, cursor }: ArchiveRange): Promise<ArchivePage> {
  const place = cursor === undefined ? { day: dayOf(sinceMs), within: undefined } : placeOf(cursor);
  const lastDay = dayOf(untilMs);
  const walkedTo = Math.min(lastDay, place.day + PAGE_DAYS - 1);
  let { day, within } = place;
  for (; day <= walkedTo; day += 1, within = undefined) {
    const options = { limit: PAGE_ENTRIES, ...(within === undefined ? {} : { cursor: within }) };
    const { items, cursor: next } = await table.queryPartition(partitionOf(targetId, day), options);
    const entries = items.map((item) => JSON.parse(String(item['document'])) as ArchiveEntry);
    const page = { dayMs: day * DAY_MS, entries };
    if (next !== undefined) return { ...page, cursor: `${day}|${next}` };
    if (entries.length > 0) return day < lastDay ? { ...page, cursor: `${day + 1}|` } : page;
  }
  const empty = { dayMs: walkedTo * DAY_MS, entries: [] };
  return day <= lastDay ? { ...empty, cursor: `${day}|` } : empty;
}

function placeOf(cursor: string): { day: number; within: string | undefined } {
  const bar = cursor.indexOf('|');
  const within = cursor.slice(bar + 1);
  const day = Number(cursor.slice(0, bar));
  return { day: Number.isSafeInteger(day) ? day : 0, within: within === '' ? undefined : within };
}
