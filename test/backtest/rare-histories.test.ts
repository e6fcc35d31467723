import { describe, expect, test } from 'vitest';
import { scaleOf, ticksOf } from '../../lib/backtest/axis.ts';
import { incidentsOf, type Incident } from '../../lib/backtest/difference.ts';
import { renderPage } from '../../lib/backtest/page.ts';
import { createLineReader } from '../../lib/backtest/read-line.ts';
import { Recorder } from '../../lib/backtest/recorder.ts';
import { OUTCOMES_MAX, type Outcome, type Report } from '../../lib/backtest/report.ts';
import { sentenceOf, tallyWords } from '../../lib/backtest/words.ts';
import { askDba } from '../decide/stories/teller.ts';
import { config, DAY, HOUR, inOrder, MINUTE, ORDERS, outage, replayed, SECOND, short, T0 } from './history.ts';

const OUTCOME: Outcome = { targetId: ORDERS, kind: 'hold', reason: 'paused', atMs: T0 + MINUTE, beganMs: T0, evidence: [] };

describe('what came out, in a sentence', () => {
  test.each<[Partial<Outcome>, string]>([
    [
      { kind: 'failover', reason: 'criterion-met', criterion: 'two', evidence: ['Down (eu-1)'] },
      'fails over 60 s after it began, by criterion "two": Down (eu-1)',
    ],
    [{ kind: 'failover', reason: 'approval-needed', criterion: 'two' }, 'fails over 60 s after it began, by criterion "two", approved'],
    [{ kind: 'ask', reason: 'approval-needed', ended: 'withdrawn' }, 'asks for approval 60 s after it began; the signals healed first'],
    [{ kind: 'ask', reason: 'approval-needed' }, 'asks for approval 60 s after it began; still open at the end'],
    [
      { kind: 'near-miss', reason: 'dwelling', criterion: 'two', shortMs: 17 * SECOND },
      'came within 17 s of acting: criterion "two" was met, and cleared 60 s after it began',
    ],
  ])('%j', (change, sentence) => {
    expect(sentenceOf({ ...OUTCOME, ...change })).toBe(sentence);
  });

  test('a hold, a brake and a grace that was not over say why', () => {
    expect(sentenceOf(OUTCOME)).toMatch(/^holds 60 s after it began\. .+\.$/);
    expect(sentenceOf({ ...OUTCOME, kind: 'brake', reason: 'fleet-brake-trips' })).toMatch(
      /^pulls the fleet brake 60 s after it began\. .+\.$/,
    );
    const early = sentenceOf({ ...OUTCOME, kind: 'near-miss', reason: 'provider-grace', shortMs: 5 * SECOND });
    expect(early).toMatch(/^came within 5 s of acting: [^.]+, and cleared 60 s after it began$/);
  });

  test('what was read, in words', () => {
    const none = { deliveries: 0, alerts: 0, refused: 0, astray: 0, outOfOrder: 0 };
    expect(tallyWords(none)).toBe('0 deliveries, 0 alerts about targets');
    expect(tallyWords({ deliveries: 1, alerts: 1, refused: 1, astray: 2, outOfOrder: 3 })).toBe(
      '1 delivery, 1 alert about targets, 2 alerts about no single target, 1 part refused, 3 out of order',
    );
  });
});

describe('what is recorded is bounded', () => {
  test('an outcome that is only counted can become nothing else', () => {
    const recorder = new Recorder();
    for (let index = 0; index < OUTCOMES_MAX; index += 1) recorder.outcome({ ...OUTCOME, kind: 'ask' });
    const place = recorder.outcome({ ...OUTCOME, kind: 'ask' });
    recorder.amend(place, { ended: 'approved' });
    recorder.amend(0, { ended: 'expired' });
    const { outcomes, counts } = recorder.report('policy', 0);
    expect([place, outcomes.length, counts[0]?.count]).toEqual([-1, OUTCOMES_MAX, OUTCOMES_MAX + 1]);
    expect(outcomes.filter(({ ended }) => ended !== undefined)).toEqual([{ ...OUTCOME, kind: 'ask', ended: 'expired' }]);
  });

  test('and so is what was really decided', () => {
    const recorder = new Recorder();
    for (let index = 0; index <= OUTCOMES_MAX; index += 1)
      recorder.decided({ targetId: ORDERS, atMs: index, kind: 'hold', reason: 'paused' });
    expect(recorder.report('policy', 0).decided).toHaveLength(OUTCOMES_MAX);
  });

  test('a history of nothing begins and ends nowhere', () => {
    expect(replayed([])).toMatchObject({ fromMs: 0, toMs: 0, outcomes: [] });
  });
});

