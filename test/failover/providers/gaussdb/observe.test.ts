import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../../lib/failover/provider.ts';
import { NoAnswerError } from '../../../../lib/ports.ts';
import { GAUSSDB_IDS, json, type GaussdbWords } from '../../../contract/gaussdb-wire.ts';
import { benchOf, saying, START_MS, TARGET, targetWith } from './bench.ts';

async function observe(words: Partial<GaussdbWords>, instead: Parameters<typeof saying>[1] = {}): Promise<Observation> {
  return await benchOf(saying(words, instead)).provider.observe(TARGET, START_MS + 5000);
}
const noAnswer = (): Promise<never> => Promise.reject(new NoAnswerError('gaussdb.test: time-out'));

test('a healthy standby, in neutral words', async () => {
  expect(await observe({})).toEqual({
    observedAtMs: START_MS,
    standbyRole: 'standby',
    relation: 'healthy',
    standbyHealthy: true,
    lagMs: 2000,
    inFlight: [],
    writer: GAUSSDB_IDS.primary,
    candidates: [{ id: GAUSSDB_IDS.standby, healthy: true, zone: 'az0', priority: 1 }],
    lastSwitchAtMs: undefined,
    details: {
      role: 'disaster',
      relation: 'normal',
      synchronizationId: GAUSSDB_IDS.relation,
      masterInstanceId: GAUSSDB_IDS.primary,
      masterRegion: 'cn-north-4',
      monitor: 'recovery',
      rpo: '2',
      rto: '0',
      instance: 'ACTIVE',
      completeVersion: 'V2.0-8.102.0',
      nodes: '3 of 3',
      tasks: '0',
    },
  });
});

test('four reads side by side, each to the DR region, in English, with a deadline of its own', async () => {
  const { provider, requests } = benchOf(saying({}));
  await provider.observe(TARGET, START_MS + 60_000);
  const { project, standby } = GAUSSDB_IDS;
  expect(requests.map((request) => `${request.method} ${request.url.replace('https://gaussdb.test', '')}`).toSorted()).toEqual([
    `GET /v3.3/${project}/instances?id=${standby}`,
    `GET /v3.5/${project}/disaster-recovery/relations?instance_id=${standby}&limit=100`,
    `GET /v3.5/${project}/instances/${standby}/disaster-recovery/monitor?disaster_type=stream`,
    `GET /v3/${project}/tasks?status=Running&limit=100&offset=0`,
  ]);
  for (const request of requests) {
    expect(request.timeoutMs).toBe(5000);
    expect(request.headers).toMatchObject({ 'X-Language': 'en-us', 'X-Project-Id': project });
  }
});

