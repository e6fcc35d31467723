import { describe, expect, test } from 'vitest';
import type { Engine } from '../../local/simulators/engine.ts';
import type { GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { drPath } from './clients.ts';
import {
  NOW_MS,
  STREAM,
  codeOf,
  failover,
  firstRelation,
  instanceId,
  monitorPath,
  primaryInstanceId,
  primaryProjectId,
  projectId,
  relation,
  relationsPath,
  standby,
  world,
} from './gaussdb-world.ts';
import type { Ask } from './gaussdb-world.ts';

describe('the other DR operations', () => {
  const afterFailover = (): { engine: Engine<GaussdbState>; ask: Ask; nowMs: number } => {
    const made = world();
    made.ask({ ...failover, body: { ...STREAM, is_support_restore: true } });
    return { ...made, nowMs: NOW_MS + 130_000 };
  };

  test('restore: the old primary becomes the DR instance of the new one', () => {
    const { ask, nowMs } = afterFailover();
    expect(ask({ path: drPath('restore'), body: STREAM }, nowMs).status).toBe(202);
    const oldMonitor = `${drPath('monitor', primaryInstanceId, primaryProjectId)}?disaster_type=stream`;
    expect(ask({ path: oldMonitor }, nowMs + 1000).json).toMatchObject({ status: 'restore' });
    expect(ask({ path: oldMonitor }, nowMs + 180_000).json).toMatchObject({ status: 'recovery' });
    expect(firstRelation(ask({ path: relationsPath }, nowMs + 180_000))).toMatchObject({ disaster_role: 'master', status: 'normal' });
  });

  test('restore is refused from the old primary, without restore support, and before a failover', () => {
    const { ask, nowMs } = afterFailover();
    expect(codeOf(ask({ path: drPath('restore', primaryInstanceId, primaryProjectId), body: STREAM }, nowMs))).toBe('400 DBS.06020105');
    const plain = world();
    expect(codeOf(plain.ask({ path: drPath('restore'), body: STREAM }))).toBe('400 DBS.06020105');
    plain.ask(failover);
    const late = plain.ask({ path: drPath('restore'), body: STREAM }, NOW_MS + 130_000);
    expect(late.json['error_msg']).toBe('The relationship cannot be re-established.');
  });

  test('switchover: from either side, promotes the DR side, swaps the roles', () => {
    for (const path of [drPath('switchover'), drPath('switchover', primaryInstanceId, primaryProjectId)]) {
      const { ask, engine } = world();
      expect(ask({ path, body: STREAM }).status).toBe(202);
      expect(ask({ path: monitorPath }, NOW_MS + 30_000).json).toMatchObject({ status: 'switchover', switchover_progress: '50%' });
      expect(engine.endpoints()).toEqual({ [primaryInstanceId]: false, [instanceId]: false });
      expect(firstRelation(ask({ path: relationsPath }, NOW_MS + 60_000))).toMatchObject({ disaster_role: 'master', status: 'normal' });
      expect(engine.endpoints()).toEqual({ [primaryInstanceId]: false, [instanceId]: true });
      expect(engine.counters().finished).toEqual({ [instanceId]: 1 });
    }
  });

  test.each([
    ['RPO of 10 s', (state: GaussdbState) => (relation(state).rpoSeconds = 10)],
    ['RTO of 1 s', (state: GaussdbState) => (relation(state).rtoSeconds = 1)],
    ['an unknown RPO', (state: GaussdbState) => (relation(state).rpoSeconds = null)],
    [
      'one faulty node',
      (state: GaussdbState) =>
        standby(state)
          .nodes.slice(2)
          .forEach((node) => (node.status = 'FAILED')),
    ],
    ['a broken stream', (state: GaussdbState) => (relation(state).streaming = 'recovery_fail')],
  ])('switchover is refused with %s', (_what, edit) => {
    expect(codeOf(world({}, edit).ask({ path: drPath('switchover'), body: STREAM }))).toBe('409 DBS.201015');
  });

  test('post_process_config needs V2.0-8.200', () => {
    const body = { ...STREAM, post_process_config: 'AUTO' };
    expect(codeOf(world().ask({ path: drPath('switchover'), body }))).toBe('400 DBS.200001');
    const newer = world({}, (state) => (standby(state).completeVersion = 'V2.0-8.210.0'));
    expect(newer.ask({ path: drPath('switchover'), body }).status).toBe(202);
    expect(codeOf(world().ask({ path: drPath('switchover'), body: { ...STREAM, post_process_config: 'ALWAYS' } }))).toBe('400 DBS.200001');
  });

  test('a drill opens the DR instance, keeps a failover out, and ends where it began', () => {
    const { ask, engine } = world();
    expect(ask({ path: drPath('simulation-start'), body: { ...STREAM, xlog_keep_ratio: 20 } }).status).toBe(202);
    const drillMs = NOW_MS + 30_000;
    expect(firstRelation(ask({ path: relationsPath }, drillMs))).toMatchObject({ status: 'simulation' });
    expect(engine.endpoints()).toEqual({ [primaryInstanceId]: true, [instanceId]: true });
    expect(codeOf(ask(failover, drillMs))).toBe('409 DBS.201202');
    expect(codeOf(ask({ path: drPath('release', primaryInstanceId, primaryProjectId), body: STREAM }, drillMs))).toBe('409 DBS.201202');
    expect(ask({ path: drPath('simulation-stop'), body: STREAM }, drillMs).status).toBe(202);
    expect(firstRelation(ask({ path: relationsPath }, drillMs + 30_000))).toMatchObject({ status: 'normal', disaster_role: 'disaster' });
    expect(codeOf(ask({ path: drPath('simulation-stop'), body: STREAM }, drillMs + 30_000))).toBe('400 DBS.200001');
    expect(engine.counters().promotions).toEqual({});
  });

  test.each([0, 100, 1.5, '10'])('xlog_keep_ratio %j is out of range', (ratio) => {
    expect(codeOf(world().ask({ path: drPath('simulation-start'), body: { ...STREAM, xlog_keep_ratio: ratio } }))).toBe('400 DBS.200001');
  });

  test('the log cache is started and stopped on the primary side, and forbids a switchover meanwhile', () => {
    const { ask } = world();
    const keep = (action: string): string => drPath(action, primaryInstanceId, primaryProjectId);
    expect(codeOf(ask({ path: drPath('keep-log-start'), body: STREAM }))).toBe('400 DBS.06020105');
    expect(codeOf(ask({ path: keep('keep-log-stop'), body: STREAM }))).toBe('400 DBS.200001');
    expect(ask({ path: keep('keep-log-start'), body: { ...STREAM, xlog_keep_ratio: 10 } }).status).toBe(202);
    expect(codeOf(ask({ path: drPath('switchover'), body: STREAM }, NOW_MS + 5000))).toBe('409 DBS.216011');
    expect(ask({ path: keep('keep-log-stop'), body: STREAM }, NOW_MS + 5000).status).toBe(202);
    expect(ask({ path: drPath('switchover'), body: STREAM }, NOW_MS + 10_000).status).toBe(202);
  });

  test('release only from the primary region; the record of a dissolved relation can be deleted', () => {
    const { ask, engine } = world();
    expect(codeOf(ask({ path: drPath('release'), body: STREAM }))).toBe('400 DBS.06020105');
    const deletion = {
      path: `/v3/${projectId}/instances/disaster/record/delete`,
      method: 'DELETE',
      body: { id: '11111111-2222-4333-8444-555555555502' },
    };
    expect(codeOf(ask(deletion))).toBe('409 DBS.200019');
    expect(ask({ path: drPath('release', primaryInstanceId, primaryProjectId), body: STREAM }).status).toBe(202);
    expect(firstRelation(ask({ path: relationsPath }, NOW_MS + 5000))).toMatchObject({ status: 'completed' });
    expect(ask(deletion, NOW_MS + 5000)).toMatchObject({ status: 200, json: {} });
    expect(ask({ path: relationsPath }, NOW_MS + 5000).json).toEqual({ total: 0, relations: [] });
    expect(codeOf(ask(deletion, NOW_MS + 5000))).toBe('400 DBS.06020105');
    expect(engine.endpoints()[instanceId]).toBe(true);
  });

  test('construct builds a relation to the instance with that address, and forgets the password', () => {
    const { ask, engine } = world({}, (state) => (state.relations = []));
    const body = { ...STREAM, dr_ip: '192.168.20.10', dr_user_name: 'dr', dr_user_password: 'Never-Keep-Me-1', dr_task_name: 'orders' };
    const path = drPath('construct', primaryInstanceId, primaryProjectId);
    expect(codeOf(ask({ path, body: { ...body, dr_ip: '10.0.0.1' } }))).toBe('400 DBS.200001');
    expect(ask({ path, body }).status).toBe(202);
    expect(codeOf(ask({ path, body }))).toBe('409 DBS.200019');
    expect(firstRelation(ask({ path: relationsPath }))).toMatchObject({ disaster_role: 'disaster', status: 'pending' });
    expect(ask({ path: monitorPath }, NOW_MS + 180_000).json).toMatchObject({ status: 'recovery' });
    expect(JSON.stringify([engine.snapshot()])).not.toContain('Never-Keep-Me-1');
  });

  test('reset-dr-config takes a list of networks, and an empty text to clear it', () => {
    const { ask, engine } = world();
    const path = `/v3.5/${projectId}/instances/${instanceId}/reset-dr-config`;
    expect(ask({ path, body: { opposite_data_cidr: '192.168.10.0/24,10.1.0.0/16' } })).toMatchObject({ status: 200, json: {} });
    expect(engine.snapshot().state.instances[instanceId]?.oppositeDataCidr).toBe('192.168.10.0/24,10.1.0.0/16');
    expect(ask({ path, body: { opposite_data_cidr: '' } }).status).toBe(200);
    expect(codeOf(ask({ path, body: { opposite_data_cidr: 'everything' } }))).toBe('400 DBS.200001');
  });
});
