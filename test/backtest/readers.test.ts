import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf, linesOf, type BadLines } from '../../cli/history.ts';
import type { HistoryItem, RecordedDelivery } from '../../lib/backtest/history.ts';
import { createInterpreter } from '../../lib/backtest/interpret.ts';
import { createLineReader } from '../../lib/backtest/read-line.ts';
import { exportLine } from '../../lib/backtest/readers/archive-export.ts';
import { alertOf, fires } from '../decide/stories/teller.ts';
import { alertmanagerBody, exampleConfig } from '../scenarios/story.ts';
import { replayed, short, T0, told } from './history.ts';

const AT = '2026-11-20T12:00:30Z';
const AT_MS = Date.parse(AT);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-history-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
function written(text: string): string {
  const path = join(folder, 'history.ndjson');
  writeFileSync(path, text);
  return path;
}
async function read(text: string): Promise<{ items: readonly HistoryItem[]; bad: BadLines }> {
  const bad: BadLines = { count: 0, first: [] };
  const items: HistoryItem[] = [];
  for await (const item of itemsOf(written(text), bad)) items.push(item);
  return { items, bad };
}
const one = (line: unknown): RecordedDelivery => {
  const [item] = createLineReader().read(JSON.stringify(line));
  if (item?.kind !== 'delivery') throw new Error('no delivery');
  return item;
};

describe('a log of notifications', () => {
  const body = JSON.parse(alertmanagerBody([{ startsAtMs: T0 }])) as Record<string, unknown>;

  test.each([
    ['beside the fields', { receivedAt: AT, ...body }],
    ['as epoch milliseconds', { receivedAtMs: AT_MS, ...body }],
    ['as a log shipper writes it', { '@timestamp': AT, ...body }],
    ['around the body', { receivedAt: AT, body }],
    ['around the body as text', { receivedAt: AT, body: JSON.stringify(body) }],
  ])('keeps the time of receipt %s', (_what, line) => {
    const item = one(line);
    expect(item.delivery.receivedAtMs).toBe(AT_MS);
    const { atMs, alerts } = createInterpreter(exampleConfig()).interpret(item, 0);
    expect([atMs, [...alerts.keys()]]).toEqual([AT_MS, ['orders-gaussdb']]);
  });

  test('without a time it is as old as the newest word in it', () => {
    const { atMs } = createInterpreter(exampleConfig()).interpret(one(body), 5);
    expect(atMs).toBe(T0);
  });

  test('without any time at all it is as old as the line before', () => {
    const { atMs } = createInterpreter(exampleConfig()).interpret(one({ hello: 'world' }), 77);
    expect(atMs).toBe(77);
  });

  test('the frame may name the source, and the body need not be JSON', () => {
    const form = 'alertState=ALERT&alertName=x';
    expect(one({ receivedAt: AT, source: 'cms', contentType: 'application/x-www-form-urlencoded', body: form })).toEqual({
      kind: 'delivery',
      source: 'cms',
      delivery: { contentType: 'application/x-www-form-urlencoded', headers: {}, body: form, receivedAtMs: AT_MS },
    });
  });
});

describe('our own archive', () => {
  const { resources: _resources, ...alert } = alertOf(fires('eu-1', 0));
  const entry = { targetId: 'orders-gaussdb', receivedAtMs: T0 + 1, decidedAtMs: T0 + 2, alerts: [alert], dropped: 0 };

  test('comes back as it was kept, with what was decided', () => {
    const kept = { ...entry, verdict: { kind: 'hold', reason: 'paused' } } as const;
    expect(createLineReader().read(exportLine(kept))).toEqual([{ kind: 'entry', entry: kept }]);
    const { decided, alerts } = createInterpreter(exampleConfig()).interpret({ kind: 'entry', entry: kept }, 0);
    expect(decided).toEqual({ targetId: 'orders-gaussdb', verdict: kept.verdict });
    expect(alerts.get('orders-gaussdb')).toEqual([{ ...alert, resources: [] }]);
  });

  test('of a target that the configuration does not have is astray', () => {
    expect(createInterpreter(exampleConfig()).interpret({ kind: 'entry', entry: { ...entry, targetId: 'gone' } }, 0)).toMatchObject({
      astray: 1,
    });
  });

  test('a broken entry is told', () => {
    expect(() => createLineReader().read('{"understudy":"archive","targetId":"orders"}')).toThrow('without its target, time or alerts');
  });
});

