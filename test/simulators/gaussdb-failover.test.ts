import { describe, expect, test } from 'vitest';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { drPath } from './clients.ts';
import type { GaussdbCall } from './clients.ts';
import {
  NOW_MS,
  STREAM,
  codeOf,
  failover,
  firstRelation,
  instanceId,
  jobPath,
  monitorPath,
  primaryInstanceId,
  primaryProjectId,
  projectId,
  recordsPath,
  relation,
  relationId,
  relationsPath,
  standby,
  world,
} from './gaussdb-world.ts';

test('an accepted failover answers with a job of the documented form', () => {
  const { ask, engine } = world();
  const got = ask({ ...failover, body: { is_support_restore: true, disaster_type: 'stream' } });
  expect(got.status).toBe(202);
  expect(got.json).toEqual({ job_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) });
  expect(got.headers['x-request-id']).toBeTypeOf('string');
  expect(engine.counters()).toMatchObject({ requests: { failover: 1 }, accepted: { failover: 1 }, promotions: { [instanceId]: 1 } });
});

describe('every documented error, by what brings it', () => {
  const refused: readonly (readonly [string, string, Partial<GaussdbCall> & { path: string }, ((state: GaussdbState) => void)?])[] = [
    ['400 DBS.200006', 'no body', { path: drPath('failover'), method: 'POST' }],
    ['400 DBS.200001', 'not JSON', { ...failover, body: '{"disaster_type":' }],
    ['400 DBS.200001', 'a JSON array', { ...failover, body: [STREAM] }],
    ['400 DBS.200001', 'no disaster_type', { ...failover, body: {} }],
    ['400 DBS.200001', 'dorado, which only an SDK knows', { ...failover, body: { disaster_type: 'dorado' } }],
    ['400 DBS.200001', 'a boolean as text', { ...failover, body: { ...STREAM, is_support_restore: 'true' } }],
    ['400 DBS.200001', 'an unknown field', { ...failover, body: { ...STREAM, force: true } }],
    ['400 DBS.200001', 'an instance id of 35', { ...failover, path: drPath('failover', instanceId.slice(1)) }],
    ['400 DBS.200001', 'a project id with a hyphen', { ...failover, path: drPath('failover', instanceId, `${projectId.slice(1)}-`) }],
    ['400 DBS.200001', 'an unknown language', { ...failover, headers: { 'x-language': 'fr-fr' } }],
    ['400 APIGW.0201', 'a form body', { ...failover, headers: { 'content-type': 'text/plain' } }],
    ['404 APIGW.0101', 'an unknown path', { ...failover, path: drPath('promote') }],
    ['404 APIGW.0101', 'an unknown version', { ...failover, path: drPath('failover').replace('v3.5', 'v3') }],
    ['404 APIGW.0101', 'another method', { path: drPath('failover'), method: 'GET' }],
    ['404 DBS.200002', 'an unknown instance', { ...failover, path: drPath('failover', `f${instanceId.slice(1)}`) }],
    ['404 DBS.200002', 'the other region by project', { ...failover, path: drPath('failover', instanceId, primaryProjectId) }],
    ['404 DBS.200002', 'the other region by endpoint', { ...failover, endpoint: 'ap-southeast-3' }],
    ['400 DBS.06020105', 'the primary instance', { ...failover, path: drPath('failover', primaryInstanceId, primaryProjectId) }],
    ['403 APIGW.0302', 'another X-Project-Id', { ...failover, headers: { 'x-project-id': primaryProjectId } }],
    ['401 APIGW.0301', 'an unknown key', { ...failover, key: { accessKeyId: 'NOBODY', secretKey: 'x' } }],
    ['401 APIGW.0301', 'a wrong key', { ...failover, key: { accessKeyId: FLEET.gaussdb.accessKeyId, secretKey: 'x' } }],
    ['401 APIGW.0301', 'a stale date', { ...failover, headers: { 'x-sdk-date': '20261121T110000Z' } }],
    ['401 APIGW.0301', 'a malformed date', { ...failover, headers: { 'x-sdk-date': '2026-11-21T12:00:00Z' } }],
    ['401 APIGW.0301', 'a security token that the key does not have', { ...failover, headers: { 'x-security-token': 'T' } }],
    ['401 APIGW.0307', 'an unknown token', { ...failover, headers: { 'x-auth-token': 'T' } }],
    [
      '409 DBS.200011',
      'most DR nodes faulty',
      failover,
      (state) =>
        standby(state)
          .nodes.slice(1)
          .forEach((node) => (node.status = 'FAILED')),
    ],
    ['409 DBS.200047', 'the instance is rebooting', failover, (state) => (standby(state).status = 'REBOOTING')],
    ['409 DBS.201014', 'not in incremental restoration', failover, (state) => (relation(state).streaming = 'recovery_fail')],
    ['409 DBS.201202', 'in a drill', failover, (state) => (relation(state).status = 'simulation')],
    ['400 DBS.06020105', 'no relation', failover, (state) => (state.relations = [])],
    [
      '400 DBS.200001',
      'restore support on an old engine',
      { ...failover, body: { ...STREAM, is_support_restore: true } },
      (state) => (standby(state).completeVersion = 'V2.0-3.103.0'),
    ],
  ];
  test.each(refused.map(([expected, what, call, edit]) => ({ expected, what, call, edit })))(
    '$expected: $what',
    ({ expected, call, edit }) => {
      const { ask, engine } = world({}, edit);
      expect(codeOf(ask(call))).toBe(expected);
      expect(engine.counters().promotions).toEqual({});
      expect(engine.calls().at(-1)).toMatchObject({ outcome: 'refused', code: expected.slice(4) });
    },
  );

  test('gateway errors carry the request id in their body, those of the service do not', () => {
    const { ask } = world();
    expect(ask({ ...failover, path: '/v9' }).json).toHaveProperty('request_id');
    expect(ask({ ...failover, body: {} }).json).not.toHaveProperty('request_id');
  });

  test('a body over 12 MB is refused whole', () => {
    expect(codeOf(world().ask({ ...failover, body: { disaster_type: 'x'.repeat(12 * 1024 * 1024) } }))).toBe('413 APIGW.0201');
  });

  test('a minority of faulty nodes does not stand in the way', () => {
    const { ask } = world({}, (state) =>
      standby(state)
        .nodes.slice(2)
        .forEach((node) => (node.status = 'FAILED')),
    );
    expect(ask(failover).status).toBe(202);
  });
});

