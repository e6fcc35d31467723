import { describe, expect, test } from 'vitest';
import type { PolardbChoices } from '../../local/simulators/polardb/choices.ts';
import { NOW_MS, clusterIn, codeOf, f, secondReader, world, mysql } from './polardb-world.ts';

describe('ClientToken', () => {
  const withToken = (token: string, more: Record<string, string> = {}): Record<string, string> => ({
    ...mysql,
    ClientToken: token,
    ...more,
  });

  test('same token, same parameters: the same request id, one promotion, before any rule about state', () => {
    const { ask, engine } = world();
    const first = ask('FailoverDBCluster', withToken('t1'));
    const whileSwitching = ask('FailoverDBCluster', withToken('t1'), NOW_MS + 5000);
    const afterwards = ask('FailoverDBCluster', withToken('t1'), NOW_MS + 60_000);
    expect([whileSwitching.json, afterwards.json]).toEqual([first.json, first.json]);
    expect(engine.counters()).toMatchObject({ promotions: { [f.mysqlClusterId]: 1 }, tokens: { t1: { requests: 3, effects: 1 } } });
    expect(engine.calls().map((call) => call.outcome)).toEqual(['accepted', 'replayed', 'replayed']);
  });

  test('same token, other parameters: a mismatch, and no effect', () => {
    const { ask, engine } = world();
    ask('FailoverDBCluster', withToken('t1'));
    expect(codeOf(ask('FailoverDBCluster', withToken('t1', { TargetDBNodeId: secondReader }), NOW_MS + 5000))).toBe(
      '400 IdempotentParameterMismatch',
    );
    expect(codeOf(ask('FailoverDBCluster', withToken('T1'), NOW_MS + 5000))).toBe('400 UnsupportHighFrequenceSwitchOver');
    expect(engine.counters().promotions).toEqual({ [f.mysqlClusterId]: 1 });
  });

  test('the parameters may come in another order and as a form', () => {
    const { ask } = world();
    const first = ask('FailoverDBCluster', { ClientToken: 't1', DBClusterId: f.mysqlClusterId });
    expect(ask('FailoverDBCluster', { DBClusterId: f.mysqlClusterId, ClientToken: 't1' }, NOW_MS + 1, { form: true }).json).toEqual(
      first.json,
    );
  });

  test('a refused request does not use the token up, unless chosen so', () => {
    for (const kept of [false, true]) {
      const { ask, engine } = world({ choices: { tokenOfRefused: kept ? 'kept' : 'forgotten' } });
      engine.change((state) => (clusterIn(state).lockMode = 'ManualLock'));
      ask('FailoverDBCluster', withToken('t1'));
      engine.change((state) => (clusterIn(state).lockMode = 'Unlock'));
      expect(codeOf(ask('FailoverDBCluster', withToken('t1')))).toBe(kept ? '400 OperationDenied.LockMode' : '200 undefined');
    }
  });

  test('what is unknown about it can be chosen: not honoured, forgotten after a time, busy while the first runs', () => {
    const two = (choices: Partial<PolardbChoices>, ms: number): string => {
      const { ask } = world({ choices: { frequencyRule: 'off', ...choices } });
      ask('FailoverDBCluster', withToken('t1'));
      return codeOf(ask('FailoverDBCluster', withToken('t1'), NOW_MS + ms));
    };
    expect(two({ clientTokenHonoured: false }, 5000)).toBe('403 OperationDenied.DBClusterStatus');
    expect(two({ tokenWhileRunning: 'LastTokenProcessing' }, 5000)).toBe('400 LastTokenProcessing');
    expect(two({ tokenWhileRunning: 'LastTokenProcessing' }, 60_000)).toBe('200 undefined');
    const { ask, engine } = world({ choices: { frequencyRule: 'off', clientTokenKeptMs: 60_000 } });
    ask('FailoverDBCluster', withToken('t1'));
    ask('FailoverDBCluster', withToken('t1'), NOW_MS + 60_000);
    expect(engine.counters().promotions).toEqual({ [f.mysqlClusterId]: 2 });
  });
});
