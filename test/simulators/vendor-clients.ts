import { createRequire } from 'node:module';
import type openapi from '@alicloud/openapi-client';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient.js';
import type { Logger } from '@huaweicloud/huaweicloud-sdk-core/logger/index.js';
import { FLEET } from '../../local/simulators/fleet.ts';

/**
 * The vendors' own published packages, dev only. `HcClient` is imported by its path, because the package's `ClientBuilder` needs an
 * undeclared `uuid` and writes into the home folder; the signer is the same one.
 */
export type Json = Record<string, unknown>;
export interface Secret {
  readonly secretKey?: string;
  readonly securityToken?: string;
}

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

export function huaweiClient(url: string, secret: Secret = {}): (request: Json) => Promise<Json> {
  const { accessKeyId, secretKey, projectId } = FLEET.gaussdb;
  const credential = new BasicCredentials()
    .withAk(accessKeyId)
    .withSk(secret.secretKey ?? secretKey)
    .withProjectId(projectId);
  if (secret.securityToken !== undefined) credential.withSecurityToken(secret.securityToken);
  const hc = new HcClient(new DefaultHttpClient({ logger: SILENT }, [url])).withCredential(credential).withEndpoints([url]);
  const empty = { method: 'GET', url: '', contentType: 'application/json', queryParams: {}, pathParams: {}, headers: {} };
  return (request) => hc.sendRequest({ ...empty, ...request }) as Promise<Json>;
}

/** Its default export looks different to Node and to the test runner; `require` gives the same to both. */
const alibaba = createRequire(import.meta.url)('@alicloud/openapi-client') as typeof openapi;

export type AlibabaSend = (
  action: string,
  query: Record<string, string>,
  more?: { readonly body?: Record<string, string>; readonly method?: string },
) => Promise<Json>;

export function alibabaClient(url: string, style: 'v3' | 'v1', secret: Secret = {}): AlibabaSend {
  const { default: Client, Config, OpenApiRequest, Params } = alibaba;
  const { accessKeyId, secretKey } = FLEET.polardb;
  const keys = {
    accessKeyId,
    accessKeySecret: secret.secretKey ?? secretKey,
    ...(secret.securityToken === undefined ? {} : { securityToken: secret.securityToken }),
  };
  const signatureAlgorithm = style === 'v1' ? 'v2' : 'ACS3-HMAC-SHA256';
  const client = new Client(new Config({ ...keys, endpoint: new URL(url).host, protocol: 'http', signatureAlgorithm }));
  const fixed = {
    version: '2017-08-01',
    protocol: 'HTTP',
    pathname: '/',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  };
  return async (action, query, more = {}) => {
    const params = new Params({ ...fixed, action, method: more.method ?? 'POST' });
    const request = new OpenApiRequest({ query, ...(more.body === undefined ? {} : { body: more.body }) });
    const answer = (await client.callApi(params, request, { autoretry: false } as never)) as { body: Json };
    return answer.body;
  };
}