describe("CloudWatch's alarm history", () => {
  const item = (value: string, at: string | number, old = 'OK'): Record<string, unknown> => ({
    AlarmName: 'payments-writer-unreachable',
    AlarmType: 'MetricAlarm',
    Timestamp: at,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${old} to ${value}`,
    HistoryData: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: old, stateReason: 'x' },
      newState: { stateValue: value, stateReason: 'Threshold Crossed: 1 datapoint' },
    }),
  });
  const alarm = {
    AlarmName: 'payments-writer-unreachable',
    AlarmArn: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:payments-writer-unreachable',
    AlarmDescription: 'PRIORITY=critical the writer does not answer',
    MetricName: 'WriterReachable',
    Namespace: 'Databases',
    Dimensions: [{ Name: 'clusterId', Value: 'pc-bp1abcdefghijk01' }],
  };
  const config = exampleConfig();
  const { cloudwatch } = config.sources;
  if (cloudwatch === undefined) throw new Error('the example has no source cloudwatch');
  const classes = { 'payments-writer-unreachable': 'unreachable' } as const;
  const known = { ...config, sources: { ...config.sources, cloudwatch: { ...cloudwatch, classes } } };

  test('an item with the alarm before it leads to its target, and fails over like the alarm itself', async () => {
    const lines = [
      { MetricAlarms: [alarm], CompositeAlarms: [] },
      item('ALARM', '2026-11-20T12:00:00.000Z'),
      item('OK', T0 / 1_000 + 600, 'ALARM'),
    ];
    const { items, bad } = await read(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(bad.count).toBe(0);
    expect(short(replayed(items, known))).toEqual(['failover payments-polardb +60']);
  });

  test('the answer of the API, newest first and over many lines, is put in order', async () => {
    const aliases = { 'payments-writer-unreachable': 'pc-bp1abcdefghijk01' };
    const aliased = { ...known, sources: { ...known.sources, cloudwatch: { ...cloudwatch, classes, resourceAliases: aliases } } };
    const document = { AlarmHistoryItems: [item('OK', '2026-11-20T12:00:43Z', 'ALARM'), item('ALARM', '2026-11-20T12:00:00Z')] };
    const { items } = await read(JSON.stringify(document, undefined, 2));
    expect(items).toHaveLength(2);
    // Without the alarm there is no severity, which the example asks for.
    expect(replayed(items, aliased).read).toMatchObject({ deliveries: 2, alerts: 2, outOfOrder: 0 });
    const times = items.map((one) => (one.kind === 'delivery' ? one.delivery.receivedAtMs : 0));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('what changes no state says nothing, and what has no time is told', async () => {
    const action = { ...item('ALARM', AT), HistoryItemType: 'Action' };
    const { items, bad } = await read([action, { ...item('ALARM', 'soon') }].map((line) => JSON.stringify(line)).join('\n'));
    expect(items).toEqual([]);
    expect(bad).toEqual({
      count: 1,
      first: [expect.stringContaining('line 2: an item of the alarm history without a readable Timestamp')],
    });
  });
});

describe('lines', () => {
  test('are read whatever the chunks, with the last one unfinished', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `${String(index)} ${'é'.repeat(200)}`);
    const found: string[] = [];
    for await (const line of linesOf(written(`${lines.join('\n')}\n\nlast`))) found.push(line);
    expect(found).toEqual([...lines, 'last']);
  });

  test('that are broken are left out, counted, and the first are told', async () => {
    const item = told(0, {});
    if (item.kind !== 'delivery') throw new Error('no delivery');
    const { items, bad } = await read(`{"a":\n[1]\nnull\n${item.delivery.body}\n"x"\n7\n{\n`);
    expect(items).toHaveLength(1);
    expect(bad.count).toBe(6);
    expect(bad.first).toHaveLength(5);
    expect(bad.first[0]).toBe('line 1: not a JSON object');
  });
});
