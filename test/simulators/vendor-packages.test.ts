import { createRequire } from 'node:module';
import type openapi from '@alicloud/openapi-client';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js';
import type { Logger } from '@huaweicloud/huaweicloud-sdk-core/logger/index.js';
import { afterEach, describe, expect, test } from 'vitest';
import { FLEET } from '../../local/simulators/fleet.ts';
import { startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import { startPolardbSimulator } from '../../local/simulators/polardb/simulator.ts';
import { drPath } from './clients.ts';

/**
 * Dev only: requests that the vendors' own published packages sign are accepted. `HcClient` is imported by its path, because the package's
 * `ClientBuilder` needs an undeclared `uuid` and writes into the home folder; the signer is the same one.
 */
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

type Json = Record<string, unknown>;
/** Its default export looks different to Node and to the test runner; `require` gives the same to both. */
const vendorModule = createRequire(import.meta.url)('@alicloud/openapi-client') as typeof openapi;

/** Without it the package prints every failed request with its Authorization header. */
const quiet = (): void => undefined;
const SILENT = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  setName: quiet,
  getLevel: () => 'error',
} as unknown as Logger;

describe('@huaweicloud/huaweicloud-sdk-core 3.1.211', () => {
  const { accessKeyId, secretKey, projectId, instanceId, relationId } = FLEET.gaussdb;
  const STS = 'ST/token+with=marks';

  async function client(
    secret: string,
    securityToken?: string,
  ): Promise<{ cloud: Awaited<ReturnType<typeof startGaussdbSimulator>>; send: (request: Json) => Promise<Json> }> {
    const credentials = [{ accessKeyId, secretKey, ...(securityToken === undefined ? {} : { securityToken }) }];
    const cloud = await startGaussdbSimulator({ credentials });
    running.push(cloud);
    const credential = new BasicCredentials().withAk(accessKeyId).withSk(secret).withProjectId(projectId);
    if (securityToken !== undefined) credential.withSecurityToken(securityToken);
    const http = new DefaultHttpClient({ logger: SILENT }, [cloud.url]);
    const hc = new HcClient(http).withCredential(credential).withEndpoints([cloud.url]);
    const send = (request: Json): Promise<Json> =>
      hc.sendRequest({
        method: 'GET',
        url: '',
        contentType: 'application/json',
        queryParams: {},
        pathParams: {},
        headers: {},
        ...request,
      }) as Promise<Json>;
    return { cloud, send };
  }
  const failover = { method: 'POST', url: drPath('failover'), data: { is_support_restore: true, disaster_type: 'stream' } };

  test.each([
    ['a key', undefined],
    ['temporary credentials', STS],
  ])('a POST and reads with odd characters, signed with %s', async (_name, securityToken) => {
    const { cloud, send } = await client(secretKey, securityToken);
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

  test('signed with another key it is refused', async () => {
    const { cloud, send } = await client(`${secretKey}x`);
    await expect(send(failover)).rejects.toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' });
    expect(cloud.counters().promotions).toEqual({});
  });
});

describe('@alicloud/openapi-client 0.4.15', () => {
  const { accessKeyId, secretKey, mysqlClusterId, postgresClusterId, postgresReaderId } = FLEET.polardb;
  const { default: Client, Config, OpenApiRequest, Params } = vendorModule;

  type Send = (action: string, query: Record<string, string>, more?: { body?: Record<string, string>; method?: string }) => Promise<Json>;
  async function client(
    signatureVersion: 'v3' | 'v1',
    secret: string,
    securityToken?: string,
  ): Promise<{ cloud: Awaited<ReturnType<typeof startPolardbSimulator>>; send: Send }> {
    const credentials = [{ accessKeyId, secretKey, ...(securityToken === undefined ? {} : { securityToken }) }];
    const cloud = await startPolardbSimulator({ credentials });
    running.push(cloud);
    const endpoint = new URL(cloud.url).host;
    const signatureAlgorithm = signatureVersion === 'v1' ? 'v2' : 'ACS3-HMAC-SHA256';
    const made = new Client(
      new Config({
        accessKeyId,
        accessKeySecret: secret,
        ...(securityToken === undefined ? {} : { securityToken }),
        endpoint,
        protocol: 'http',
        signatureAlgorithm,
      }),
    );
    const send: Send = async (action, query, more = {}) => {
      const params = new Params({
        action,
        version: '2017-08-01',
        protocol: 'HTTP',
        pathname: '/',
        method: more.method ?? 'POST',
        authType: 'AK',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
      });
      const request = new OpenApiRequest({ query, ...(more.body === undefined ? {} : { body: more.body }) });
      const answer = (await made.callApi(params, request, { autoretry: false } as never)) as { body: Json };
      return answer.body;
    };
    return { cloud, send };
  }
  const ODD = "fo-01JGH5Z8 ~a*b'c(d)!+/=";

  test.each([
    ['V3 with a key', 'v3', undefined],
    ['V3 with temporary credentials', 'v3', 'STS.to/ken+='],
    ['V1 with a key', 'v1', undefined],
    ['V1 with temporary credentials', 'v1', 'STS.to/ken+='],
  ] as const)('%s: in the query, as a form, by GET', async (_name, version, securityToken) => {
    const { cloud, send } = await client(version, secretKey, securityToken);
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

  test.each(['v3', 'v1'] as const)('%s: signed with another key it is refused', async (version) => {
    const { cloud, send } = await client(version, `${secretKey}x`);
    await expect(send('FailoverDBCluster', { DBClusterId: mysqlClusterId })).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    expect(cloud.counters().promotions).toEqual({});
  });
});
