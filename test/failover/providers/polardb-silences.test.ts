import { describe, expect, test } from 'vitest';
import type { PolardbSettings } from '../../../lib/config/config.ts';
import type { Candidate, Observation, Plan } from '../../../lib/failover/provider.ts';
import { listOf, numberOf, timeOf } from '../../../lib/failover/providers/alibaba/fields.ts';
import { chooseCandidate } from '../../../lib/failover/providers/polardb/candidates.ts';
import { attributeReply, clustersReply, CLUSTER, haLogReply, READER_1, READER_2, WRITER, yes } from '../../contract/polardb-wire.ts';
import { bench, MINUTE_MS, nodes, reads, START_MS } from './polardb-bench.ts';

/** What the vendor leaves out, or says in another form than documented: it is told as missing, and nothing is made up for it. */

describe('reading foreign JSON', () => {
  test.each<[unknown, number | undefined]>([
    [3, 3],
    ['3', 3],
    ['0.25', 0.25],
    [-3, undefined],
    [Number.NaN, undefined],
    ['-3', undefined],
    ['1e3', undefined],
    [true, undefined],
  ])('the number %j is %j', (value, expected) => {
    expect(numberOf(value)).toBe(expected);
  });

  test.each<[unknown, number | undefined]>([
    ['2026-01-02T03:04:05Z', START_MS],
    ['2026-01-02T03:04Z', START_MS - 5_000],
    ['2026-13-02T03:04:05Z', undefined],
    ['2026-01-02 03:04:05', undefined],
    ['', undefined],
    [START_MS, undefined],
  ])('the time %j is %j', (value, expected) => {
    expect(timeOf(value)).toBe(expected);
  });

  test('what is no list is none, and what is no object in it is left out', () => {
    expect(listOf({ 0: 'a' })).toBeUndefined();
    expect(listOf([{ a: 1 }, null, 'x', []])).toEqual([{ a: 1 }]);
  });
});

describe('the node to promote is the same every time', () => {
  const candidate = (id: string, change: Partial<Candidate> = {}): Candidate => ({ id, healthy: true, zone: 'a', priority: 1, ...change });
  const settings = (change: Partial<PolardbSettings> = {}) => ({ ...change }) as PolardbSettings;
  test.each<[what: string, candidates: readonly Candidate[], wish: Partial<PolardbSettings>, expected: string | undefined]>([
    ['of equals the first by id', [candidate('pi-2'), candidate('pi-1')], {}, 'pi-1'],
    ['whatever their order', [candidate('pi-1'), candidate('pi-2')], {}, 'pi-1'],
    [
      'health before the wished zone',
      [candidate('pi-1', { zone: 'b', healthy: false }), candidate('pi-2')],
      { preferredZone: 'b' },
      'pi-2',
    ],
    [
      'the wished zone before priority',
      [candidate('pi-1', { priority: 15 }), candidate('pi-2', { zone: 'b' })],
      { preferredZone: 'b' },
      'pi-2',
    ],
    ['a configured node that is no candidate is no choice', [candidate('pi-1')], { targetNodeId: 'pi-9' }, undefined],
  ])('%s', (_what, candidates, wish, expected) => {
    expect(chooseCandidate(settings(wish), candidates)?.id).toBe(expected);
  });
});

describe('what is observed', () => {
  test.each<[what: string, reply: Readonly<Record<string, unknown>>]>([
    ['no list at all', {}],
    ['a list of another cluster', { Items: { DBCluster: [{ DBClusterId: 'pc-other', DBNodes: { DBNode: [] } }] } }],
    ['no nodes', { Items: { DBCluster: [{ DBClusterId: CLUSTER }] } }],
  ])('roles that cannot be read (%s) are told, and the readers of the other reply stand', async (_what, reply) => {
    const seen = await bench({ clusters: yes(reply) }).observe();
    expect(seen.details['nodeRoles']).toContain('the cluster is not in the list');
    expect(seen.candidates.map(({ id }) => id)).toEqual([READER_1, READER_2]);
  });

  test('a node that the list of roles does not name keeps its role, and a nameless one is nobody', async () => {
    const DBNode = [{ DBNodeId: READER_1, DBNodeRole: 'ColumnReader' }, {}];
    const clusters = yes({ Items: { DBCluster: [{ DBClusterId: CLUSTER, DBNodes: { DBNode } }] } });
    expect((await bench({ clusters }).observe()).candidates.map(({ id }) => id)).toEqual([READER_2]);
  });

  test('a node without a priority has the lowest', async () => {
    const seen = await bench(reads(nodes({}, { priority: 'high' }))).observe();
    expect(seen.candidates.map(({ priority }) => priority)).toEqual([0, 9]);
  });

  test('a switch that has not ended counts by its beginning', async () => {
    const haLog = yes(haLogReply([{ startMs: START_MS - MINUTE_MS }]));
    expect((await bench({ haLog }).observe()).lastSwitchAtMs).toBe(START_MS - MINUTE_MS);
  });

  const ROW = {
    SwitchId: 's1',
    SwitchStartTime: '2026-01-02T02:00:00Z',
    SwitchFinishTime: '2026-01-02T02:00:20Z',
    SwitchCauseCode: 'Manual',
  };
  test.each<[what: string, log: Readonly<Record<string, unknown>>, expected: string]>([
    ['no items and no word about them', {}, 'unread'],
    ['an item without a beginning', { HaStatus: 0, HaLogItems: [ROW, { SwitchId: 's2' }] }, 'unread'],
    ['no count of the records', { HaStatus: 0, HaLogItems: [ROW] }, 'read: last by a person or an API call (Manual)'],
    ['neither id nor cause', { HaStatus: 0, HaLogItems: [{ SwitchStartTime: ROW.SwitchStartTime }] }, 'read: last by unknown ((no cause))'],
  ])('a log with %s is %j', async (_what, log, expected) => {
    expect((await bench({ haLog: yes(log) }).observe()).details['haLog']).toContain(expected);
  });
});

