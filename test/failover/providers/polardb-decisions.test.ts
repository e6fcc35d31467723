import { describe, expect, test } from 'vitest';
import type { PolardbSettings } from '../../../lib/config/config.ts';
import type { Observation, Operation, Plan } from '../../../lib/failover/provider.ts';
import { createPolardbProvider } from '../../../lib/failover/providers/polardb.ts';
import type { HttpRequest, HttpResponse } from '../../../lib/ports.ts';
import { createTestClock, type TestClock } from '../../contract/drive.ts';
import {
  actionOf,
  attributeReply,
  clustersReply,
  haLogReply,
  no,
  NODES,
  polardbTarget,
  READER_1,
  READER_2,
  SECRET,
  WRITER,
  yes,
  type NodeReply,
} from '../../contract/polardb-wire.ts';

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE_MS = 60_000;

interface World {
  attribute: HttpResponse;
  clusters: HttpResponse;
  haLog: HttpResponse;
}

/** A provider on a wire that answers the three reads; the vendor's shapes are the only thing that is made up here. */
function bench(given: Partial<World> = {}, settings: Partial<PolardbSettings> = {}) {
  const world: World = { attribute: yes(attributeReply()), clusters: yes(clustersReply()), haLog: yes(haLogReply()), ...given };
  const requests: HttpRequest[] = [];
  const clock: TestClock = createTestClock(START_MS);
  const answers: Readonly<Record<string, () => HttpResponse>> = {
    DescribeDBClusterAttribute: () => world.attribute,
    DescribeDBClusters: () => world.clusters,
    DescribeHALogs: () => world.haLog,
    FailoverDBCluster: () => yes(),
  };
  const http = {
    async request(request: HttpRequest): Promise<HttpResponse> {
      requests.push(request);
      return answers[actionOf(request)]?.() ?? no({ status: 404, code: 'InvalidApi.NotFound' });
    },
  };
  let ids = 0;
  const provider = createPolardbProvider({
    http,
    clock,
    entropy: { id: () => String(++ids).padStart(32, '0') },
    secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] },
  });
  const target = polardbTarget('https://polardb.aliyuncs.com', settings);
  const observe = async (): Promise<Observation> => await provider.observe(target, clock.nowMs() + 5000);
  const plan = async (operation: Operation = 'failover') => provider.plan(target, operation, await observe());
  const checks = async (operation: Operation = 'failover', limits = { maxLagMs: 0, dataLossConsented: false }) => {
    const seen = await observe();
    const made = provider.plan(target, operation, seen);
    if ('impossible' in made) throw new Error(made.impossible);
    return provider.preflight(target, made, seen, limits);
  };
  const sent = (made: Plan, sentAtMs = START_MS) => ({
    target,
    plan: made,
    token: 'fo-1',
    deadlineMs: clock.nowMs() + 5000,
    sentAtMs,
    handle: { sentAtMs },
  });
  return { provider, target, world, clock, requests, observe, plan, checks, sent };
}

function nodes(...changes: readonly Partial<NodeReply>[]): readonly NodeReply[] {
  return NODES.map((node, index) => ({ ...node, ...changes[index] }));
}

function reads(list: readonly NodeReply[], overrides: Readonly<Record<string, unknown>> = {}): Partial<World> {
  return { attribute: yes(attributeReply(list, overrides)), clusters: yes(clustersReply(list)) };
}

describe('what is seen', () => {
  test('a healthy cluster in neutral words', async () => {
    expect(await bench().observe()).toMatchObject({
      standbyRole: 'standby',
      relation: 'healthy',
      standbyHealthy: true,
      lagMs: 0,
      inFlight: [],
      writer: WRITER,
      lastSwitchAtMs: undefined,
      candidates: [
        { id: READER_1, healthy: true, zone: 'cn-hangzhou-i', priority: 5 },
        { id: READER_2, healthy: true, zone: 'cn-hangzhou-j', priority: 9 },
      ],
      details: { engine: 'MySQL', category: 'Normal', clusterStatus: 'Running', lockMode: 'Unlock' },
    });
  });

  test('HaStatus is inverted: 1 with no items is an empty log, 0 with no items is no answer', async () => {
    expect((await bench().observe()).details['haLog']).toContain('no switch');
    const contradicting = bench({ haLog: yes({ ...haLogReply(), HaStatus: 0 }) });
    expect((await contradicting.observe()).details['haLog']).toContain('unread');
  });

  test('the newest switch counts, by its end', async () => {
    const rows = [
      { startMs: START_MS - 3_600_000, finishMs: START_MS - 3_590_000 },
      { startMs: START_MS - 700_000, finishMs: START_MS - 680_000 },
    ];
    expect((await bench({ haLog: yes(haLogReply(rows)) }).observe()).lastSwitchAtMs).toBe(START_MS - 680_000);
  });

  test('a log that does not fit one page is unread: what is not in it proves nothing', async () => {
    const reply = { ...haLogReply([{ startMs: START_MS - 700_000, finishMs: START_MS - 680_000 }]), TotalRecords: 160 };
    const seen = await bench({ haLog: yes(reply) }).observe();
    expect(seen.details['haLog']).toContain('unread');
    expect(seen.lastSwitchAtMs).toBeUndefined();
  });

  test('PostgreSQL and Oracle have no HA log, and are not asked for one', async () => {
    for (const DBType of ['PostgreSQL', 'Oracle']) {
      const { observe, requests } = bench(reads(NODES, { DBType }));
      expect((await observe()).details['haLog']).toContain('unavailable');
      expect(requests.map(actionOf)).not.toContain('DescribeHALogs');
    }
  });

  test('the one read without which nothing is known', async () => {
    const seen = await bench({ attribute: no({ status: 404, code: 'InvalidDBCluster.NotFound' }) }).observe();
    expect(seen).toMatchObject({ standbyRole: 'unknown', relation: 'unknown', lagMs: undefined, standbyHealthy: undefined });
    expect(seen.details['unread']).toContain('InvalidDBCluster.NotFound');
  });

  test('an answer about another cluster is not understood', async () => {
    const seen = await bench({ attribute: yes(attributeReply(NODES, { DBClusterId: 'pc-other' })) }).observe();
    expect(seen.details['unread']).toContain('not understood');
  });
});

