import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { hmacSha1Base64, hmacSha256Hex, percentEncode, sha256Hex } from '../../local/simulators/encoding.ts';
import type { SimulatedRequest } from '../../local/simulators/exchange.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { canonicalRequest } from '../../local/simulators/gaussdb/signature.ts';
import { canonicalV3, stringToSignV1 } from '../../local/simulators/polardb/signature.ts';

/** Test callers. That the signatures are right is shown elsewhere, by the vendors' vectors and packages. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export const ENDPOINT_HOST = 'gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com';
const basicDate = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
const isoDate = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export interface GaussdbCall {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly projectId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly endpoint?: string;
  readonly nowMs: number;
  readonly key?: { accessKeyId: string; secretKey: string };
}

export function gaussdbRequest(call: GaussdbCall): SimulatedRequest {
  const body = call.body === undefined ? '' : typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host: call.host ?? ENDPOINT_HOST,
    'x-sdk-date': basicDate(call.nowMs),
    ...call.headers,
  };
  const unsigned = { method: call.method ?? (body === '' ? 'GET' : 'POST'), url: call.path, headers, body };
  const names = Object.keys(headers).toSorted();
  const { accessKeyId, secretKey } = call.key ?? FLEET.gaussdb;
  const text = `SDK-HMAC-SHA256\n${headers['x-sdk-date']}\n${sha256Hex(canonicalRequest(unsigned, names) ?? '')}`;
  const authorization = `SDK-HMAC-SHA256 Access=${accessKeyId}, SignedHeaders=${names.join(';')}, Signature=${hmacSha256Hex(secretKey, text)}`;
  return { ...unsigned, headers: { ...headers, authorization }, ...(call.endpoint === undefined ? {} : { endpoint: call.endpoint }) };
}

export const drPath = (
  action: string,
  instanceId: string = FLEET.gaussdb.instanceId,
  projectId: string = FLEET.gaussdb.projectId,
): string => `/v3.5/${projectId}/instances/${instanceId}/disaster-recovery/${action}`;

let nonces = 0;
export interface PolardbCall {
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly nowMs: number;
  readonly nonce?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly key?: { accessKeyId: string; secretKey: string };
  readonly form?: boolean;
  readonly version?: string;
}

const queryOf = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');

/** V3, parameters in the query or as a form. */
export function polardbRequest(call: PolardbCall): SimulatedRequest {
  const query = queryOf(call.parameters ?? {});
  const body = call.form === true ? query : '';
  const headers: Record<string, string> = {
    host: call.host ?? 'polardb.aliyuncs.com',
    accept: 'application/json',
    'x-acs-action': call.action,
    'x-acs-version': call.version ?? '2017-08-01',
    'x-acs-date': isoDate(call.nowMs),
    'x-acs-signature-nonce': call.nonce ?? `nonce-${(nonces += 1)}`,
    'x-acs-content-sha256': sha256Hex(body),
    ...(call.form === true ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...call.headers,
  };
  const unsigned = { method: 'POST', url: call.form === true || query === '' ? '/' : `/?${query}`, headers, body };
  const names = Object.keys(headers)
    .filter((name) => name !== 'accept')
    .toSorted();
  const { accessKeyId, secretKey } = call.key ?? FLEET.polardb;
  const signature = hmacSha256Hex(secretKey, `ACS3-HMAC-SHA256\n${sha256Hex(canonicalV3(unsigned, names) ?? '')}`);
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { ...unsigned, headers: { ...headers, authorization } };
}

/** V1: everything in the query. */
export function polardbV1Request(call: PolardbCall): SimulatedRequest {
  const { accessKeyId, secretKey } = call.key ?? FLEET.polardb;
  const parameters = {
    Action: call.action,
    Version: '2017-08-01',
    Format: 'JSON',
    AccessKeyId: accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: call.nonce ?? `nonce-${(nonces += 1)}`,
    Timestamp: isoDate(call.nowMs),
    ...call.parameters,
  };
  const unsigned = { method: 'GET', url: `/?${queryOf(parameters)}`, headers: { host: 'polardb.aliyuncs.com' }, body: '' };
  const signature = hmacSha1Base64(`${secretKey}&`, stringToSignV1(unsigned) ?? '');
  return { ...unsigned, url: `${unsigned.url}&Signature=${percentEncode(signature)}` };
}

/** Sends what was signed over a real socket. Rejects when the connection is cut or refused, or after `timeoutMs`. */
export function send(url: string, signed: SimulatedRequest, timeoutMs = 5000): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { hostname, port, method: signed.method, path: signed.url, headers: signed.headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
        });
      },
    );
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error('timed out')));
    outgoing.on('error', reject);
    outgoing.end(signed.body);
  });
}

export function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Whether a TCP connection to a database port is taken. */
export function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Polls with a deadline. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, withinMs = 5000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
