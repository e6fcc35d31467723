import { describe, expect, test } from 'vitest';
import type { Engine } from '../../local/simulators/engine.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { GaussdbChoices } from '../../local/simulators/gaussdb/choices.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import type { GaussdbWorld } from '../../local/simulators/gaussdb/simulator.ts';
import { drPath, gaussdbRequest, parsed } from './clients.ts';
import type { GaussdbCall } from './clients.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const { instanceId, projectId, primaryInstanceId, primaryProjectId, relationId } = FLEET.gaussdb;
const STREAM = { disaster_type: 'stream' };

interface Got {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
}
type Ask = (call: Partial<GaussdbCall> & { path: string }, nowMs?: number) => Got;

function world(options: GaussdbWorld = {}, edit?: (state: GaussdbState) => void): { engine: Engine<GaussdbState>; ask: Ask } {
  const engine = createGaussdbEngine(options);
  if (edit) engine.change(edit);
  const ask: Ask = (call, nowMs = NOW_MS) => {
    const outcome = engine.handle(gaussdbRequest({ nowMs, ...call }), nowMs);
    if (outcome.kind !== 'respond') throw new Error(`no answer: ${outcome.kind}`);
    return { status: outcome.response.status, json: parsed(outcome.response.body), headers: outcome.response.headers };
  };
  return { engine, ask };
}
const failover = { path: drPath('failover'), body: STREAM };
const codeOf = (got: Got): string => `${got.status} ${String(got.json['error_code'])}`;
const standby = (state: GaussdbState): GaussdbInstance => state.instances[instanceId] as GaussdbInstance;
const relation = (state: GaussdbState): GaussdbRelation => state.relations[0] as GaussdbRelation;

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

const monitorPath = `${drPath('monitor')}?disaster_type=stream`;
const relationsPath = `/v3.5/${projectId}/disaster-recovery/relations`;
const recordsPath = (entity: string = relationId): string =>
  `/v3/${projectId}/instances/${instanceId}/disaster-recovery/records?entity_id=${entity}&entity_type=dr`;
const jobPath = (id: unknown): string => `/v3/${projectId}/jobs?id=${String(id)}`;
const firstRelation = (got: Got): Record<string, unknown> => (got.json['relations'] as Record<string, unknown>[])[0] ?? {};

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

describe('the reads', () => {
  test('instances: complete_version from v3.2 on, an absent one is an empty list, * searches', () => {
    const { ask } = world();
    const list = (version: string, query: string): Got => ask({ path: `/${version}/${projectId}/instances${query}` });
    const [found] = list('v3.3', `?id=${instanceId}`).json['instances'] as Record<string, unknown>[];
    expect(found).toMatchObject({
      id: instanceId,
      status: 'ACTIVE',
      type: 'Ha',
      datastore: { type: 'GaussDB', version: '8.102', complete_version: 'V2.0-8.102.0' },
    });
    expect(found?.['nodes']).toMatchObject([{ role: 'master', status: 'ACTIVE' }, { role: 'slave' }, { role: 'slave' }]);
    const [old] = list('v3', `?id=${instanceId}`).json['instances'] as Record<string, Record<string, unknown>>[];
    expect(old?.['datastore']).not.toHaveProperty('complete_version');
    expect(list('v3', `?id=f${instanceId.slice(1)}`).json).toEqual({ instances: [], total_count: 0 });
    expect(list('v3', '?name=*stand').json['total_count']).toBe(1);
    expect(list('v3', '?name=stand').json['total_count']).toBe(0);
    expect(codeOf(list('v3', '?limit=101'))).toBe('400 DBS.200001');
  });

  test('relations filter by role, status and instance, and refuse values outside their sets', () => {
    const { ask } = world();
    const total = (query: string): unknown => ask({ path: `${relationsPath}?${query}` }).json['total'];
    expect([
      total('dr_role=disaster'),
      total('dr_role=master'),
      total('dr_status=failover'),
      total(`instance_id=${instanceId}`),
      total('limit=1&offset=1'),
    ]).toEqual([1, 0, 0, 1, 1]);
    expect(codeOf(ask({ path: `${relationsPath}?dr_role=primary` }))).toBe('400 DBS.200001');
    expect(codeOf(ask({ path: `${relationsPath}?limit=0` }))).toBe('400 DBS.200001');
  });

  test('what they require', () => {
    const { ask } = world();
    expect(codeOf(ask({ path: drPath('monitor') }))).toBe('400 DBS.200001');
    expect(codeOf(ask({ path: recordsPath().replace('&entity_type=dr', '') }))).toBe('400 DBS.200001');
    expect(codeOf(ask({ path: recordsPath().replace('=dr', '=backup') }))).toBe('400 DBS.200001');
    expect(codeOf(ask({ path: `/v3/${projectId}/jobs` }))).toBe('400 DBS.200001');
    expect(codeOf(ask({ path: jobPath('8bf0175e-562e-45f6-942a-2e2c72c577d7') }))).toBe('404 DBS.200002');
    expect(ask({ path: recordsPath('no-such-relation') }).json).toEqual({ records: [] });
  });

  test('a job is listed as a task, with its progress under another name', () => {
    const { ask } = world();
    const job = ask(failover).json['job_id'];
    const tasks = ask(
      { path: `/v3/${projectId}/tasks?status=Running&start_time=${NOW_MS}&end_time=${NOW_MS + 60_000}` },
      NOW_MS + 12_000,
    ).json;
    expect(tasks).toMatchObject({
      total_count: 1,
      tasks: [{ job_id: job, status: 'Running', process: '10%', instance_info: { instance_id: instanceId } }],
    });
    expect(ask({ path: `/v3/${projectId}/tasks?end_time=${NOW_MS - 1}` }).json).toEqual({ tasks: [], total_count: 0 });
    expect(ask({ path: `/v3/${primaryProjectId}/tasks` }).json).toEqual({ tasks: [], total_count: 0 });
  });
});

