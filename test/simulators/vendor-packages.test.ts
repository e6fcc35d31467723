import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Outcome, SimulatedRequest } from '../../local/simulators/exchange.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { createGaussdbEngine, startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import { listen } from '../../local/simulators/loopback.ts';
import { createPolardbEngine, startPolardbSimulator } from '../../local/simulators/polardb/simulator.ts';
import { drPath } from './clients.ts';
import { alibabaClient, huaweiClient } from './vendor-clients.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const { instanceId, projectId, relationId } = FLEET.gaussdb;
const { mysqlClusterId, postgresClusterId, postgresReaderId } = FLEET.polardb;
const failover = { method: 'POST', url: drPath('failover'), data: { is_support_restore: true, disaster_type: 'stream' } };

describe('@huaweicloud/huaweicloud-sdk-core', () => {
  const { accessKeyId, secretKey } = FLEET.gaussdb;
  test.each([
    ['a key', {}],
    ['temporary credentials', { securityToken: 'ST/token+with=marks' }],
  ])('a POST and reads with odd characters, signed with %s, are accepted', async (_name, secret) => {
    const cloud = await startGaussdbSimulator({ credentials: [{ accessKeyId, secretKey, ...secret }] });
    running.push(cloud);
    const send = huaweiClient(cloud.url, secret);
    expect(await send(failover)).toMatchObject({ job_id: expect.any(String) });
    const queryParams = { name: "*orders (a) 'b' c+d/ü~!", limit: 10, offset: 0 };
    expect(await send({ url: `/v3.3/${projectId}/instances`, queryParams })).toMatchObject({ total_count: 0 });
    const records = {
      url: `/v3/${projectId}/instances/${instanceId}/disaster-recovery/records`,
      queryParams: { entity_id: relationId, entity_type: 'dr' },
    };
    expect(await send(records)).toMatchObject({ records: [{ action: 'dr_stream_failover' }] });
    expect(cloud.calls().map((call) => call.signatureOk)).toEqual([true, true, true]);
    expect(cloud.counters().promotions).toEqual({ [instanceId]: 1 });
  });

  test('signed with another key they are refused', async () => {
    const cloud = await startGaussdbSimulator();
    running.push(cloud);
    await expect(huaweiClient(cloud.url, { secretKey: 'another' })(failover)).rejects.toMatchObject({
      httpStatusCode: 401,
      errorCode: 'APIGW.0301',
    });
    expect(cloud.counters().promotions).toEqual({});
  });
});

describe('@alicloud/openapi-client', () => {
  const { accessKeyId, secretKey } = FLEET.polardb;
  const ODD = "fo-01JGH5Z8 ~a*b'c(d)!+/=";
  test.each([
    ['V3 with a key', 'v3', {}],
    ['V3 with temporary credentials', 'v3', { securityToken: 'STS.to/ken+=' }],
    ['V1 with a key', 'v1', {}],
    ['V1 with temporary credentials', 'v1', { securityToken: 'STS.to/ken+=' }],
  ] as const)('%s: in the query, as a form, by GET, they are accepted', async (_name, style, secret) => {
    const cloud = await startPolardbSimulator({ credentials: [{ accessKeyId, secretKey, ...secret }] });
    running.push(cloud);
    const send = alibabaClient(cloud.url, style, secret);
    expect(await send('FailoverDBCluster', { DBClusterId: mysqlClusterId, ClientToken: ODD })).toMatchObject({
      RequestId: expect.any(String),
    });
    const body = { DBClusterId: postgresClusterId, TargetDBNodeId: postgresReaderId, ClientToken: `${ODD}2` };
    expect(await send('FailoverDBCluster', {}, { body })).toMatchObject({ RequestId: expect.any(String) });
    expect(await send('DescribeDBClusterAttribute', { DBClusterId: mysqlClusterId }, { method: 'GET' })).toMatchObject({ DBType: 'MySQL' });
    expect(cloud.calls().map((call) => [call.signatureOk, call.token])).toEqual([
      [true, ODD],
      [true, `${ODD}2`],
      [true, undefined],
    ]);
    expect(cloud.counters().promotions).toEqual({ [mysqlClusterId]: 1, [postgresClusterId]: 1 });
  });

  test.each(['v3', 'v1'] as const)('%s: signed with another key they are refused', async (style) => {
    const cloud = await startPolardbSimulator();
    running.push(cloud);
    const send = alibabaClient(cloud.url, style, { secretKey: 'another' });
    await expect(send('FailoverDBCluster', { DBClusterId: mysqlClusterId })).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    expect(cloud.counters().promotions).toEqual({});
  });
});

