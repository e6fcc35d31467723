import { describe, expect, test } from 'vitest';
import type { PolardbSettings } from '../../../lib/config/config.ts';
import {
  attributeReply,
  clustersReply,
  haLogReply,
  no,
  NODES,
  READER_1,
  READER_2,
  WRITER,
  yes,
  actionOf,
  type NodeReply,
} from '../../contract/polardb-wire.ts';
import { bench, nodes, reads, START_MS } from './polardb-bench.ts';

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
