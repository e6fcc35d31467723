import { describe, expect, test } from 'vitest';
import type { HistoryItem } from '../../lib/backtest/history.ts';
import { Replay } from '../../lib/backtest/replay.ts';
import { SUPPOSED } from '../../lib/explain/suppose.ts';
import { World } from '../simulate/world.ts';
import { askDba } from '../decide/stories/teller.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import {
  config,
  DAY,
  HOUR,
  inOrder,
  LEDGER,
  MINUTE,
  ORDERS,
  outage,
  PAYMENTS,
  reckless,
  replayed,
  SECOND,
  short,
  T0,
  told,
} from './history.ts';

describe('what a policy would have done', () => {
  test('a 43-second partition: a near miss under the standard policy, told by how much', () => {
    const report = replayed(outage(0, 43 * SECOND));
    expect(short(report)).toEqual([`near-miss ${ORDERS} +43`]);
    expect(report.outcomes[0]).toMatchObject({ shortMs: 17 * SECOND, beganMs: T0, criterion: 'two-observers' });
    expect(report.outcomes[0]?.evidence).toEqual(['DatabaseUnreachable (eu-1)', 'DatabaseUnreachable (eu-2)']);
  });

  test('the same partition under a reckless policy: a failover', () => {
    expect(short(replayed(outage(0, 43 * SECOND), reckless))).toEqual([`failover ${ORDERS} +10`]);
  });

  test('an outage: one failover, when the dwell ends and not when the next alert comes', () => {
    expect(short(replayed(outage(0, 20 * MINUTE)))).toEqual([`failover ${ORDERS} +60`]);
  });

  test('a dwell that ends with the very alert that resolves it was over first', () => {
    expect(short(replayed(outage(0, MINUTE)))).toEqual([`failover ${ORDERS} +60`]);
    expect(short(replayed(outage(0, MINUTE - 1)))).toEqual([`near-miss ${ORDERS} +59.999`]);
  });

  test('overload, for hours: nothing at all', () => {
    const cpu = { name: 'GaussdbHighCpu', severity: 'critical', startsAtMs: T0 };
    expect(
      short(replayed(Array.from({ length: 40 }, (_, index) => told(index * 5 * MINUTE, { ...cpu, observer: `eu-${String(index % 2)}` })))),
    ).toEqual([]);
  });

  test('what still fires at the end is played on to its verdict', () => {
    expect(short(replayed(outage(0, 20 * MINUTE).slice(0, 1)))).toEqual([`failover ${ORDERS} +60`]);
  });

  test('a dead-letter queue drained a day late: too old, nothing', () => {
    const [first] = outage(0, 20 * MINUTE);
    if (first?.kind !== 'delivery') throw new Error('no delivery');
    const late: HistoryItem = { ...first, delivery: { ...first.delivery, receivedAtMs: T0 + DAY } };
    expect(short(replayed([late]))).toEqual([]);
  });

  test('a resolved alert that is delivered again after its end: nothing', () => {
    const items = outage(0, 43 * SECOND);
    expect(short(replayed([...items, ...items.slice(0, 1).map((item) => again(item, 2 * MINUTE))]))).toEqual([`near-miss ${ORDERS} +43`]);
  });
});

function again(item: HistoryItem, atMs: number): HistoryItem {
  return item.kind === 'delivery' ? { ...item, delivery: { ...item.delivery, receivedAtMs: T0 + atMs } } : item;
}