describe('loss of data', () => {
  test.each<[string, Readonly<Record<string, unknown>>, Partial<PolardbSettings>, number | undefined]>([
    ['one storage: none', {}, {}, 0],
    ['no hot standby, said so', { HotStandbyCluster: 'StandbyClusterOFF' }, {}, 0],
    ['a hot standby that the provider may choose by itself', { HotStandbyCluster: 'StandbyClusterON' }, {}, undefined],
    ['a hot standby, but the primary zone is asked for', { HotStandbyCluster: 'StandbyClusterON' }, { targetZoneType: 'Primary' }, 0],
    ['a hot standby, but a node of the primary zone is named', { HotStandbyCluster: 'equal' }, { targetNodeId: READER_1 }, 0],
    [
      'the hot standby is asked for',
      { HotStandbyCluster: 'StandbyClusterON' },
      { targetZoneType: 'Standby', targetNodeId: READER_1 },
      undefined,
    ],
    ['an edition that is not documented', { Category: 'Quantum' }, {}, undefined],
  ])('%s', async (_, overrides, settings, lagMs) => {
    const list = NODES.map((node) => ({ ...node, subCluster: 'Primary' }));
    expect((await bench(reads(list, overrides), settings).observe()).lagMs).toBe(lagMs);
  });

  test('a named node of the hot-standby cluster: unknown, whatever the mode of synchronisation', async () => {
    const list = nodes({ subCluster: 'Primary' }, { subCluster: 'Primary' }, { subCluster: 'Standby' });
    for (const DataSyncMode of ['AsyncSync', 'SemiSync']) {
      const overrides = { HotStandbyCluster: 'StandbyClusterON', DataSyncMode };
      expect((await bench(reads(list, overrides), { targetNodeId: READER_2 }).observe()).lagMs).toBeUndefined();
    }
  });
});

describe('the candidate', () => {
  const promotes = async (list: readonly NodeReply[], settings: Partial<PolardbSettings> = {}, DBType = 'PostgreSQL') => {
    const made = await bench(reads(list, { DBType }), settings).plan();
    return 'impossible' in made ? made.impossible : made.promotes;
  };

  test.each<[string, readonly NodeReply[], Partial<PolardbSettings>, string]>([
    ['the highest priority', NODES, {}, READER_2],
    ['the wished zone before the priority', NODES, { preferredZone: 'cn-hangzhou-i' }, READER_1],
    ['health before the wished zone', nodes({}, { status: 'Rebooting' }), { preferredZone: 'cn-hangzhou-i' }, READER_2],
    ['health before the priority', nodes({}, {}, { status: 'Maintaining' }), {}, READER_1],
    ['the configured node before everything', NODES, { targetNodeId: READER_1, preferredZone: 'cn-hangzhou-j' }, READER_1],
    ['the id, where all else is equal', nodes({}, { priority: 9 }, { zone: 'cn-hangzhou-i' }), {}, READER_1],
    ['a priority written as text', nodes({}, { priority: '15' }), {}, READER_1],
    ['no column-store node, by its switch', nodes({}, {}, { imci: 'ON' }), {}, READER_1],
  ])('%s', async (_, list, settings, expected) => {
    expect(await promotes(list, settings)).toBe(expected);
  });

  test.each(['ColumnReader', 'AI'])('a node that only the list calls %s is none', async (role) => {
    const { plan } = bench({
      attribute: yes(attributeReply(NODES, { DBType: 'PostgreSQL' })),
      clusters: yes(clustersReply(nodes({}, {}, { role }))),
    });
    expect(await plan()).toMatchObject({ promotes: READER_1 });
  });

  test('without the list the roles of the attributes count, and it is noted', async () => {
    const { observe, plan } = bench({ clusters: no({ status: 400, code: 'Throttling.User' }) }, { targetNodeId: READER_2 });
    expect((await observe()).details['nodeRoles']).toContain('Throttling.User');
    expect(await plan()).toMatchObject({ promotes: READER_2 });
  });

  test('no node of the hot-standby cluster, unless it is asked for', async () => {
    const list = nodes({ subCluster: 'Primary' }, { subCluster: 'Primary' }, { subCluster: 'Standby' });
    expect(await promotes(list)).toBe(READER_1);
    expect(await promotes(list, { targetZoneType: 'Standby' })).toBe(READER_2);
  });
});

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