describe('a plan from what was not told', () => {
  const bare: Observation = {
    observedAtMs: START_MS,
    standbyRole: 'standby',
    relation: 'healthy',
    standbyHealthy: true,
    lagMs: 0,
    inFlight: [],
    writer: WRITER,
    candidates: [],
    lastSwitchAtMs: undefined,
    details: {},
  };
  const { provider, target } = bench();
  test.each<[what: string, seen: Partial<Observation>, why: string]>([
    ['the engine', {}, 'The engine is not told.'],
    ['the edition', { details: { engine: 'MySQL' } }, 'The edition is not told.'],
    [
      'the nodes',
      { details: { engine: 'MySQL', category: 'Normal' } },
      'The cluster has no read-only node that can be promoted: no nodes.',
    ],
  ])('%s', (_what, seen, impossible) => {
    expect(provider.plan(target, 'failover', { ...bare, ...seen })).toEqual({ impossible });
  });

  test('a reply without engine and edition is such a one', async () => {
    const { DBType: _, Category: __, ...reply } = attributeReply();
    expect(await bench({ attribute: yes(reply), clusters: yes(clustersReply()) }).plan()).toEqual({
      impossible: 'The engine is not told.',
    });
  });

  test('a plan that knows no writer is not carried out', () => {
    const plan: Plan = { operation: 'failover', parameters: {} };
    const checks = provider.preflight(target, plan, bare, { maxLagMs: 0, dataLossConsented: false });
    expect(checks.find(({ name }) => name === 'writer-as-planned')).toMatchObject({ verdict: 'fail', value: WRITER, limit: '' });
  });
});

describe('the request', () => {
  const { provider, target, sent, requests } = bench();
  const plan: Plan = { operation: 'failover', parameters: { DBClusterId: CLUSTER }, writerBefore: WRITER };

  test.each(['', 'a b', 'ü', 'x'.repeat(65), 'a\nb'])('is not sent with the token %j', async (token) => {
    expect(await provider.start({ ...sent(plan), token })).toMatchObject({ kind: 'refused', code: 'invalid-token' });
    expect(requests).toEqual([]);
  });

  test('a target without settings is a fault of the program', () => {
    const { polardb: _, ...without } = target;
    expect(() => provider.plan(without, 'failover', {} as Observation)).toThrow(`${target.id} has no polardb settings`);
  });
});

describe('completion', () => {
  test('a plan that does not say who was the writer can be judged by nobody', async () => {
    const { provider, sent } = bench();
    const outcome = await provider.track(sent({ operation: 'failover', parameters: { DBClusterId: CLUSTER } }));
    expect(outcome).toEqual({ kind: 'unknown', why: 'The plan does not say who was the writer before.' });
  });

  test('where the provider chose, whoever leads is waited for until it runs', async () => {
    const led = nodes({ role: 'Reader' }, { role: 'Writer', status: 'Rebooting' });
    const { provider, sent } = bench(reads(led));
    const plan: Plan = { operation: 'failover', parameters: { DBClusterId: CLUSTER }, writerBefore: WRITER };
    expect(await provider.verify(sent(plan))).toEqual({
      kind: 'not-yet',
      why: `${READER_1} (Rebooting) is the writer, planned was any reader.`,
    });
  });

  test('the node that leads instead of the planned one is named with it', async () => {
    const { provider, sent, clock } = bench(reads(nodes({ role: 'Reader' }, {}, { role: 'Writer' })));
    clock.advance(5 * MINUTE_MS);
    const plan: Plan = { operation: 'failover', parameters: { DBClusterId: CLUSTER }, writerBefore: WRITER, promotes: READER_1 };
    expect(await provider.track(sent(plan))).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining(`Instead of ${READER_1}, ${READER_2} is the writer now.`),
    });
  });
});
