import { describe, expect, test } from 'vitest';
import { incidentsOf } from '../../lib/backtest/difference.ts';
import { config, DAY, HOUR, inOrder, MINUTE, ORDERS, outage, reckless, replayed, SECOND, T0 } from './history.ts';

const history = inOrder(outage(0, 43 * SECOND), outage(DAY, 20 * MINUTE), outage(3 * DAY, 5 * MINUTE));

describe('two policies on one history', () => {
  const careful = replayed(history);

  test('differ incident by incident, each in its own way', () => {
    const incidents = incidentsOf(replayed(history, reckless), careful);
    expect(incidents.map(({ fromMs, difference }) => [(fromMs - T0) / DAY, difference])).toEqual([
      [0, 'near-miss → failover'],
      [1, 'failover 50 s earlier'],
      [3, 'failover 50 s earlier'],
    ]);
  });

  test('the other way round it is the other way round', () => {
    expect(incidentsOf(careful, replayed(history, reckless)).map(({ difference }) => difference)).toEqual([
      'failover → near-miss',
      'failover 50 s later',
      'failover 50 s later',
    ]);
  });

  test('of one and the same there is no difference', () => {
    expect(incidentsOf(careful, replayed(history)).filter(({ difference }) => difference !== undefined)).toEqual([]);
  });

  test('a hold differs by its reason', () => {
    const frozen = config({ guards: { freezes: [{ fromMs: T0 - HOUR, toMs: T0 + 9 * DAY, reason: 'the sale' }] } });
    const limited = config({ guards: { failoversPerDay: 0 } });
    expect(incidentsOf(replayed(history, frozen), replayed(history, limited))[1]?.difference).toBe('hold (daily-limit) → hold (frozen)');
  });

  test('nothing and something', () => {
    const deaf = config({ criterion: { sources: ['cloudwatch'] } });
    expect(incidentsOf(careful, replayed(history, deaf))[1]).toMatchObject({ targetId: ORDERS, difference: 'nothing → failover' });
  });

  test('a single policy has incidents and no differences', () => {
    const incidents = incidentsOf(careful);
    expect(incidents.map(({ outcome, difference }) => [outcome?.kind, difference])).toEqual([
      ['near-miss', undefined],
      ['failover', undefined],
      ['failover', undefined],
    ]);
  });
});