describe('role and relation', () => {
  test.each<[Partial<GaussdbWords>, Observation['standbyRole'], Observation['relation']]>([
    [{ role: 'master' }, 'primary', 'healthy'],
    [{ role: 'master', monitor: 'archive' }, 'primary', 'healthy'],
    [{ role: 'DISASTER' }, 'unknown', 'healthy'],
    [{ relation: 'none' }, 'none', 'broken'],
    [{ relation: 'failover' }, 'primary', 'broken'],
    [{ relation: 'completed' }, 'none', 'broken'],
    [{ relation: 'completed', role: 'master' }, 'primary', 'broken'],
    [{ relation: 'pending' }, 'standby', 'switching'],
    [{ relation: 'pre_checking' }, 'standby', 'switching'],
    [{ relation: 'failed' }, 'standby', 'broken'],
    [{ relation: 'simulation' }, 'standby', 'broken'],
    [{ relation: 'dr_log_keep' }, 'standby', 'broken'],
    [{ relation: 'pre_check_failed' }, 'standby', 'broken'],
    [{ relation: 'something new' }, 'standby', 'unknown'],
    [{ relation: '' }, 'standby', 'unknown'],
    [{ monitor: 'promote' }, 'standby', 'switching'],
    [{ monitor: 'switchover' }, 'standby', 'switching'],
    [{ monitor: 'recovery_fail' }, 'standby', 'broken'],
    [{ monitor: 'normal' }, 'standby', 'broken'],
    [{ monitor: 'creating' }, 'standby', 'unknown'],
  ])('%o is %s, %s', async (words, standbyRole, relation) => {
    expect(await observe(words)).toMatchObject({ standbyRole, relation });
  });

  test('two open relations of one instance cannot be told apart; a dissolved one beside an open one can', async () => {
    const row = (status: string): object => ({
      instance_id: GAUSSDB_IDS.standby,
      disaster_role: 'disaster',
      status,
      synchronization_id: status,
    });
    const listed = (...rows: object[]): Parameters<typeof saying>[1] => ({ relations: () => json(200, { relations: rows }) });
    expect(await observe({}, listed(row('normal'), row('pending')))).toMatchObject({ standbyRole: 'unknown', relation: 'unknown' });
    expect(await observe({}, listed(row('completed'), row('normal')))).toMatchObject({ standbyRole: 'standby', relation: 'healthy' });
    const other = { ...row('normal'), instance_id: GAUSSDB_IDS.primary };
    expect(await observe({}, listed(other))).toMatchObject({ standbyRole: 'unknown', relation: 'unknown' });
  });

  test('of dissolved relations the newest counts', async () => {
    const row = (created: string, role: string): object => ({
      instance_id: GAUSSDB_IDS.standby,
      disaster_role: role,
      status: 'completed',
      created,
    });
    const relations = (): ReturnType<typeof json> =>
      json(200, { relations: [row('2026-01-01 00:00:00', 'disaster'), row('2026-01-02 00:00:00', 'master')] });
    expect(await observe({}, { relations })).toMatchObject({ standbyRole: 'primary' });
  });
});

describe('lag', () => {
  test.each([
    ['0', 0],
    ['1.5', 1500],
    ['86400', 86_400_000],
    ['', undefined],
    ['-1', undefined],
    ['unknown', undefined],
    ['1e3', undefined],
    ['NaN', undefined],
  ])('rpo %o is %o ms', async (rpo, lagMs) => {
    expect((await observe({ rpo })).lagMs).toBe(lagMs);
  });
});

describe('health', () => {
  test.each<[Partial<GaussdbWords>, boolean | undefined]>([
    [{ node: 'normal' }, true],
    [{ node: 'abnormal' }, false],
    [{ node: 'no such word' }, false],
    [{ instance: 'BACKING UP' }, true],
    [{ instance: 'FAILED' }, false],
    [{ instance: 'FROZEN' }, false],
    [{ instance: 'STORAGE FULL' }, false],
    [{ instance: 'none' }, false],
    [{ instance: 'SOMETHING NEW' }, undefined],
    [{ instance: '' }, undefined],
  ])('%o is %o', async (words, standbyHealthy) => {
    expect((await observe(words)).standbyHealthy).toBe(standbyHealthy);
  });

  test.each([
    [['ACTIVE', 'ACTIVE', 'FAILED'], true],
    [['ACTIVE', 'FAILED'], false],
    [['ACTIVE', 'FAILED', 'FAILED'], false],
    [[], undefined],
  ])('nodes %o: healthy only with a majority', async (statuses, standbyHealthy) => {
    const nodes = statuses.map((status, at) => ({ id: `n${at}`, status, availability_zone: 'az' }));
    const instances = (): ReturnType<typeof json> => json(200, { instances: [{ id: GAUSSDB_IDS.standby, status: 'ACTIVE', nodes }] });
    expect((await observe({}, { instances })).standbyHealthy).toBe(standbyHealthy);
  });
});

