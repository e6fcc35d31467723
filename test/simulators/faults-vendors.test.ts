import { describe, expect, test } from 'vitest';
import { FLEET } from '../../local/simulators/fleet.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import { drPath, gaussdbRequest, parsed, polardbRequest } from './clients.ts';
import { CLOUDS, NOW_MS, instanceId, mysqlClusterId, mysqlWriterId, projectId, relationId, responseOf } from './clouds.ts';
import type { Cloud, Json } from './clouds.ts';

describe('the answers that break off', () => {
  test.each([
    ['invalid-json', (body: string) => expect(() => JSON.parse(body)).toThrow(SyntaxError)],
    ['empty-reply', (body: string) => expect(body).toBe('')],
  ] as const)('%s', (fault, check) => {
    const cloud = (CLOUDS['gaussdb'] as () => Cloud)();
    cloud.engine.faults(NOW_MS).set({ operation: 'failover', fault });
    check(responseOf(cloud.effect()).body);
  });

  test('partial-reply sends half', () => {
    const cloud = (CLOUDS['gaussdb'] as () => Cloud)();
    cloud.engine.faults(NOW_MS).set({ operation: 'failover', fault: 'partial-reply' });
    const outcome = cloud.effect();
    expect(outcome.kind === 'partial' && outcome.bodyBytes).toBe(Math.floor(responseOf(outcome).body.length / 2));
  });
});

describe('GaussDB only', () => {
  const engine = createGaussdbEngine;
  const call = (on: ReturnType<typeof engine>, path: string, nowMs: number, body?: unknown): { status: number; json: Json } => {
    const response = responseOf(on.handle(gaussdbRequest({ path, nowMs, ...(body === undefined ? {} : { body }) }), nowMs));
    return { status: response.status, json: parsed(response.body) };
  };
  const stream = { disaster_type: 'stream' };
  const recordsPath = `/v3/${projectId}/instances/${instanceId}/disaster-recovery/records?entity_id=${relationId}&entity_type=dr`;
  const relationsPath = `/v3.5/${projectId}/disaster-recovery/relations`;

  test('job-not-visible, and the record tells the job meanwhile', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'job-not-visible', params: { ms: 30_000 } });
    const job = call(on, drPath('failover'), NOW_MS, stream).json['job_id'];
    const statuses = [0, 29_999, 30_000].map((ms) => call(on, `/v3/${projectId}/jobs?id=${String(job)}`, NOW_MS + ms).status);
    expect(statuses).toEqual([404, 404, 200]);
    expect(call(on, recordsPath, NOW_MS).json['records']).toMatchObject([{ job_id: job }]);
  });

  test('records-lag', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'records-lag', params: { ms: 60_000 } });
    call(on, drPath('failover'), NOW_MS, stream);
    expect([0, 59_999, 60_000].map((ms) => (call(on, recordsPath, NOW_MS + ms).json['records'] as Json[]).length)).toEqual([0, 0, 1]);
  });

  test('promote-fail shows in the job, the monitor and the records', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'promote-fail', params: { reason: 'disk' } });
    const job = call(on, drPath('failover'), NOW_MS, stream).json['job_id'];
    const atMs = NOW_MS + 120_000;
    expect(call(on, `/v3/${projectId}/jobs?id=${String(job)}`, atMs).json['job']).toMatchObject({
      status: 'Failed',
      fail_reason: 'disk',
      progress: '',
    });
    expect(call(on, `${drPath('monitor')}?disaster_type=stream`, atMs).json['status']).toBe('promote_fail');
    expect(call(on, recordsPath, atMs).json['records']).toMatchObject([{ action: 'dr_stream_failover_result', status: 'failed' }, {}]);
    expect(call(on, relationsPath, atMs).json['relations']).toMatchObject([{ disaster_role: 'disaster', status: 'normal' }]);
  });

  test.each([
    ['errCode', { errCode: 'DBS.200001' }],
    ['error', { error: { code: 'DBS.200001' } }],
  ])('errCode-spelling %s waits for an error', (spelling, expected) => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: '*', fault: 'errCode-spelling', params: { spelling } });
    expect(call(on, relationsPath, NOW_MS).status).toBe(200);
    const bent = call(on, drPath('failover'), NOW_MS, {}).json;
    expect(bent).toMatchObject(expected);
    expect(bent).not.toHaveProperty('error_code');
    expect(call(on, drPath('failover'), NOW_MS, {}).json).toHaveProperty('error_code');
  });

  test('errCode-spelling meets the error of another fault', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'errCode-spelling' });
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'busy' });
    expect(call(on, drPath('failover'), NOW_MS, stream)).toMatchObject({ status: 409, json: { errCode: 'DBS.200019' } });
    expect(on.calls().map(({ faults }) => faults)).toEqual([['busy', 'errCode-spelling']]);
  });

  test('wrong-role', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'relations', fault: 'wrong-role' });
    const role = (): unknown => (call(on, relationsPath, NOW_MS).json['relations'] as Json[])[0]?.['disaster_role'];
    expect([role(), role()]).toEqual(['master', 'disaster']);
  });

  test('automatic-failover-meanwhile: another person was faster', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'automatic-failover-meanwhile' });
    expect(call(on, drPath('failover'), NOW_MS, stream)).toMatchObject({ status: 409, json: { error_code: 'DBS.200019' } });
    expect(on.counters()).toMatchObject({ promotions: {}, vendorPromotions: { [instanceId]: 1 } });
  });
});

