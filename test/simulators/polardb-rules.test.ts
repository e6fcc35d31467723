import { describe, expect, test } from 'vitest';
import type { Engine } from '../../local/simulators/engine.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { PolardbChoices } from '../../local/simulators/polardb/choices.ts';
import type { PolardbCluster, PolardbState } from '../../local/simulators/polardb/model.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import type { PolardbWorld } from '../../local/simulators/polardb/simulator.ts';
import { parsed, polardbRequest, polardbV1Request } from './clients.ts';
import type { PolardbCall } from './clients.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const f = FLEET.polardb;
const [firstReader, secondReader] = f.mysqlReaderIds;

type Json = Record<string, unknown>;
interface Got {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
}
type Ask = (action: string, parameters?: Record<string, string>, nowMs?: number, more?: Partial<PolardbCall>) => Got;

function world(options: PolardbWorld = {}, edit?: (state: PolardbState) => void): { engine: Engine<PolardbState>; ask: Ask } {
  const engine = createPolardbEngine(options);
  if (edit) engine.change(edit);
  const ask: Ask = (action, parameters = {}, nowMs = NOW_MS, more = {}) => {
    const outcome = engine.handle(polardbRequest({ action, parameters, nowMs, ...more }), nowMs);
    if (outcome.kind !== 'respond') throw new Error(`no answer: ${outcome.kind}`);
    return { status: outcome.response.status, json: parsed(outcome.response.body), text: outcome.response.body };
  };
  return { engine, ask };
}
const codeOf = (got: Got): string => `${got.status} ${String(got.json['Code'])}`;
const clusterIn = (state: PolardbState, id: string = f.mysqlClusterId): PolardbCluster => state.clusters[id] as PolardbCluster;
const mysql = { DBClusterId: f.mysqlClusterId };
const postgres = { DBClusterId: f.postgresClusterId };
const rolesOf = (got: Got): Record<string, unknown> =>
  Object.fromEntries((got.json['DBNodes'] as Json[]).map((node) => [String(node['DBNodeId']), node['DBNodeRole']]));

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

describe('the HA log', () => {
  const logs = { ...mysql, LogType: 'HaSwitchLogList' };
  test('MySQL only; HaStatus is the wrong way round; a row per switch, finished when it is', () => {
    const { ask } = world();
    expect(ask('DescribeHALogs', logs).json).toMatchObject({ HaStatus: 1, TotalRecords: 0, HaLogItems: [] });
    ask('FailoverDBCluster', mysql);
    const [running] = ask('DescribeHALogs', logs, NOW_MS + 2000).json['HaLogItems'] as Json[];
    expect(running).toMatchObject({
      SwitchStartTime: '2026-11-21T12:00:01Z',
      SwitchFinishTime: '',
      SwitchCauseCode: 'Platform.Ha.AuroraService.ManualOperations',
    });
    const done = ask('DescribeHALogs', logs, NOW_MS + 60_000).json;
    expect(done).toMatchObject({ HaStatus: 0, TotalRecords: 1, HaLogItems: [{ SwitchFinishTime: '2026-11-21T12:00:21Z' }] });
    expect(ask('DescribeHALogs', { ...logs, StartTime: '2026-11-21T13:00:00Z' }, NOW_MS + 60_000).json['TotalRecords']).toBe(0);
    expect(ask('DescribeDBLogFiles', { ...mysql, LogType: 'HaSwitchLogInfo' }, NOW_MS + 60_000).json).toMatchObject({
      TotalRecords: 1,
      HaLogItems: [{ SwitchType: 'HaSwitch' }],
    });
    expect(codeOf(ask('DescribeHALogs', { ...logs, ...postgres }))).toBe('400 InvalidDBType.Malformed');
    expect(codeOf(ask('DescribeHALogs', { ...logs, LogType: 'Other' }))).toBe('400 InvalidParameter');
  });

  test('a switch that failed leaves no row', () => {
    const { ask, engine } = world();
    ask('FailoverDBCluster', mysql);
    engine.setOutage(firstReader, true, NOW_MS + 3000);
    expect(ask('DescribeHALogs', logs, NOW_MS + 60_000).json['TotalRecords']).toBe(0);
  });

  test("the vendor's own failover has another cause, and is no promotion of ours", () => {
    const { ask, engine } = world({ choices: { automaticFailoverAfterMs: 30_000 } });
    engine.setOutage(f.mysqlClusterId, true, NOW_MS);
    expect(engine.endpoints()[f.mysqlClusterId]).toBe(false);
    const [log] = ask('DescribeHALogs', logs, NOW_MS + 60_000).json['HaLogItems'] as Json[];
    expect(log).toMatchObject({ SwitchStartTime: '2026-11-21T12:00:31Z', SwitchCauseCode: 'Platform.Ha.AuroraService.InstanceDown' });
    expect(engine.counters()).toMatchObject({ promotions: {}, vendorPromotions: { [f.mysqlClusterId]: 1 } });
    expect(engine.endpoints()[f.mysqlClusterId]).toBe(true);
  });
});

