import { describe, expect, test } from 'vitest';
import type { StartOutcome } from '../../../../lib/failover/provider.ts';
import { renderErrorTable } from '../../../../lib/failover/providers/error-table.ts';
import { createGaussdbLogKeeping, GAUSSDB_ERRORS } from '../../../../lib/failover/providers/gaussdb.ts';
import type { HttpResponse } from '../../../../lib/ports.ts';
import { createTestClock } from '../../../contract/drive.ts';
import { GAUSSDB_IDS, json } from '../../../contract/gaussdb-wire.ts';
import { benchOf, SECRET, sentCall, START_MS, TARGET, targetWith } from './bench.ts';

const accepted = (): HttpResponse => json(202, { job_id: GAUSSDB_IDS.job }, 'req-1');

async function startWith(response: HttpResponse): Promise<StartOutcome> {
  const { provider, clock } = benchOf(() => response);
  return await provider.start(sentCall(clock));
}

test("the request is the vendor's own example, signed", async () => {
  const { provider, requests, clock } = benchOf(accepted);
  const plan = { operation: 'failover', parameters: { is_support_restore: true, disaster_type: 'stream' } } as const;
  const outcome = await provider.start({ ...sentCall(clock), plan, deadlineMs: START_MS + 4321 });
  expect(outcome).toEqual({ kind: 'accepted', handle: { jobId: GAUSSDB_IDS.job, sentAtMs: START_MS, requestId: 'req-1' } });
  const [request] = requests;
  expect(request).toMatchObject({
    method: 'POST',
    url: `https://gaussdb.test/v3.5/${GAUSSDB_IDS.project}/instances/${GAUSSDB_IDS.standby}/disaster-recovery/failover`,
    body: '{"is_support_restore":true,"disaster_type":"stream"}',
    timeoutMs: 4321,
  });
  expect(request?.headers['Authorization']).toMatch(
    /^SDK-HMAC-SHA256 Access=AKIDEXAMPLE0000000AK, SignedHeaders=[a-z;-]+, Signature=[0-9a-f]{64}$/,
  );
});

test.each(['failover', 'switchover', 'restore', 'simulation-start', 'simulation-stop'] as const)(
  '%s goes to its own path',
  async (operation) => {
    const { provider, requests, clock } = benchOf(accepted);
    await provider.start(sentCall(clock, operation));
    expect(requests[0]?.url).toMatch(new RegExp(`/disaster-recovery/${operation}$`));
  },
);

describe('a yes without a usable job is unknown', () => {
  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"job_id":null}',
    '{"job_id":""}',
    '{"job_id":7}',
    '{"job_id":"../x"}',
    '{"job_id":"a b"}',
    '{"job_id":',
  ])('%s', async (body) => {
    expect(await startWith({ status: 200, headers: {}, body })).toMatchObject({ kind: 'unknown', code: 'http-200' });
  });
});

describe('spellings of an error', () => {
  test.each([
    { error_code: 'DBS.200019', error_msg: 'busy' },
    { errCode: 'DBS.200019', errMsg: 'busy' },
    { error: { code: 'DBS.200019', message: 'busy' } },
  ])('%o', async (body) => {
    expect(await startWith(json(409, body))).toEqual({
      kind: 'busy',
      code: 'DBS.200019',
      why: 'Another operation runs on the instance. (HTTP 409) It says: "busy"',
      retryAfterMs: 10_000,
      requestId: 'a1b2c3',
    });
  });

  test('both spellings of the gateway are one', async () => {
    const outcome = await startWith(json(401, { error_code: 'APIG.0307', error_msg: 'expired' }));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'APIGW.0307' });
  });

  test.each([
    ['limit:20,time:1 minute', 60_000],
    ['limit:20,time:1 second', 5000],
    ['', 5000],
  ])('throttled: %s', async (text, retryAfterMs) => {
    expect(await startWith(json(429, { error_code: 'APIGW.0308', error_msg: text }))).toMatchObject({ kind: 'busy', retryAfterMs });
  });

  test('a known code under another 4xx keeps its meaning; under a 5xx it has none', async () => {
    expect(await startWith(json(400, { error_code: 'APIGW.0301' }))).toMatchObject({ kind: 'refused' });
    expect(await startWith(json(400, { error_code: 'DBS.200019' }))).toMatchObject({ kind: 'busy' });
    expect(await startWith(json(500, { error_code: 'DBS.200019' }))).toMatchObject({ kind: 'unknown', code: 'DBS.200019' });
    expect(await startWith(json(400, { error_code: 'DBS.200005' }))).toMatchObject({ kind: 'unknown' });
  });

  test('foreign text is cut and stripped of what could break a line', async () => {
    const outcome = await startWith(json(409, { error_code: 'DBS.200019', error_msg: `a\n\u0007b${'x'.repeat(5000)}` }));
    expect(outcome.kind === 'busy' && outcome.why.length).toBeLessThan(400);
    expect(JSON.stringify(outcome)).toContain('a bxxx');
  });

  test('a request id of another form is left out', async () => {
    expect(await startWith(json(500, {}, 'x'.repeat(65)))).not.toHaveProperty('requestId');
    expect(await startWith(json(500, {}, '<script>'))).not.toHaveProperty('requestId');
  });

  test('a secret that the other side hides behind escapes is still taken out', async () => {
    const hidden = SECRET.slice(21).replaceAll(/./g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const outcome = await startWith({ status: 409, headers: {}, body: `{"error_code":"DBS.200019","error_msg":"${hidden}"}` });
    expect(JSON.stringify(outcome)).not.toContain(SECRET.slice(21));
    expect(JSON.stringify(outcome)).toContain('***');
  });
});