describe('PolarDB only', () => {
  const call = (on: ReturnType<typeof createPolardbEngine>, action: string, nowMs: number, parameters: Record<string, string> = {}): Json =>
    parsed(
      responseOf(on.handle(polardbRequest({ action, parameters: { DBClusterId: mysqlClusterId, ...parameters }, nowMs }), nowMs)).body,
    );

  test('records-lag holds the HA log back', () => {
    const on = createPolardbEngine();
    on.faults(NOW_MS).set({ operation: 'FailoverDBCluster', fault: 'records-lag', params: { ms: 60_000 } });
    call(on, 'FailoverDBCluster', NOW_MS);
    const rows = (ms: number): unknown => call(on, 'DescribeHALogs', NOW_MS + ms, { LogType: 'HaSwitchLogList' })['TotalRecords'];
    expect([rows(30_000), rows(61_000)]).toEqual([0, 1]);
  });

  test('wrong-role shows the Writer and the first Reader the other way round', () => {
    const on = createPolardbEngine();
    on.faults(NOW_MS).set({ operation: 'DescribeDBClusterAttribute', fault: 'wrong-role' });
    const writers = (): unknown[] =>
      (call(on, 'DescribeDBClusterAttribute', NOW_MS)['DBNodes'] as Json[])
        .filter((node) => node['DBNodeRole'] === 'Writer')
        .map((node) => node['DBNodeId']);
    expect([writers(), writers()]).toEqual([[FLEET.polardb.mysqlReaderIds[0]], [mysqlWriterId]]);
  });

  test("automatic-failover-meanwhile: the vendor's HA was faster, and its cause tells", () => {
    const on = createPolardbEngine();
    on.faults(NOW_MS).set({ operation: 'FailoverDBCluster', fault: 'automatic-failover-meanwhile' });
    expect(call(on, 'FailoverDBCluster', NOW_MS)['Code']).toBe('UnsupportHighFrequenceSwitchOver');
    expect(on.counters()).toMatchObject({ promotions: {}, vendorPromotions: { [mysqlClusterId]: 1 } });
    const { HaLogItems } = call(on, 'DescribeHALogs', NOW_MS + 60_000, { LogType: 'HaSwitchLogList' }) as { HaLogItems: Json[] };
    expect(HaLogItems[0]?.['SwitchCauseCode']).toBe('Platform.Ha.AuroraService.InstanceDown');
  });
});