describe('what follows a supposed failover', () => {
  test('its cool-down: the next outage is held, and told once', () => {
    const report = replayed(inOrder(outage(0, 20 * MINUTE), outage(40 * MINUTE, 10 * MINUTE)));
    expect(short(report)).toEqual([`failover ${ORDERS} +60`, `hold cool-down ${ORDERS} +2460`]);
  });

  test('the limit of a day, after the cool-down', () => {
    const report = replayed(inOrder(outage(0, 20 * MINUTE), outage(3 * HOUR, 10 * MINUTE)));
    expect(short(report)).toEqual([`failover ${ORDERS} +60`, `hold daily-limit ${ORDERS} +10860`]);
  });

  test('and another failover the day after', () => {
    const report = replayed(inOrder(outage(0, 20 * MINUTE), outage(DAY + HOUR, 10 * MINUTE)));
    expect(report.counts).toEqual([{ kind: 'failover', reason: 'criterion-met', count: 2 }]);
  });

  test('its alerts are spent: the same episode, still firing an hour later, does nothing', () => {
    const startsAtMs = T0;
    const seen = ['eu-1', 'eu-2'].map((observer) => ({ observer, startsAtMs }));
    const items = Array.from({ length: 30 }, (_, index) => told(index * 5 * MINUTE, ...seen));
    expect(short(replayed(items, config({ criterion: { maxAgeMs: DAY } })))).toEqual([`failover ${ORDERS} +60`]);
  });

  test('it takes as long as is supposed, and nothing is decided meanwhile', () => {
    const supposed = { takesMs: 30 * MINUTE, releaseAfterMs: HOUR };
    const report = replayed(inOrder(outage(0, 10 * MINUTE), outage(15 * MINUTE, 5 * MINUTE)), config(), { supposed });
    expect(short(report)).toEqual([`failover ${ORDERS} +60`]);
    expect(report.lanes[0]?.acting).toEqual([{ fromMs: T0 + MINUTE, toMs: T0 + 31 * MINUTE }]);
  });
});

describe('the fleet brake', () => {
  const storm = inOrder(outage(0, 90 * MINUTE), outage(0, 90 * MINUTE, PAYMENTS), outage(0, 90 * MINUTE, LEDGER));

  test('a storm on most targets trips it once, and nobody fails over', () => {
    const report = replayed(storm);
    expect(report.counts.filter(({ kind }) => kind === 'brake')).toEqual([{ kind: 'brake', reason: 'fleet-brake-trips', count: 1 }]);
    expect(report.counts.some(({ kind }) => kind === 'failover')).toBe(false);
  });

  test('released, it has all its slots again', () => {
    const { fleet, ...rest } = config();
    const strict = { ...rest, fleet: { brake: { ...fleet.brake, failovers: 1 } } };
    const supposed = { takesMs: MINUTE, releaseAfterMs: 10 * MINUTE };
    const items = inOrder(outage(0, 5 * MINUTE), outage(10 * MINUTE, 5 * MINUTE, PAYMENTS), outage(30 * MINUTE, 5 * MINUTE, LEDGER));
    const acted = replayed(items, strict, { supposed }).outcomes.filter(
      ({ kind }) => kind === 'failover' || kind === 'brake' || kind === 'ask',
    );
    expect(acted.map(({ kind, targetId }) => `${kind} ${targetId}`)).toEqual([`failover ${ORDERS}`, `brake ${PAYMENTS}`, `ask ${LEDGER}`]);
  });

  test('released, it lets an outage pass that is still young', () => {
    const supposed = { takesMs: 5 * MINUTE, releaseAfterMs: 10 * MINUTE };
    const ends = [PAYMENTS, LEDGER].map((target) => outage(0, 3 * MINUTE, target));
    const report = replayed(inOrder(outage(0, 14 * MINUTE), ...ends), config(), { supposed });
    expect(report.outcomes.filter(({ kind }) => kind === 'failover').map(({ targetId }) => targetId)).toEqual([ORDERS]);
  });
});

describe('asking', () => {
  const asked = config({ guards: { approval: { ...askDba, expiresMs: 30 * MINUTE } } });

  test('nobody answers: it expires, and the same signals do not ask again', () => {
    const report = replayed(outage(0, 2 * HOUR), asked);
    expect(short(report)).toEqual([`ask ${ORDERS} +60`]);
    expect(report.outcomes[0]?.ended).toBe('expired');
  });

  test('the signals heal first: it is withdrawn', () => {
    expect(replayed(outage(0, 10 * MINUTE), asked).outcomes.map(({ ended }) => ended)).toEqual(['withdrawn']);
  });

  test('people approve after the time supposed: it fails over then', () => {
    const supposed = { takesMs: 5 * MINUTE, releaseAfterMs: HOUR, approveAfterMs: 8 * MINUTE };
    const report = replayed(outage(0, 20 * MINUTE), asked, { supposed });
    expect(short(report)).toEqual([`ask ${ORDERS} +60`, `failover ${ORDERS} +540`]);
    expect(report.outcomes[0]?.ended).toBe('approved');
  });

  test('an answer that comes after a guard has turned red changes nothing', () => {
    const freezes = [{ fromMs: T0 + 5 * MINUTE, toMs: T0 + HOUR, reason: 'the sale' }];
    const frozen = config({ guards: { approval: askDba, freezes } });
    const supposed = { takesMs: 5 * MINUTE, releaseAfterMs: HOUR, approveAfterMs: 8 * MINUTE };
    const report = replayed(outage(0, 20 * MINUTE), frozen, { supposed });
    expect(report.outcomes[0]).toMatchObject({ kind: 'ask', ended: 'overtaken' });
    expect(report.counts.some(({ kind }) => kind === 'failover')).toBe(false);
  });
});

