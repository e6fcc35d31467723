import { describe, expect, test } from 'vitest';
import { polardbV1Request } from './clients.ts';
import { NOW_MS, codeOf, f, firstReader, mysql, world, postgres } from './polardb-world.ts';
import type { Json } from './polardb-world.ts';

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
