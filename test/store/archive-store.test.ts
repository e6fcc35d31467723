import { describe, expect, test } from 'vitest';
import { ARCHIVE_KEPT_MS, createArchiveStore, type ArchiveEntry, type ArchiveStore } from '../../lib/store/archive-store.ts';
import { MemoryTable } from '../simulate/memory-table.ts';
import { alertOf, DAY, fires, HOUR, MINUTE, T0 } from '../decide/stories/teller.ts';

const TARGET = 'orders';

function entryAt(atMs: number, count = 1, more: Partial<ArchiveEntry> = {}): ArchiveEntry {
  const alerts = Array.from({ length: count }, (_, index) => {
    const { resources: _resources, ...alert } = alertOf(fires('eu-1', atMs - T0, { fingerprint: `series-${String(index)}` }));
    return alert;
  });
  return { targetId: TARGET, receivedAtMs: atMs + 1_000, decidedAtMs: atMs + 2_000, alerts, dropped: 0, ...more };
}

async function all(store: ArchiveStore, sinceMs: number, untilMs: number): Promise<{ entries: readonly ArchiveEntry[]; pages: number }> {
  const entries: ArchiveEntry[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await store.page(TARGET, { sinceMs, untilMs, ...(cursor === undefined ? {} : { cursor }) });
    for (const { receivedAtMs } of page.entries) expect(Math.floor((receivedAtMs - 1_000) / DAY) * DAY).toBe(page.dayMs);
    entries.push(...page.entries);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { entries, pages };
}

describe('one entry', () => {
  test('comes back as it was, and expires', async () => {
    const table = new MemoryTable();
    const store = createArchiveStore(table);
    const entry = entryAt(T0, 3);
    expect(await store.has(entry)).toBe(false);
    await store.keep(entry);
    expect(await store.has(entry)).toBe(true);
    expect((await all(store, T0, T0)).entries).toEqual([entry]);
    const [item] = table.items.values();
    expect(item?.['ttlSeconds']).toBe(Math.floor((entry.decidedAtMs + ARCHIVE_KEPT_MS) / 1_000));
    expect(item?.['pk']).toBe(`archive#${TARGET}#2026-11-20`);
  });

  test('is one item however often the same is said, and the first word stands', async () => {
    const table = new MemoryTable();
    const store = createArchiveStore(table);
    await store.keep(entryAt(T0));
    await store.keep({ ...entryAt(T0), receivedAtMs: T0 + HOUR });
    expect((await all(store, T0, T0)).entries).toEqual([entryAt(T0)]);
  });

  test('another verdict on the same words is another item', async () => {
    const store = createArchiveStore(new MemoryTable());
    await store.keep(entryAt(T0));
    await store.keep(entryAt(T0, 1, { verdict: { kind: 'hold', reason: 'paused' } }));
    expect((await all(store, T0, T0)).entries).toHaveLength(2);
  });

  test('is bounded: what does not fit is counted', async () => {
    const store = createArchiveStore(new MemoryTable());
    const labels = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`label-${String(index)}`, '長'.repeat(256)]));
    const entry = entryAt(T0, 2_000);
    await store.keep({ ...entry, alerts: entry.alerts.map((alert) => ({ ...alert, labels })) });
    const [kept] = (await all(store, T0, T0)).entries;
    expect(kept?.alerts.length).toBeGreaterThan(0);
    expect((kept?.alerts.length ?? 0) + (kept?.dropped ?? 0)).toBe(2_000);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(400_000);
  });

  test('whose time lies ahead of our clock is filed under the time of its receipt', async () => {
    const store = createArchiveStore(new MemoryTable());
    const ahead = { ...entryAt(T0 + 300 * DAY), receivedAtMs: T0 + 1_000, decidedAtMs: T0 };
    await store.keep(ahead);
    expect((await all(store, T0, T0)).entries).toEqual([ahead]);
  });
});

describe('pages', () => {
  test('walk over days, full and empty, in order, and end', async () => {
    const store = createArchiveStore(new MemoryTable());
    const entries = [
      ...Array.from({ length: 95 }, (_, index) => entryAt(T0 + index * MINUTE)),
      entryAt(T0 + 40 * DAY),
      entryAt(T0 + 80 * DAY),
    ];
    for (const entry of entries) await store.keep(entry);
    const { entries: read, pages } = await all(store, T0 - DAY, T0 + 85 * DAY);
    expect(read).toEqual(entries);
    expect(pages).toBeLessThan(12);
  });

  test('hold nothing of another target, nor of another day', async () => {
    const store = createArchiveStore(new MemoryTable());
    await store.keep(entryAt(T0));
    await store.keep(entryAt(T0 + 2 * DAY));
    await store.keep({ ...entryAt(T0), targetId: 'orders#2026' });
    expect((await all(store, T0 - DAY, T0 + DAY)).entries).toEqual([entryAt(T0)]);
  });

  test.each(['', '|', 'x|y', '-5|', '9007199254740993|a'])('a made-up cursor %j ends too', async (cursor) => {
    const store = createArchiveStore(new MemoryTable());
    const page = await store.page(TARGET, { sinceMs: T0, untilMs: T0 + DAY, cursor });
    expect(page.entries).toEqual([]);
  });
});