/** Takes one request as it comes over the wire, and gives an empty answer. */
async function captured(act: (url: string) => Promise<unknown>): Promise<SimulatedRequest> {
  const found: SimulatedRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      found.push({ method: request.method ?? '', url: request.url ?? '', headers, body });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  const port = await listen(server, 0);
  await act(`http://127.0.0.1:${port}`);
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
  const [first] = found;
  if (!first) throw new Error('nothing came');
  return first;
}

/** The same request with the last letter or digit of a text changed to another of its kind. */
function changed(text: string): string {
  return text.replace(/([0-9A-Za-z])([^0-9A-Za-z]*)$/, (_all, last: string, rest: string) => `${last === '1' ? '2' : '1'}${rest}`);
}

/** One variant for each part that the signature covers. */
function variants(request: SimulatedRequest, signedHeaders: readonly string[]): [string, SimulatedRequest][] {
  const header = (name: string): [string, SimulatedRequest] => [
    name,
    { ...request, headers: { ...request.headers, [name]: changed(request.headers[name] ?? '') } },
  ];
  return [
    ['the method', { ...request, method: request.method === 'GET' ? 'POST' : 'GET' }],
    ['the URL', { ...request, url: request.url === '/' ? '/?a=b' : changed(request.url) }],
    ['the body', { ...request, body: request.body === '' ? 'x' : changed(request.body) }],
    ...signedHeaders.map((name) => header(name)),
    ...('authorization' in request.headers ? [header('authorization')] : []),
  ];
}
const signatureOk = (
  engine: { handle(request: SimulatedRequest, nowMs: number): Outcome; calls(): readonly { signatureOk?: boolean }[] },
  request: SimulatedRequest,
): boolean => {
  engine.handle(request, Date.now());
  return engine.calls().at(-1)?.signatureOk === true;
};

describe('one changed byte of each signed part is refused', () => {
  const STS = { securityToken: 'STStoken1' };
  test('Huawei', async () => {
    const request = await captured((url) => huaweiClient(url, STS)(failover));
    const names = (/SignedHeaders=([^,]+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '').split(';');
    expect(names).toEqual(expect.arrayContaining(['host', 'x-sdk-date', 'x-security-token', 'content-type']));
    const { accessKeyId, secretKey } = FLEET.gaussdb;
    const engine = (): ReturnType<typeof createGaussdbEngine> => createGaussdbEngine({ credentials: [{ accessKeyId, secretKey, ...STS }] });
    expect(signatureOk(engine(), request)).toBe(true);
    // The path stays a route of the API, so that it is the signature that refuses it.
    const other = variants(request, names).filter(([name]) => name !== 'the URL' && name !== 'the method');
    const path: [string, SimulatedRequest] = ['the path', { ...request, url: request.url.replace('failover', 'switchover') }];
    for (const [name, variant] of [...other, path]) expect([name, signatureOk(engine(), variant)]).toEqual([name, false]);
  });

  test.each([
    ['V3 in the query', 'v3', false],
    ['V3 as a form', 'v3', true],
    ['V1 in the query', 'v1', false],
    ['V1 as a form', 'v1', true],
  ] as const)('Alibaba %s', async (_name, style, form) => {
    const parameters = { DBClusterId: mysqlClusterId };
    const send = (url: string): Promise<unknown> =>
      alibabaClient(url, style, STS)('FailoverDBCluster', form ? {} : parameters, form ? { body: parameters } : {});
    const request = await captured(send);
    const { accessKeyId, secretKey } = FLEET.polardb;
    const engine = (): ReturnType<typeof createPolardbEngine> => createPolardbEngine({ credentials: [{ accessKeyId, secretKey, ...STS }] });
    expect(signatureOk(engine(), request)).toBe(true);
    const signed = (/SignedHeaders=([^,]+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '')
      .split(';')
      .filter((name) => name !== '');
    expect(signed.length > 5).toBe(style === 'v3');
    // V1 covers parameters and nothing else: a body that is no form is not signed.
    const others = variants(request, signed).filter(([name]) => style === 'v3' || form || name !== 'the body');
    for (const [name, variant] of others) expect([name, signatureOk(engine(), variant)]).toEqual([name, false]);
  });
});