describe('nothing is sent', () => {
  test('for a target of another form', async () => {
    const { provider, requests, clock } = benchOf(accepted);
    expect(await provider.start({ ...sentCall(clock), target: targetWith({ projectId: '../x' }) })).toMatchObject({
      kind: 'refused',
      code: 'target-settings',
    });
    expect(requests).toHaveLength(0);
  });

  test('with a credential of another form, and the value is not told', async () => {
    const { provider, requests, clock } = benchOf(accepted, 'a-single-value');
    const outcome = await provider.start(sentCall(clock));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'bad-credential' });
    expect(JSON.stringify(outcome)).not.toContain('a-single-value');
    expect(requests).toHaveLength(0);
  });
});

describe('keeping the log on the primary side', () => {
  const ports = (sent: { url: string; body: string | undefined }[]): Parameters<typeof createGaussdbLogKeeping>[0] => ({
    http: {
      async request({ url, body }) {
        sent.push({ url, body });
        return await Promise.resolve(accepted());
      },
    },
    secrets: { values: async () => [SECRET] },
    clock: createTestClock(START_MS),
    entropy: { id: () => '0' },
  });

  test('start and stop', async () => {
    const sent: { url: string; body: string | undefined }[] = [];
    const keeping = createGaussdbLogKeeping(ports(sent));
    const primary = targetWith({ instanceId: GAUSSDB_IDS.primary });
    expect(await keeping.start(primary, START_MS + 1000, 20)).toMatchObject({ kind: 'accepted' });
    expect(await keeping.start(primary, START_MS + 1000)).toMatchObject({ kind: 'accepted' });
    expect(await keeping.stop(primary, START_MS + 1000)).toMatchObject({ kind: 'accepted' });
    const base = `https://gaussdb.test/v3.5/${GAUSSDB_IDS.project}/instances/${GAUSSDB_IDS.primary}/disaster-recovery`;
    expect(sent).toEqual([
      { url: `${base}/keep-log-start`, body: '{"disaster_type":"stream","xlog_keep_ratio":20}' },
      { url: `${base}/keep-log-start`, body: '{"disaster_type":"stream"}' },
      { url: `${base}/keep-log-stop`, body: '{"disaster_type":"stream"}' },
    ]);
  });

  test.each([0, 100, 1.5, Number.NaN])('a ratio of %o is refused before it is sent', async (ratio) => {
    const sent: { url: string; body: string | undefined }[] = [];
    expect(await createGaussdbLogKeeping(ports(sent)).start(TARGET, START_MS + 1000, ratio)).toMatchObject({
      kind: 'refused',
      code: 'keep-ratio',
    });
    expect(sent).toHaveLength(0);
  });
});

describe('the error table', () => {
  test('no code stands twice under one status, and every row has words for people', () => {
    const keys = GAUSSDB_ERRORS.flatMap((row) => row.statuses.map((status) => `${status} ${row.code}`));
    expect(new Set(keys).size).toBe(keys.length);
    for (const row of GAUSSDB_ERRORS) {
      expect(row.sentence).toMatch(/^[A-Z].*\.$/);
      expect(row.remedy).toMatch(/^[A-Z].*\.$/);
      for (const status of row.statuses) expect(status >= 500).toBe(row.outcome === 'unknown');
    }
  });

  test('it is rendered row by row', () => {
    const lines = renderErrorTable(GAUSSDB_ERRORS).split('\n');
    expect(lines).toHaveLength(GAUSSDB_ERRORS.length + 3);
    expect(lines[2]).toMatch(/^\| 400 \| `DBS\.200001` \| refused \| A parameter is wrong\. \| Check the target's settings.* \| §1\.8/);
  });
});
