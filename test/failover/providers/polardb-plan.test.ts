import { describe, expect, test } from 'vitest';
import type { PolardbSettings } from '../../../lib/config/config.ts';
import type { Operation, Plan } from '../../../lib/failover/provider.ts';
import { haLogReply, no, NODES, READER_1, READER_2, WRITER, yes } from '../../contract/polardb-wire.ts';
import { bench, MINUTE_MS, nodes, reads, START_MS, type World } from './polardb-bench.ts';

describe('the plan', () => {
  test.each<[string, string, Partial<PolardbSettings>, Plan['parameters']]>([
    ['MySQL: the provider chooses', 'MySQL', {}, { DBClusterId: 'pc-bp1abcdefghijk01' }],
    [
      'MySQL with a wished zone',
      'MySQL',
      { preferredZone: 'cn-hangzhou-i' },
      { DBClusterId: 'pc-bp1abcdefghijk01', TargetDBNodeId: READER_1 },
    ],
    ['PostgreSQL: always a node', 'PostgreSQL', {}, { DBClusterId: 'pc-bp1abcdefghijk01', TargetDBNodeId: READER_2 }],
    ['Oracle: always a node', 'Oracle', {}, { DBClusterId: 'pc-bp1abcdefghijk01', TargetDBNodeId: READER_2 }],
    [
      'everything the API takes',
      'MySQL',
      { targetNodeId: READER_1, rollBackForDisaster: false, targetZoneType: 'Primary' },
      { DBClusterId: 'pc-bp1abcdefghijk01', TargetDBNodeId: READER_1, RollBackForDisaster: false, TargetZoneType: 'Primary' },
    ],
  ])('%s', async (_, DBType, settings, parameters) => {
    const made = await bench(reads(NODES, { DBType }), settings).plan();
    if ('impossible' in made) throw new Error(made.impossible);
    expect(Object.entries(made.parameters)).toEqual(Object.entries(parameters));
    expect(made).toMatchObject({ operation: 'failover', writerBefore: WRITER });
  });

  test('keeps the newest switch of the log, on the provider’s clock', async () => {
    const startMs = START_MS - 700_000;
    expect(await bench({ haLog: yes(haLogReply([{ startMs, finishMs: startMs + 20_000 }])) }).plan()).toMatchObject({
      baseline: { lastSwitchAtMs: String(startMs + 20_000) },
    });
    expect(await bench().plan()).toMatchObject({ baseline: { lastSwitchAtMs: '0' } });
    expect(await bench({ haLog: no({ status: 500, code: 'InternalError' }) }).plan()).not.toHaveProperty('baseline');
  });

  test.each<[string, Partial<World>, Partial<PolardbSettings>, Operation, RegExp]>([
    ['an operation that it has not', {}, {}, 'restore', /no restore/],
    [
      'an unread cluster',
      { attribute: no({ status: 503, code: 'ServiceUnavailable' }) },
      {},
      'failover',
      /could not be read.*ServiceUnavailable/,
    ],
    ['a multi-master cluster', reads(NODES, { Category: 'NormalMultimaster' }), {}, 'failover', /several writers/],
    ['a single node', reads(NODES, { Category: 'Basic' }), {}, 'failover', /nothing to fail over to/],
    ['an edition that is not documented', reads(NODES, { Category: 'Quantum' }), {}, 'failover', /Quantum/],
    ['an engine that is not documented', reads(NODES, { DBType: 'Cobol' }), {}, 'failover', /Cobol/],
    ['two writers', reads(nodes({}, { role: 'Writer' })), {}, 'failover', /exactly one writer/],
    ['no writer', reads(nodes({ role: 'Reader' })), {}, 'failover', /exactly one writer/],
    ['the configured node leads already', {}, { targetNodeId: WRITER }, 'failover', /the writer already/],
    ['the configured node is gone', {}, { targetNodeId: 'pi-gone' }, 'failover', /pi-gone is no read-only node/],
    ['no reader', reads(NODES.slice(0, 1)), {}, 'failover', /no read-only node/],
  ])('is impossible for %s', async (_, world, settings, operation, why) => {
    const made = await bench(world, settings).plan(operation);
    expect('impossible' in made ? made.impossible : made).toMatch(why);
  });
});