describe('tokens', () => {
  const auth = (password: string, project: string): unknown => ({
    auth: {
      identity: { methods: ['password'], password: { user: { name: 'understudy', password, domain: { name: 'example-domain' } } } },
      scope: { project: { name: project } },
    },
  });
  const issue = (ask: Ask, password: string, project = 'ap-southeast-1'): Got =>
    ask({ path: '/v3/auth/tokens', body: auth(password, project), endpoint: 'iam' });

  test('IAM gives one in the header, it opens its own region and project for a day, and no other', () => {
    const { ask } = world();
    const token = issue(ask, 'Example-Passw0rd').headers['x-subject-token'] ?? '';
    const using = (path: string, endpoint?: string): Partial<GaussdbCall> & { path: string } => ({
      path,
      headers: { 'x-auth-token': token },
      ...(endpoint === undefined ? {} : { endpoint }),
    });
    expect(ask(using(monitorPath)).status).toBe(200);
    expect(codeOf(ask(using(monitorPath, 'ap-southeast-3')))).toBe('401 APIGW.0307');
    expect(codeOf(ask(using(`/v3.5/${primaryProjectId}/disaster-recovery/relations`)))).toBe('403 APIGW.0302');
    expect(codeOf(ask(using(monitorPath), NOW_MS + 24 * 3_600_000))).toBe('401 APIGW.0307');
  });

  test('a wrong password, a project without right, and the wrong endpoint', () => {
    const { ask } = world();
    expect(codeOf(issue(ask, 'wrong'))).toBe('401 APIGW.0301');
    expect(codeOf(issue(ask, 'Example-Passw0rd', 'eu-west-0'))).toBe('403 APIGW.0302');
    expect(codeOf(ask({ path: '/v3/auth/tokens', body: auth('Example-Passw0rd', 'ap-southeast-1'), endpoint: 'ap-southeast-1' }))).toBe(
      '404 APIGW.0101',
    );
    expect(codeOf(ask({ path: monitorPath, endpoint: 'iam' }))).toBe('404 APIGW.0101');
  });

  test('temporary credentials: their token must be there, be signed, and not be over', () => {
    const key = { accessKeyId: 'TEMP', secretKey: 'temporary' };
    const { ask } = world({ credentials: [{ ...key, securityToken: 'STS', expiresAtMs: NOW_MS + 1000, allows: [projectId] }] });
    const signed = { path: monitorPath, key, headers: { 'x-security-token': 'STS' } };
    expect(ask(signed).status).toBe(200);
    expect(codeOf(ask({ path: monitorPath, key }))).toBe('401 APIGW.0301');
    expect(codeOf(ask(signed, NOW_MS + 1000))).toBe('401 APIGW.0301');
    expect(codeOf(ask({ ...signed, path: `/v3.5/${primaryProjectId}/disaster-recovery/relations` }))).toBe('403 APIGW.0302');
  });

  test('a security token that is sent but not signed is refused, unless chosen otherwise', () => {
    const key = { accessKeyId: 'TEMP', secretKey: 'temporary' };
    for (const strict of [true, false]) {
      const { engine } = world({ credentials: [{ ...key, securityToken: 'STS' }], choices: { requireSignedSecurityToken: strict } });
      const signed = gaussdbRequest({ path: monitorPath, key, nowMs: NOW_MS });
      const outcome = engine.handle({ ...signed, headers: { ...signed.headers, 'x-security-token': 'STS' } }, NOW_MS);
      expect(outcome).toMatchObject({ response: { status: strict ? 401 : 200 } });
    }
  });
});