describe('what is in flight', () => {
  const task = (instance_id: string | undefined): object => ({
    name: 'Enlarge',
    job_id: 'j1',
    status: 'Running',
    instance_info: { instance_id },
  });
  test.each<[string, Partial<GaussdbWords>, readonly string[]]>([
    ['actions of the relation', { actions: ['SWITCHOVER'] }, ['SWITCHOVER']],
    ['a task of the instance', { tasks: [task(GAUSSDB_IDS.standby)] }, ['Enlarge j1']],
    ['a task of another instance', { tasks: [task('other')] }, []],
    ['a task of nobody knows whom', { tasks: [task(undefined)] }, ['Enlarge j1']],
    ['a busy instance', { instance: 'UPGRADING' }, ['instance UPGRADING']],
    ['a failed instance is not busy', { instance: 'FAILED' }, []],
    ['a promotion by somebody else', { monitor: 'promote' }, ['monitor promote']],
  ])('%s', async (_, words, inFlight) => {
    expect((await observe(words)).inFlight).toEqual(inFlight);
  });

  test('tasks are read page by page', async () => {
    const others = Array.from({ length: 100 }, () => task('other'));
    const tasks = (request: { url: string }): ReturnType<typeof json> =>
      json(200, { tasks: request.url.includes('offset=0') ? others : [task(GAUSSDB_IDS.standby)] });
    expect((await observe({}, { tasks })).inFlight).toEqual(['Enlarge j1']);
  });

  test('a list without end is not read to its end, and is then unknown', async () => {
    const tasks = (): ReturnType<typeof json> => json(200, { tasks: Array.from({ length: 100 }, () => task('other')) });
    expect((await observe({}, { tasks })).details['tasksUnread']).toBe('more running tasks than are read');
  });
});

describe('one read that fails leaves the others as they are', () => {
  test.each<[string, Partial<Observation>]>([
    ['relations', { standbyRole: 'unknown', relation: 'unknown', writer: undefined, candidates: [], lagMs: 2000, standbyHealthy: true }],
    ['monitor', { standbyRole: 'standby', relation: 'unknown', lagMs: undefined, standbyHealthy: true }],
    ['instances', { standbyRole: 'standby', relation: 'healthy', standbyHealthy: undefined, candidates: [], lagMs: 2000 }],
    ['tasks', { standbyRole: 'standby', relation: 'healthy', standbyHealthy: true, inFlight: [] }],
  ])('%s', async (read, rest) => {
    const observation = await observe({}, { [read]: noAnswer });
    expect(observation).toMatchObject(rest);
    expect(Object.entries(observation.details).find(([name]) => name.endsWith('Unread'))?.[1]).toBe('gaussdb.test: time-out');
  });

  test('an error of the vendor is named in the details', async () => {
    const observation = await observe({}, { monitor: () => json(409, { errCode: 'DBS.200019', errMsg: 'busy' }) });
    expect(observation.details['monitorUnread']).toBe('HTTP 409 DBS.200019');
  });

  test('rows that are no objects are not read in part', async () => {
    const observation = await observe({}, { tasks: () => json(200, { tasks: [null] }) });
    expect(observation.details['tasksUnread']).toBe('tasks in another shape');
  });
});

test('token authentication sends the token and no signature', async () => {
  const { provider, requests } = benchOf(saying({}), 'token:MIIEXAMPLE==\n');
  await provider.observe(targetWith({ auth: { kind: 'token', secret: 'env:T' } }), START_MS + 5000);
  expect(requests).toHaveLength(4);
  for (const { headers } of requests) {
    expect(headers['X-Auth-Token']).toBe('MIIEXAMPLE==');
    expect(headers).not.toHaveProperty('Authorization');
  }
});

test('temporary credentials send their security token', async () => {
  const { provider, requests } = benchOf(saying({}), 'AK:SK:STS:EXAMPLE');
  await provider.observe(TARGET, START_MS + 5000);
  expect(requests[0]?.headers['X-Security-Token']).toBe('STS:EXAMPLE');
});

test.each(['', 'only-one-part', ':SK', 'AK:', 'AK:SK:', 'A K:SK', 'token:abc', 'AK:S\nK'])(
  'a malformed key %o: nothing is sent',
  async (secret) => {
    const { provider, requests } = benchOf(saying({}), secret);
    const { details } = await provider.observe(TARGET, START_MS + 5000);
    expect(requests).toHaveLength(0);
    expect(details['monitorUnread']).toBe('the secret env:GAUSSDB_KEY has not the form of aksk');
  },
);