describe('the preflight, right before the call (rules 5, 10, 11)', () => {
  const failing = async (world: Partial<World>, settings: Partial<PolardbSettings> = {}, operation: Operation = 'failover') =>
    (await bench(world, settings).checks(operation)).filter((check) => check.verdict !== 'pass').map((check) => check.name);
  const switchedAgo = (agoMs: number) => ({ haLog: yes(haLogReply([{ startMs: START_MS - agoMs - 20_000, finishMs: START_MS - agoMs }])) });

  test('passes on a healthy cluster, every check with a value and a limit', async () => {
    const checks = await bench().checks();
    expect(checks.every((check) => check.verdict === 'pass')).toBe(true);
    expect(checks.every((check) => check.value !== '' && check.limit !== '')).toBe(true);
  });

  test.each<[string, Partial<World>, Partial<PolardbSettings>, readonly string[]]>([
    [
      'the cluster is not running',
      reads(NODES, { DBClusterStatus: 'ClassChanging' }),
      {},
      ['cluster-running', 'replication-healthy', 'nothing-in-flight'],
    ],
    ['the provider’s own failover is at work', reads(nodes({ status: 'Switching' })), {}, ['replication-healthy', 'nothing-in-flight']],
    ['the cluster is locked', reads(NODES, { LockMode: 'LockByExpiration' }), {}, ['cluster-unlocked']],
    [
      'the target is not running',
      reads(nodes({}, { status: 'Rebooting' })),
      { targetNodeId: READER_1 },
      ['target-running', 'replication-healthy'],
    ],
    [
      'no reader is running',
      reads(nodes({}, { status: 'Rebooting' }, { status: 'Rebooting' })),
      {},
      ['target-running', 'replication-healthy'],
    ],
    ['it was switched less than ten minutes ago', switchedAgo(9 * MINUTE_MS), {}, ['last-switch']],
    ['the loss of data is not known', reads(NODES, { HotStandbyCluster: 'StandbyClusterON' }), {}, ['lag']],
    ['a dead writer is no reason not to act', reads(nodes({ status: 'Maintaining' })), {}, []],
    ['it was switched more than ten minutes ago', switchedAgo(10 * MINUTE_MS + 1000), {}, []],
    ['the log cannot be read: the provider’s own rule is the guard', { haLog: no({ status: 400, code: 'Throttling.User' }) }, {}, []],
  ])('%s', async (_, world, settings, expected) => {
    expect(await failing(world, settings)).toEqual(expected);
  });

  test('a planned switchover wants a running writer', async () => {
    expect(await failing(reads(nodes({ status: 'Maintaining' })), {}, 'switchover')).toEqual(['writer-healthy']);
  });

  test('a switch that is too recent says until when', async () => {
    const check = (await bench(switchedAgo(9 * MINUTE_MS)).checks()).find((one) => one.name === 'last-switch');
    expect(check?.untilMs).toBe(START_MS + MINUTE_MS);
  });

  test('an unknown loss is refused even with a consent to lose data', async () => {
    const { checks } = bench(reads(NODES, { HotStandbyCluster: 'StandbyClusterON' }));
    const lag = (await checks('failover', { maxLagMs: 1e9, dataLossConsented: true })).find((check) => check.name === 'lag');
    expect(lag).toMatchObject({ verdict: 'fail', value: 'unknown' });
  });

  test('another writer than the planned one: the plan is stale', async () => {
    const { provider, target, world, plan, observe } = bench();
    const made = await plan();
    if ('impossible' in made) throw new Error(made.impossible);
    Object.assign(world, reads(nodes({ role: 'Reader' }, { role: 'Writer' })));
    const checks = provider.preflight(target, made, await observe(), { maxLagMs: 0, dataLossConsented: false });
    expect(checks.filter((check) => check.verdict === 'fail').map((check) => check.name)).toContain('writer-as-planned');
  });
});