describe('choices can be switched', () => {
  const cases: readonly (readonly [string, Partial<GaussdbChoices>, (ask: Ask) => unknown, unknown])[] = [
    ['success status', { successStatus: 200 }, (ask) => ask(failover).status, 200],
    ['unknown fields', { unknownBodyFields: 'ignore' }, (ask) => ask({ ...failover, body: { ...STREAM, force: 1 } }).status, 202],
    ['content type', { contentType: 'ignore' }, (ask) => ask({ ...failover, headers: { 'content-type': 'text/plain' } }).status, 202],
    [
      'project header',
      { projectHeader: 'ignore' },
      (ask) => ask({ ...failover, headers: { 'x-project-id': primaryProjectId } }).status,
      202,
    ],
    [
      'wrong region',
      { wrongRegion: { status: 403, code: 'DBS.200010', message: '' } },
      (ask) => codeOf(ask({ ...failover, endpoint: 'ap-southeast-3' })),
      '403 DBS.200010',
    ],
    [
      'role after promotion',
      { roleAfterPromotion: 'disaster' },
      (ask) => (ask(failover), firstRelation(ask({ path: relationsPath }, NOW_MS + 120_000))['disaster_role']),
      'disaster',
    ],
    [
      'completed relations',
      { completedRelations: 'hide' },
      (ask) => (ask(failover), ask({ path: relationsPath }, NOW_MS + 120_000).json['total']),
      0,
    ],
  ];
  test.each(cases)('%s', (_name, choices, act, expected) => {
    expect(act(world({ choices }).ask)).toEqual(expected);
  });

  test('job visibility', () => {
    const { ask } = world({ choices: { jobVisibleAfterMs: 5000 } });
    const path = jobPath(ask(failover).json['job_id']);
    expect([0, 4999, 5000].map((ms) => ask({ path }, NOW_MS + ms).status)).toEqual([404, 404, 200]);
  });

  test('a choice that does not exist is an error', () => {
    expect(() => world({ choices: { noSuchChoice: 1 } as Partial<GaussdbChoices> })).toThrow('no such choice: noSuchChoice');
  });

  test('speed divides the durations and nothing else', () => {
    const { ask } = world({ speed: 10 });
    ask(failover);
    expect(ask({ path: monitorPath }, NOW_MS + 11_999).json['status']).toBe('promote');
    expect(ask({ path: monitorPath }, NOW_MS + 12_000).json['status']).toBe('normal');
  });
});

test('lag: set, unknown, and growing while the primary is dead', () => {
  const { ask, engine } = world({ choices: { rpoInOutage: 'grows' } });
  const rpo = (nowMs: number): unknown => ask({ path: monitorPath }, nowMs).json['rpo'];
  engine.setLag(instanceId, 7);
  expect(rpo(NOW_MS)).toBe('7');
  engine.setOutage(primaryInstanceId, true, NOW_MS);
  expect(rpo(NOW_MS + 30_000)).toBe('37');
  engine.setLag(instanceId, undefined);
  expect(rpo(NOW_MS)).toBe('');
});
