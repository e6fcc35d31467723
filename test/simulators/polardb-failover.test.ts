import { describe, expect, test } from 'vitest';
import type { PolardbCluster } from '../../local/simulators/polardb/model.ts';
import type { PolardbCall } from './clients.ts';
import { NOW_MS, clusterIn, codeOf, f, firstReader, mysql, postgres, rolesOf, secondReader, world } from './polardb-world.ts';
import type { Json } from './polardb-world.ts';

test('an accepted failover answers with a request id and nothing else, and changes the Writer within its time', () => {
  const { ask, engine } = world();
  expect(ask('FailoverDBCluster', mysql)).toMatchObject({ status: 200, json: { RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) } });
  const at = (ms: number): Json => ask('DescribeDBClusterAttribute', mysql, NOW_MS + ms).json;
  expect(at(0)['DBClusterStatus']).toBe('Running');
  expect(at(1000)['DBClusterStatus']).toBe('Switching');
  expect((at(1000)['DBNodes'] as Json[]).map((node) => node['DBNodeStatus'])).toEqual(['Switching', 'Switching', 'Running']);
  expect(at(20_999)['DBClusterStatus']).toBe('Switching');
  const done = ask('DescribeDBClusterAttribute', mysql, NOW_MS + 21_000);
  expect(done.json['DBClusterStatus']).toBe('Running');
  expect(rolesOf(done)).toEqual({ [f.mysqlWriterId]: 'Reader', [firstReader]: 'Writer', [secondReader]: 'Reader' });
  expect(engine.counters()).toMatchObject({ promotions: { [f.mysqlClusterId]: 1 }, finished: { [f.mysqlClusterId]: 1 } });
});

