import { describe, expect, test } from 'vitest';
import { documentedPolardbEndpoint } from '../../../lib/failover/providers/alibaba/endpoints.ts';
import { createRpc } from '../../../lib/failover/providers/alibaba/rpc.ts';
import { startOutcome } from '../../../lib/failover/providers/alibaba/answer.ts';
import { renderErrorTable } from '../../../lib/failover/providers/error-table.ts';
import { GDN_ERRORS } from '../../../lib/failover/providers/polardb-gdn.ts';
import { POLARDB_ERRORS } from '../../../lib/failover/providers/polardb.ts';
import { SecretUnavailableError, type HttpRequest, type HttpResponse } from '../../../lib/ports.ts';
import { createTestClock } from '../../contract/drive.ts';
import { CLUSTER, no, REQUEST_ID, SECRET, yes } from '../../contract/polardb-wire.ts';

const OLD = 'LTAI5tOLDOLDOLDOLD:OLDkeyOLDkeyOLDkey';
const NEW = `${SECRET.id}:${SECRET.key}`;

function bench(answer: (request: HttpRequest) => HttpResponse, values: readonly [string, ...string[]] = [NEW]) {
  const requests: HttpRequest[] = [];
  const clock = createTestClock();
  let ids = 0;
  const rpc = createRpc({
    http: { request: async (request) => (requests.push(request), answer(request)) },
    clock,
    entropy: { id: () => String(++ids).padStart(32, '0') },
    secrets: { values: async () => values },
  });
  const call = (endpoint = 'https://polardb.aliyuncs.com') => ({
    target: { endpoint, secret: 'env:POLARDB' },
    action: 'DescribeDBClusterAttribute',
    parameters: { DBClusterId: CLUSTER },
    deadlineMs: clock.nowMs() + 5000,
  });
  const keys = () => requests.map((request) => /Credential=([^,]+)/.exec(request.headers['authorization'] ?? '')?.[1]);
  return { rpc, requests, call, keys };
}

describe('a request', () => {
  test('goes to the configured endpoint, asks for JSON, and its port is part of what is signed', async () => {
    const { rpc, requests, call } = bench(() => yes());
    await rpc.read(call('http://127.0.0.1:8080'));
    expect(requests[0]).toMatchObject({ method: 'POST', url: `http://127.0.0.1:8080/?DBClusterId=${CLUSTER}`, body: '' });
    expect(requests[0]?.headers).toMatchObject({ host: '127.0.0.1:8080', accept: 'application/json', 'x-acs-version': '2017-08-01' });
  });

  test('has a nonce and a date of its own, every time', async () => {
    const { rpc, requests, call } = bench(() => no({ status: 503, code: 'ServiceUnavailable' }));
    await rpc.send(call());
    await rpc.send(call());
    const nonces = requests.map((request) => request.headers['x-acs-signature-nonce']);
    expect(new Set(nonces).size).toBe(2);
  });

  test('carries the token of a temporary credential, signed', async () => {
    const { rpc, requests, call } = bench(() => yes(), [`${NEW}:${SECRET.token}`]);
    await rpc.read(call());
    expect(requests[0]?.headers['x-acs-security-token']).toBe(SECRET.token);
    expect(requests[0]?.headers['authorization']).toContain('x-acs-security-token');
  });

  test.each(['', 'onlyanid', ':', 'id:', ':key'])('with the credential %j is never made', async (value) => {
    const { rpc, requests, call } = bench(() => yes(), [value]);
    expect(await rpc.send(call())).toMatchObject({ kind: 'not-sent' });
    expect(requests).toHaveLength(0);
  });

  test('to something that is no address is never made', async () => {
    const { rpc, call } = bench(() => yes());
    expect(await rpc.send(call('polardb.aliyuncs.com'))).toMatchObject({ kind: 'not-sent' });
  });
});

describe('during the rotation of a credential', () => {
  const onlyOld = (request: HttpRequest): HttpResponse =>
    request.headers['authorization']?.includes('OLDOLD') === true ? yes() : no({ status: 404, code: 'InvalidAccessKeyId.NotFound' });

  test('a read that is turned away goes on to the next value', async () => {
    const { rpc, call, keys } = bench(onlyOld, [NEW, OLD]);
    expect((await rpc.read(call())).kind).toBe('yes');
    expect(keys()).toEqual([SECRET.id, 'LTAI5tOLDOLDOLDOLD']);
  });

  test('the operation follows the credential that the reads have proved, with one request', async () => {
    const { rpc, call, keys } = bench(onlyOld, [NEW, OLD]);
    await rpc.read(call());
    expect((await rpc.send(call())).kind).toBe('yes');
    expect(keys().slice(2)).toEqual(['LTAI5tOLDOLDOLDOLD']);
  });

  test('an operation never goes on by itself', async () => {
    const { rpc, call, keys } = bench(onlyOld, [NEW, OLD]);
    expect((await rpc.send(call())).kind).toBe('no');
    expect(keys()).toEqual([SECRET.id]);
  });

  test('a refusal that is not about the credential is final', async () => {
    const { rpc, call, keys } = bench(() => no({ status: 403, code: 'Forbidden.RAM' }), [NEW, OLD]);
    expect((await rpc.read(call())).kind).toBe('no');
    expect(keys()).toHaveLength(1);
  });
});