describe('what is still open', () => {
  test('at the end an ask is open, and its picture goes on to there', () => {
    const asking = config({ guards: { approval: { ...askDba, expiresMs: DAY } } });
    const report = replayed(outage(0, 20 * MINUTE).slice(0, 1), asking);
    expect(report.outcomes.map(({ kind, ended }) => [kind, ended])).toEqual([['ask', 'open']]);
    const [lane] = report.lanes;
    expect([lane?.acting.at(-1)?.toMs, lane?.firing.at(-1)?.fromMs]).toEqual([T0 + HOUR, T0]);
  });

  test('forty episodes that are held are told forty times, each once', () => {
    const frozen = config({ guards: { freezes: [{ fromMs: T0 - HOUR, toMs: T0 + 90 * DAY, reason: 'the sale' }] } });
    const held = replayed(inOrder(...Array.from({ length: 40 }, (_, index) => outage(index * HOUR, 10 * MINUTE))), frozen);
    expect(held.counts).toEqual([{ kind: 'hold', reason: 'frozen', count: 40 }]);
  });

  test('a criterion without a dwell acts on the very first look, and counts itself among the alarming', () => {
    const hasty = config({ criterion: { forMs: 0 }, guards: { providerGraceMs: 0 } });
    expect(short(replayed(outage(0, 5 * MINUTE), hasty))).toEqual([`failover ${ORDERS} +0`]);
    const alarmed = { ...hasty, fleet: { brake: { ...hasty.fleet.brake, alarmingMin: 1, alarmingPercent: 25 } } };
    expect(short(replayed(outage(0, 5 * MINUTE), alarmed))).toContain(`brake ${ORDERS} +0`);
  });
});

describe('two policies of which one saw nothing', () => {
  const deaf = config({ criterion: { sources: ['cloudwatch'] } });
  const heard = replayed(outage(0, 20 * MINUTE));
  const unheard = replayed(outage(0, 20 * MINUTE), deaf);

  test('of an incident in which neither did anything there is no difference', () => {
    const only: Report = {
      ...unheard,
      lanes: [{ targetId: ORDERS, firing: [{ fromMs: T0, toMs: T0 + MINUTE }], waiting: [], acting: [] }],
    };
    expect(incidentsOf(only, only)).toEqual([{ targetId: ORDERS, fromMs: T0, toMs: T0 + MINUTE, outcome: undefined, against: undefined }]);
  });

  test('of several outcomes of one incident the furthest counts, in whatever order', () => {
    const lanes = [{ targetId: ORDERS, firing: [{ fromMs: T0, toMs: T0 + HOUR }], waiting: [], acting: [] }];
    const kinds = (['failover', 'hold', 'ask'] as const).map((kind) => ({ ...OUTCOME, kind }));
    for (const outcomes of [kinds, kinds.toReversed()])
      expect(incidentsOf({ ...heard, lanes, outcomes }).map(({ outcome }) => outcome?.kind)).toEqual(['failover']);
  });

  test('the same hold is no difference, and another reason is one', () => {
    const report = (reason: Outcome['reason']): Report => ({ ...unheard, outcomes: [{ ...OUTCOME, reason }] });
    expect(incidentsOf(report('paused'), report('paused'))[0]).not.toHaveProperty('difference');
    expect(incidentsOf(report('paused'), report('cool-down'))[0]?.difference).toBe('hold (cool-down) → hold (paused)');
  });

  test.each([
    ['heard', heard, unheard, 'nothing → failover'],
    ['deaf', unheard, heard, 'failover → nothing'],
  ])('the page says of each what it did: first the one that %s', (_what, report, against, difference) => {
    const page = renderPage({ history: 'h', report, against, incidents: incidentsOf(report, against), supposed: [] });
    expect(page).toContain(`1 × ${difference}`);
    expect(page).toContain('does nothing, and was not near to it');
    expect(page).toContain('fails over 60 s after it began');
  });

  test('an incident that only the other policy noticed is told', () => {
    const other: Incident = { targetId: ORDERS, fromMs: T0, toMs: T0 + MINUTE, against: OUTCOME, difference: 'hold (paused) → nothing' };
    const page = renderPage({ history: 'h', report: unheard, against: heard, incidents: [other], supposed: [] });
    expect(page).toContain('holds 60 s after it began');
  });
});