describe('every documented error, by what brings it', () => {
  type Case = readonly [string, string, Record<string, string>, ((cluster: PolardbCluster) => void)?];
  const target = (id: string): Record<string, string> => ({ ...mysql, TargetDBNodeId: id });
  const cases: readonly Case[] = [
    ['400 MissingParameter', 'no DBClusterId', {}],
    ['404 InvalidDBClusterId.Malformed', 'a malformed id', { DBClusterId: 'cluster-1' }],
    ['404 InvalidDBCluster.NotFound', 'an unknown cluster', { DBClusterId: 'pc-bp1nosuchcluster' }],
    ['400 InvalidDBNodeId.Malformed', 'a malformed node', target('node-1')],
    ['400 InvalidDBNodeId.Malformed', 'a node of another cluster', target(f.postgresReaderId)],
    ['400 InvalidDBNodeId.Malformed', 'PostgreSQL without a node', postgres],
    ['403 OperationDenied.DBNodeType', 'the Writer as target', target(f.mysqlWriterId)],
    ['400 InvalidParameter', 'a boolean that is none', { ...mysql, RollBackForDisaster: 'True' }],
    ['400 InvalidParameter', 'a zone type that is none', { ...mysql, TargetZoneType: 'Other' }],
    ['400 InvalidParameter', 'a parameter that the API does not have', { ...mysql, RegionId: f.regionId }],
    ['400 InvalidClientToken', 'a token of 65 characters', { ...mysql, ClientToken: 'x'.repeat(65) }],
    ['400 InvalidClientToken', 'a token beyond ASCII', { ...mysql, ClientToken: 'fo-ü' }],
    ['400 HaStatusNotSupport', 'a standby zone without a hot standby cluster', { ...mysql, TargetZoneType: 'Standby' }],
    [
      '400 HaStatusNotSupport',
      'a target that is not Running',
      target(firstReader),
      (cluster) => cluster.nodes.forEach((node) => (node.status = 'Rebooting')),
    ],
    ['400 HaStatusNotSupport', 'a dead target', target(firstReader), (cluster) => cluster.nodes.forEach((node) => (node.alive = false))],
    ['400 HaStatusNotSupport', 'nobody who could take over', mysql, (cluster) => cluster.nodes.splice(1)],
    ['400 UnsupportWitchUnhealthyReplication', 'unhealthy replication', mysql, (cluster) => (cluster.replicationHealthy = false)],
    ['403 OperationDenied.ClusterCategory', 'a Basic cluster', mysql, (cluster) => (cluster.category = 'Basic')],
    ['400 InvalidDBType.Malformed', 'the distributed edition', mysql, (cluster) => (cluster.distributedEdition = true)],
    ['403 OperationDenied.DBClusterStatus', 'a cluster that is upgrading', mysql, (cluster) => (cluster.status = 'MinorVersionUpgrading')],
    ['400 OperationDenied.LockMode', 'a locked cluster', mysql, (cluster) => (cluster.lockMode = 'ManualLock')],
    [
      '400 UnsupportHighFrequenceSwitchOver',
      'a failover nine minutes ago',
      mysql,
      (cluster) => (cluster.lastSwitchAtMs = NOW_MS - 540_000),
    ],
  ];
  test.each(cases.map(([expected, what, parameters, edit]) => ({ expected, what, parameters, edit })))(
    '$expected: $what',
    ({ expected, parameters, edit }) => {
      const { ask, engine } = world({}, (state) => edit?.(clusterIn(state)));
      const got = ask('FailoverDBCluster', parameters);
      expect(codeOf(got)).toBe(expected);
      expect(got.json).toMatchObject({ RequestId: expect.any(String), HostId: 'polardb.aliyuncs.com', Message: expect.any(String) });
      expect(engine.counters().promotions).toEqual({});
    },
  );

  test('the message texts of the API page', () => {
    const { ask } = world({}, (state) => (clusterIn(state).lastSwitchAtMs = NOW_MS));
    expect(ask('FailoverDBCluster', mysql).json['Message']).toBe('The instance has switch over too frequent within ten minutes.');
    expect(ask('FailoverDBCluster', { DBClusterId: 'x' }).json['Message']).toBe('The specified parameter DBClusterId is not valid.');
  });

  const gateway: readonly (readonly [string, string, Partial<PolardbCall>])[] = [
    ['404 InvalidApi.NotFound', 'an unknown action', { action: 'PromoteDBCluster' }],
    ['404 InvalidApi.NotFound', 'another version', { version: '2016-01-01' }],
    ['404 InvalidAccessKeyId.NotFound', 'an unknown key', { key: { accessKeyId: 'NOBODY', secretKey: 'x' } }],
    ['400 SignatureDoesNotMatch', 'a wrong key', { key: { accessKeyId: f.accessKeyId, secretKey: 'x' } }],
    ['400 InvalidTimeStamp.Format', 'a date of another form', { headers: { 'x-acs-date': '20261121T120000Z' } }],
    ['400 InvalidTimeStamp.Expired', 'a date 16 minutes old', { headers: { 'x-acs-date': '2026-11-21T11:44:00Z' } }],
    ['400 InvalidTimeStamp.Expired', 'a date 16 minutes ahead', { headers: { 'x-acs-date': '2026-11-21T12:16:00Z' } }],
    ['400 InvalidSecurityToken.Malformed', 'a token that the key does not have', { headers: { 'x-acs-security-token': 'T' } }],
  ];
  test.each(gateway)('%s: %s', (expected, _what, more) => {
    const { ask, engine } = world();
    expect(codeOf(ask('FailoverDBCluster', mysql, NOW_MS, more))).toBe(expected);
    expect(engine.counters().promotions).toEqual({});
    expect(engine.calls().at(-1)?.signatureOk).toBe(false);
  });

  test('temporary credentials end; a key may lack the right to an action', () => {
    const key = { accessKeyId: 'TEMP', secretKey: 'temporary' };
    const { ask } = world({
      credentials: [{ ...key, securityToken: 'STS', expiresAtMs: NOW_MS + 1000, allows: ['DescribeDBClusterAttribute'] }],
    });
    const more = { key, headers: { 'x-acs-security-token': 'STS' } };
    expect(ask('DescribeDBClusterAttribute', mysql, NOW_MS, more).status).toBe(200);
    expect(codeOf(ask('FailoverDBCluster', mysql, NOW_MS, more))).toBe('403 Forbidden.RAM');
    expect(codeOf(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 1000, more))).toBe('400 InvalidSecurityToken.Expired');
  });

  test('a nonce is good once, also for another action, and again when its time is over', () => {
    const { ask } = world();
    expect(ask('DescribeDBClusterAttribute', mysql, NOW_MS, { nonce: 'n' }).status).toBe(200);
    expect(codeOf(ask('FailoverDBCluster', mysql, NOW_MS + 1000, { nonce: 'n' }))).toBe('400 SignatureNonceUsed');
    expect(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 20 * 60_000, { nonce: 'other' }).status).toBe(200);
    expect(codeOf(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 29 * 60_000, { nonce: 'n' }))).toBe('400 SignatureNonceUsed');
    expect(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 31 * 60_000, { nonce: 'n' }).status).toBe(200);
  });
});