describe('an answer', () => {
  const outcome = async (response: HttpResponse) => {
    const { rpc, call } = bench(() => response);
    return startOutcome(await rpc.send(call()), POLARDB_ERRORS, 7);
  };

  test('with a request id is a yes, and keeps it for a support case', async () => {
    expect(await outcome(yes())).toEqual({ kind: 'accepted', handle: { sentAtMs: 7, requestId: REQUEST_ID } });
  });

  test('of 200 without a request id is nothing known', async () => {
    expect(await outcome({ status: 200, headers: {}, body: '{}' })).toMatchObject({ kind: 'unknown', code: 'http-200' });
  });

  test('of 200 with an error code is nothing known', async () => {
    expect(await outcome(no({ status: 200, code: 'InternalError' }))).toMatchObject({ kind: 'unknown', requestId: REQUEST_ID });
  });

  test('in XML is read as well: the edge does not ask which format was wanted', async () => {
    const body = `<?xml version='1.0'?><Error><RequestId>${REQUEST_ID}</RequestId><HostId>h</HostId><Code>Throttling.User</Code><Message>m</Message></Error>`;
    expect(await outcome({ status: 400, headers: {}, body })).toMatchObject({
      kind: 'busy',
      code: 'Throttling.User',
      requestId: REQUEST_ID,
    });
  });

  test('of a proxy, in HTML, is nothing known', async () => {
    expect(await outcome({ status: 502, headers: {}, body: '<html><h1>Bad Gateway</h1></html>' })).toMatchObject({
      kind: 'unknown',
      code: 'http-502',
    });
  });

  test.each<[string | undefined, number]>([
    ['2500', 2500],
    ['1', 1000],
    ['999999999', 900_000],
    ['soon', 5000],
    [undefined, 5000],
  ])('that throttles, HTTP 400, with x-acs-retry-after %j: back in %i ms', async (header, retryAfterMs) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'x-acs-retry-after': header };
    expect(await outcome({ ...no({ status: 400, code: 'Throttling.Api' }), headers })).toMatchObject({ kind: 'busy', retryAfterMs });
  });

  test.each(['SignatureNonceUsed', 'IdempotentParameterMismatch', 'LastTokenProcessing', 'UnsupportHighFrequenceSwitchOver'])(
    '%s: an earlier request of this failover may have arrived, so it is no refusal',
    async (code) => {
      expect(await outcome(no({ status: 400, code }))).toMatchObject({ kind: 'unknown', code });
    },
  );

  test('that is a refusal in words and a failure in status is nothing known', async () => {
    expect(await outcome(no({ status: 500, code: 'InvalidDBCluster.NotFound' }))).toMatchObject({ kind: 'unknown' });
  });

  test('of a secret store that is down: nothing was sent', async () => {
    const rpc = createRpc({
      http: { request: () => Promise.reject(new Error('never')) },
      clock: createTestClock(),
      entropy: { id: () => '0'.repeat(32) },
      secrets: { values: () => Promise.reject(new SecretUnavailableError('env:POLARDB')) },
    });
    const answer = await rpc.send({
      target: { endpoint: 'https://a.test', secret: 'env:POLARDB' },
      action: 'A',
      parameters: {},
      deadlineMs: Number.MAX_SAFE_INTEGER,
    });
    expect(answer).toEqual({ kind: 'not-sent', why: 'the credential env:POLARDB could not be read.' });
  });
});

describe('the error tables', () => {
  const seed = [
    'HaStatusNotSupport',
    'InvalidDBNodeId.Malformed',
    'InvalidDBType.Malformed',
    'UnsupportHighFrequenceSwitchOver',
    'UnsupportWitchUnhealthyReplication',
    'OperationDenied.DBNodeType',
    'OperationDenied.ClusterCategory',
    'InvalidDBCluster.NotFound',
    'InvalidDBClusterId.Malformed',
  ];

  test('name every code of the page of FailoverDBCluster, with its status', () => {
    expect(POLARDB_ERRORS.map((row) => row.code)).toEqual(expect.arrayContaining(seed));
    expect(POLARDB_ERRORS.find((row) => row.code === 'InvalidDBClusterId.Malformed')?.statuses).toEqual([404]);
  });

  test('name no code twice, and tell people what it means and what to do', () => {
    for (const rows of [POLARDB_ERRORS, GDN_ERRORS]) {
      expect(new Set(rows.map((row) => row.code)).size).toBe(rows.length);
      for (const row of rows) {
        expect(row.sentence).toMatch(/^[A-Z].*\.$/);
        expect(row.remedy).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  test('are rendered for the docs, one line a code', () => {
    const lines = renderErrorTable(POLARDB_ERRORS).trimEnd().split('\n');
    expect(lines).toHaveLength(POLARDB_ERRORS.length + 2);
    expect(lines.find((line) => line.includes('`InvalidDBClusterId.Malformed`'))).toMatch(
      /^\| 404 \| `InvalidDBClusterId.Malformed` \| refused \|/,
    );
  });
});

test.each<[string, string | undefined]>([
  ['cn-hangzhou', 'https://polardb.aliyuncs.com'],
  ['cn-shenzhen', 'https://polardb.cn-shenzhen.aliyuncs.com'],
  ['ap-southeast-1', 'https://polardb.ap-southeast-1.aliyuncs.com'],
  ['mars-north-1', undefined],
])('the documented endpoint of %s', (region, endpoint) => {
  expect(documentedPolardbEndpoint(region)).toBe(endpoint);
});