test('the supposed world is the policy’s to judge: our probe, and the lag', () => {
  const world = { ...SUPPOSED, probe: 'alive' as const };
  expect(short(replayed(outage(0, 10 * MINUTE, PAYMENTS), config(), { world }))).toEqual([`hold contradicted ${PAYMENTS} +60`]);
  const lagging = { ...SUPPOSED, lagMs: MINUTE };
  expect(short(replayed(outage(0, 10 * MINUTE, PAYMENTS), config(), { world: lagging }))).toEqual([`hold lag-over-limit ${PAYMENTS} +60`]);
});

test('order does not matter within what was received at one time, and late words are told now', () => {
  const items = [told(0, { observer: 'eu-1' }), told(0, { observer: 'eu-2' })];
  expect(short(replayed(items.toReversed()))).toEqual(short(replayed(items)));
  const report = replayed([...items, told(-MINUTE, { observer: 'eu-3' })]);
  expect([report.read.outOfOrder, short(report)]).toEqual([1, [`failover ${ORDERS} +60`]]);
});

test('what leads to no target is counted and does nothing', () => {
  const report = replayed([told(0, { instance: 'somebody-else' })]);
  expect(report.read).toEqual({ deliveries: 1, alerts: 0, refused: 0, astray: 1, outOfOrder: 0 });
});

test('outcomes are bounded, and all of them are counted', () => {
  const daily = config({ guards: { failoversPerDay: 10_000, coolDownMs: 0 } });
  const replay = new Replay(daily, { label: 'many', supposed: { takesMs: SECOND, releaseAfterMs: SECOND } });
  for (let number = 0; number < 5_200; number += 1) for (const item of outage(number * 4 * MINUTE, 30 * SECOND)) replay.take(item);
  const report = replay.finish();
  expect([report.outcomes.length, report.counts]).toEqual([5_000, [{ kind: 'near-miss', reason: 'dwelling', count: 5_200 }]]);
  expect(report.lanes[0]?.firing.length).toBe(2_000);
  expect(report.lanes[0]?.firing.at(-1)?.toMs).toBeGreaterThan(T0 + 5_199 * 4 * MINUTE);
});

describe('the replay and the real steps, on the same alerts', () => {
  test.each([
    ['an outage', 20 * MINUTE],
    ['a partition', 43 * SECOND],
    ['a minute to the second', 65 * SECOND],
  ])('%s: the same failovers, within a few seconds', async (_what, lastingMs) => {
    const given = config();
    const world = new World({ config: given });
    const startMs = world.nowMs;
    const alerts = (status: 'firing' | 'resolved'): string =>
      alertmanagerBody(['eu-1', 'eu-2'].map((observer) => ({ observer, status, startsAtMs: startMs, endsAtMs: startMs + lastingMs })));
    world.alert(alerts('firing'));
    world.kernel.after(lastingMs, () => world.alert(alerts('resolved')));
    await world.run(40 * MINUTE);
    const real = world.log
      .filter(({ event, fields }) => event === 'verdict' && fields['kind'] === 'failover')
      .map(({ atMs }) => atMs - startMs);

    const delivery = { contentType: 'application/json', headers: {} };
    const items: readonly HistoryItem[] = [
      { kind: 'delivery', delivery: { ...delivery, body: alerts('firing'), receivedAtMs: startMs } },
      { kind: 'delivery', delivery: { ...delivery, body: alerts('resolved'), receivedAtMs: startMs + lastingMs } },
    ];
    const replay = replayed(items, given)
      .outcomes.filter(({ kind }) => kind === 'failover')
      .map(({ atMs }) => atMs - startMs);
    expect(replay).toHaveLength(real.length);
    for (const [index, atMs] of replay.entries()) expect(Math.abs(atMs - (real[index] ?? 0))).toBeLessThan(5 * SECOND);
  });
});