test('a second failover: busy while the first runs, gone once it is over', () => {
  const { ask, engine } = world();
  ask(failover);
  expect(codeOf(ask(failover, NOW_MS + 1))).toBe('409 DBS.200019');
  expect(codeOf(ask(failover, NOW_MS + 120_000))).toBe('400 DBS.06020105');
  expect(engine.counters().promotions).toEqual({ [instanceId]: 1 });
});

test.each([
  [true, 'failover'],
  [false, 'completed'],
])('with is_support_restore %s the monitor, the job, the relation and the records tell the same story', (restore, ends) => {
  const { ask } = world();
  expect(ask({ path: monitorPath }).json).toEqual({
    instance_id: instanceId,
    status: 'recovery',
    rpo: '1',
    rto: '0',
    rpo_threshold: '10',
    rto_threshold: '1',
    switchover_progress: '',
    failover_progress: '',
  });
  expect(firstRelation(ask({ path: relationsPath }))).toMatchObject({
    disaster_role: 'disaster',
    status: 'normal',
    synchronization_id: relationId,
    actions: [],
  });
  const job = ask({ ...failover, body: { ...STREAM, is_support_restore: restore } }).json['job_id'];

  const halfMs = NOW_MS + 60_000;
  expect(ask({ path: monitorPath }, halfMs).json).toMatchObject({ status: 'promote', failover_progress: '50%' });
  expect(ask({ path: jobPath(job) }, halfMs).json['job']).toMatchObject({
    id: job,
    status: 'Running',
    progress: '50%',
    ended: '',
    fail_reason: '',
    created: '2026-11-21T12:00:00+0000',
  });
  expect(firstRelation(ask({ path: relationsPath }, halfMs))).toMatchObject({ status: 'pending', actions: ['DR_FAILOVER'] });
  expect(ask({ path: recordsPath() }, halfMs).json['records']).toMatchObject([
    { action: 'dr_stream_failover', job_id: job, created_at: '2026-11-21T12:00:00Z' },
  ]);

  const endMs = NOW_MS + 120_000;
  expect(ask({ path: monitorPath }, endMs).json).toMatchObject({ status: 'normal', failover_progress: '' });
  expect(ask({ path: jobPath(job) }, endMs).json['job']).toMatchObject({
    status: 'Completed',
    progress: '',
    ended: '2026-11-21T12:02:00+0000',
  });
  expect(firstRelation(ask({ path: relationsPath }, endMs))).toMatchObject({ disaster_role: 'master', status: ends });
  expect(ask({ path: recordsPath() }, endMs).json['records']).toMatchObject([
    { action: 'dr_stream_failover_result', status: 'success', job_id: job },
    { action: 'dr_stream_failover' },
  ]);
});

test('the old primary is not fenced: it still says master, and its database still answers', () => {
  const { ask, engine } = world();
  ask({ ...failover, body: { ...STREAM, is_support_restore: true } });
  engine.advance(NOW_MS + 120_000);
  const theirs = ask({ path: `/v3.5/${primaryProjectId}/disaster-recovery/relations` }, NOW_MS + 120_000);
  expect(firstRelation(theirs)).toMatchObject({ disaster_role: 'master', status: 'failover', instance_id: primaryInstanceId });
  expect(engine.endpoints()).toEqual({ [primaryInstanceId]: true, [instanceId]: true });
});