test('DescribeDBClusters nests its lists, and tells neither node status nor priority', () => {
  const { ask } = world();
  const list = (more: Record<string, string>): Json => ask('DescribeDBClusters', { RegionId: f.regionId, ...more }).json;
  const { DBCluster } = list({ DBClusterIds: f.mysqlClusterId })['Items'] as { DBCluster: { DBNodes: { DBNode: Json[] } }[] };
  expect(DBCluster[0]?.DBNodes.DBNode.map((node) => node['DBNodeRole'])).toEqual(['Writer', 'Reader', 'Reader']);
  expect(Object.keys(DBCluster[0]?.DBNodes.DBNode[0] ?? {})).not.toEqual(expect.arrayContaining(['DBNodeStatus']));
  expect([
    list({})['TotalRecordCount'],
    list({ DBType: 'PostgreSQL' })['TotalRecordCount'],
    list({ DBNodeIds: f.postgresReaderId })['TotalRecordCount'],
  ]).toEqual([3, 1, 1]);
  expect(codeOf(ask('DescribeDBClusters', {}))).toBe('400 MissingParameter');
  expect(codeOf(ask('DescribeDBClusters', { RegionId: 'x', PageSize: '31' }))).toBe('400 InvalidParameter');
});

test('tasks: DescribeTasks knows only creations; history lists failovers only if chosen, and counts in text', () => {
  const day = { StartTime: '2026-01-05T00:00Z', EndTime: '2026-11-22T00:00Z' };
  const from = { FromStartTime: '2026-11-21T00:00:00Z', ToStartTime: '2026-11-22T00:00:00Z' };
  for (const historyTasks of ['without-failovers', 'with-failovers'] as const) {
    const { ask } = world({ choices: { historyTasks } });
    ask('FailoverDBCluster', mysql);
    expect(ask('DescribeTasks', { ...mysql, ...day }, NOW_MS + 60_000).json).toMatchObject({
      TotalRecordCount: 1,
      Tasks: { Task: [{ TaskAction: 'CreateDBCluster' }] },
    });
    expect(ask('DescribeHistoryTasks', from, NOW_MS + 60_000).json['TotalCount']).toBe(historyTasks === 'with-failovers' ? '1' : '0');
    expect(codeOf(ask('DescribeTasks', day))).toBe('400 MissingParameter');
    expect(codeOf(ask('DescribeHistoryTasks', { ...from, FromStartTime: '2026-01-01T00:00:00Z' }))).toBe('400 InvalidParameter');
  }
});