describe('an axis', () => {
  test('of thirty years has ticks by the year, and no fewer than one', () => {
    const ticks = ticksOf(scaleOf(0, 30 * 364 * DAY, 0, 100), 4);
    expect(ticks.map(({ label }) => label)).toEqual(['1970-01-01', '1999-11-25']);
  });

  test('of some days has the day and the month', () => {
    const ticks = ticksOf(scaleOf(Date.UTC(2026, 10, 29), Date.UTC(2026, 11, 2), 0, 100), 4);
    expect(ticks.map(({ label }) => label)).toEqual(['29 Nov', '30 Nov', '1 Dec', '2 Dec']);
  });
});

describe("CloudWatch's alarm history", () => {
  const item = { HistoryItemType: 'StateUpdate', AlarmName: 'a', Timestamp: '2026-11-20T12:00:00Z' };
  const bodies = (...lines: readonly object[]): readonly unknown[] => {
    const reader = createLineReader();
    return lines
      .flatMap((line) => reader.read(JSON.stringify(line)))
      .map((one) => (one.kind === 'delivery' ? (JSON.parse(one.delivery.body) as unknown) : one));
  };

  test('an alarm on metric math lends the dimensions of all its metrics, and one without a name lends nothing', () => {
    const stat = (MetricName: string, Value: string) => ({
      MetricStat: { Metric: { MetricName, Namespace: 'N', Dimensions: [{ Name: 'clusterId', Value }] } },
    });
    const alarm = { AlarmName: 'a', Metrics: [stat('Errors', 'pc-1'), { Expression: 'm1/m2' }, stat('Requests', 'pc-2')] };
    const [body] = bodies({ MetricAlarms: [{ MetricName: 'x' }, alarm], CompositeAlarms: [7] }, item);
    const dimension = (value: string) => [{ name: 'clusterId', value }];
    expect(body).toMatchObject({
      Trigger: {
        Dimensions: [],
        Metrics: [
          { MetricStat: { Metric: { MetricName: 'Errors', Dimensions: dimension('pc-1') } } },
          { MetricStat: { Metric: { Dimensions: [] } } },
          { MetricStat: { Metric: { MetricName: 'Requests', Dimensions: dimension('pc-2') } } },
        ],
      },
    });
  });

  test('an item that is none, and one without its data, say nothing of a state', () => {
    expect(bodies({ AlarmHistoryItems: [null, 7, item] })).toEqual([expect.not.objectContaining({ NewStateValue: expect.anything() })]);
  });

  test('an item without its alarm’s name is told', () => {
    expect(() => bodies({ ...item, AlarmName: '' })).toThrow('without its AlarmName');
  });
});

test('a time of receipt that cannot be read gives way to the next', () => {
  const [item] = createLineReader().read(JSON.stringify({ receivedAt: 'soon', '@timestamp': '2026-11-20T12:00:00Z', a: 1 }));
  expect(item).toMatchObject({ delivery: { receivedAtMs: T0 } });
});
