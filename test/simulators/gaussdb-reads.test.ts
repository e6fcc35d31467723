import { describe, expect, test } from 'vitest';
import type { GaussdbChoices } from '../../local/simulators/gaussdb/choices.ts';
import { drPath, gaussdbRequest } from './clients.ts';
import type { GaussdbCall } from './clients.ts';
import {
  NOW_MS,
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
  relationsPath,
  world,
  STREAM,
} from './gaussdb-world.ts';
import type { Ask, Got } from './gaussdb-world.ts';

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