describe('the global database network', () => {
  const gdn = { GDNId: f.gdnId };
  const to = { ...gdn, DBClusterId: f.gdnStandbyClusterId };
  const rolesAt = (ask: Ask, ms: number): unknown[] => {
    const { GDNStatus, DBClusters } = ask('DescribeGlobalDatabaseNetwork', gdn, NOW_MS + ms).json as {
      GDNStatus: string;
      DBClusters: Json[];
    };
    return [GDNStatus, ...DBClusters.map((one) => one['Role'])];
  };

  test('locked while it switches, then the roles are swapped', () => {
    const { ask, engine } = world();
    expect(ask('SwitchOverGlobalDatabaseNetwork', to)).toMatchObject({ status: 200, json: { RequestId: expect.any(String) } });
    expect(rolesAt(ask, 0)).toEqual(['active', 'primary', 'standby']);
    expect(rolesAt(ask, 30_000)).toEqual(['locked', 'primary', 'standby']);
    expect(ask('DescribeDBClusterAttribute', { DBClusterId: f.gdnStandbyClusterId }, NOW_MS + 30_000).json['DBClusterStatus']).toBe(
      'ROLE_SWITCHING',
    );
    expect(codeOf(ask('SwitchOverGlobalDatabaseNetwork', to, NOW_MS + 30_000))).toBe('403 OperationDenied.GDNStatus');
    expect(rolesAt(ask, 61_000)).toEqual(['active', 'standby', 'primary']);
    expect(engine.counters().promotions).toEqual({ [f.gdnId]: 1 });
    expect([engine.endpoints()[f.gdnPrimaryClusterId], engine.endpoints()[f.gdnStandbyClusterId]]).toEqual([false, true]);
  });

  test('ReplicaLag is text in seconds, and empty where it is not known', () => {
    const { ask, engine } = world();
    const lag = (): unknown => (ask('DescribeGlobalDatabaseNetwork', gdn).json['DBClusters'] as Json[])[1]?.['ReplicaLag'];
    expect(lag()).toBe('1');
    engine.setLag(f.gdnStandbyClusterId, 42);
    expect(lag()).toBe('42');
    engine.setLag(f.gdnStandbyClusterId, undefined);
    expect(lag()).toBe('');
  });

  test.each([
    ['400 MissingParameter', {}],
    ['404 InvalidGDNId.NotFound', { GDNId: 'gdn-none' }],
    ['404 InvalidDBCluster.NotFound', { ...gdn, DBClusterId: 'pc-bp1nosuchcluster' }],
    ['404 InvalidDBClusterId.NotFound', { ...gdn, DBClusterId: f.mysqlClusterId }],
    ['403 OperationDenied.GDNRole', { ...gdn, DBClusterId: f.gdnPrimaryClusterId }],
    ['400 InvalidParameter', { ...to, ClientToken: 'there-is-none-here' }],
    ['400 InvalidParameter', { ...to, Forced: 'yes' }],
  ])('%s', (expected, parameters) => {
    expect(codeOf(world().ask('SwitchOverGlobalDatabaseNetwork', parameters))).toBe(expected);
  });

  test('with the primary dead it must be forced', () => {
    const { ask, engine } = world();
    engine.setOutage(f.gdnPrimaryClusterId, true, NOW_MS);
    expect(codeOf(ask('SwitchOverGlobalDatabaseNetwork', to))).toBe('400 HaStatusNotSupport');
    expect(ask('SwitchOverGlobalDatabaseNetwork', { ...to, Forced: 'true' }).status).toBe(200);
  });

  test('without a cluster the only standby is meant; the list shows roles too', () => {
    const { ask } = world();
    expect(ask('SwitchOverGlobalDatabaseNetwork', gdn).status).toBe(200);
    const { Items } = ask('DescribeGlobalDatabaseNetworks', {}, NOW_MS + 90_000).json as { Items: Json[] };
    expect(Items).toMatchObject([{ GDNId: f.gdnId, GDNStatus: 'active', DBClusters: [{ Role: 'standby' }, { Role: 'primary' }] }]);
  });

  test('a second switch after the first is an own effect: there is no token', () => {
    const { ask, engine } = world({ choices: { gdnLockedDuringSwitch: false } });
    ask('SwitchOverGlobalDatabaseNetwork', gdn);
    expect(rolesAt(ask, 30_000)[0]).toBe('active');
    expect(ask('SwitchOverGlobalDatabaseNetwork', gdn, NOW_MS + 90_000).status).toBe(200);
    expect(engine.counters().promotions).toEqual({ [f.gdnId]: 2 });
  });
});

describe('the format', () => {
  test('V3 without Accept: application/json answers in XML, errors too', () => {
    const { ask } = world();
    const xml = ask('DescribeDBClusterAttribute', mysql, NOW_MS, { headers: { accept: '*/*' } }).text;
    expect(xml).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?><DescribeDBClusterAttributeResponse>.*<DBNodes><DBNodeId>/);
    const error = ask('FailoverDBCluster', {}, NOW_MS, { headers: { accept: 'text/xml' } });
    expect(error.text).toMatch(/<Error><RequestId>[^<]+<\/RequestId><HostId>[^<]+<\/HostId><Code>MissingParameter<\/Code>/);
  });

  test('V1 answers in XML unless Format=JSON', () => {
    const { engine } = world();
    const bodyOf = (Format: string): string => {
      const parameters = { ...mysql, Format };
      const outcome = engine.handle(polardbV1Request({ action: 'DescribeDBClusterAttribute', parameters, nowMs: NOW_MS }), NOW_MS);
      return outcome.kind === 'respond' ? outcome.response.body : '';
    };
    expect(bodyOf('JSON')).toMatch(/^\{"DBClusterId"/);
    expect(bodyOf('json')).toMatch(/^\{"DBClusterId"/);
    expect(bodyOf('XML')).toMatch(/^<\?xml/);
    expect(bodyOf('')).toMatch(/^<\?xml/);
  });
});