describe('who takes over', () => {
  const writerAfter = (edit: (cluster: PolardbCluster) => void, parameters: Record<string, string> = {}): unknown => {
    const { ask } = world({}, (state) => edit(clusterIn(state)));
    const got = ask('FailoverDBCluster', { ...mysql, ...parameters });
    if (got.status !== 200) return codeOf(got);
    return Object.entries(rolesOf(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 60_000))).find(([, role]) => role === 'Writer')?.[0];
  };
  const node = (cluster: PolardbCluster, id: string): PolardbCluster['nodes'][number] =>
    cluster.nodes.find((one) => one.id === id) as PolardbCluster['nodes'][number];

  test('the highest FailoverPriority, the next if it is dead, the named one if one is named', () => {
    expect(writerAfter(() => undefined)).toBe(firstReader);
    expect(writerAfter((cluster) => (node(cluster, firstReader).alive = false))).toBe(secondReader);
    expect(writerAfter(() => undefined, { TargetDBNodeId: secondReader })).toBe(secondReader);
  });

  test('a hot standby node only when the standby zone is asked for', () => {
    const hot = (cluster: PolardbCluster): void => {
      cluster.hotStandbyCluster = 'ON';
      cluster.nodes.push({ ...node(cluster, firstReader), id: 'pi-bp1hotstandby001', subCluster: 'Standby', failoverPriority: 15 });
    };
    expect(writerAfter(hot)).toBe(firstReader);
    expect(writerAfter(hot, { TargetZoneType: 'Standby' })).toBe('pi-bp1hotstandby001');
    expect(writerAfter(hot, { TargetZoneType: 'Standby', TargetDBNodeId: firstReader })).toBe('400 HaStatusNotSupport');
  });

  test('onto a hot replica it is faster', () => {
    const { ask } = world({}, (state) => (node(clusterIn(state), firstReader).hotReplicaMode = 'ON'));
    ask('FailoverDBCluster', mysql);
    expect(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 8000).json['DBClusterStatus']).toBe('Running');
  });

  test('PostgreSQL needs the node and then switches', () => {
    const { ask } = world();
    expect(ask('FailoverDBCluster', { ...postgres, TargetDBNodeId: f.postgresReaderId }).status).toBe(200);
    expect(rolesOf(ask('DescribeDBClusterAttribute', postgres, NOW_MS + 30_000))).toEqual({
      [f.postgresWriterId]: 'Reader',
      [f.postgresReaderId]: 'Writer',
    });
  });

  test('RollBackForDisaster: back to the old Writer once it lives again', () => {
    const { ask, engine } = world();
    engine.setOutage(f.mysqlClusterId, true, NOW_MS);
    ask('FailoverDBCluster', { ...mysql, RollBackForDisaster: 'true' });
    engine.advance(NOW_MS + 30_000);
    engine.setOutage(f.mysqlClusterId, false, NOW_MS + 40_000);
    expect(rolesOf(ask('DescribeDBClusterAttribute', mysql, NOW_MS + 70_000))[f.mysqlWriterId]).toBe('Writer');
    expect(engine.counters()).toMatchObject({ promotions: { [f.mysqlClusterId]: 1 }, vendorPromotions: { [f.mysqlClusterId]: 1 } });
  });
});

test('the ten-minute rule counts from the acceptance, is scaled by the speed, and may come after the status', () => {
  const { ask } = world();
  ask('FailoverDBCluster', mysql);
  expect(codeOf(ask('FailoverDBCluster', mysql, NOW_MS + 599_999))).toBe('400 UnsupportHighFrequenceSwitchOver');
  expect(ask('FailoverDBCluster', mysql, NOW_MS + 600_000).status).toBe(200);
  const fast = world({ speed: 10 });
  fast.ask('FailoverDBCluster', mysql);
  expect(fast.ask('FailoverDBCluster', mysql, NOW_MS + 60_000).status).toBe(200);
  const later = world({ choices: { frequencyRule: 'after-status' } });
  later.ask('FailoverDBCluster', mysql);
  expect(codeOf(later.ask('FailoverDBCluster', mysql, NOW_MS + 1))).toBe('403 OperationDenied.DBClusterStatus');
});
