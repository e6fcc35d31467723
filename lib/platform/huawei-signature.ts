import { createHmac, hash } from 'node:crypto';

export interface HuaweiCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string;
}

export interface HuaweiSigning {
  readonly method: string;
  readonly url: string;
  /** Everything that is sent besides what this function adds; all of it is signed. Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text that is sent; absent and `''` are the same. */
  readonly body?: string;
  readonly credentials: HuaweiCredentials;
  readonly nowMs: number;
}

const ALGORITHM = 'SDK-HMAC-SHA256';

/**
 * Signs a request for Huawei Cloud with an access key (`SDK-HMAC-SHA256`, provider contracts §1.9). Pure: the same input, the same
 * signature. The server tolerates 15 minutes between `nowMs` and its own clock.
 *
 * @returns the given headers and `Host`, `X-Sdk-Date`, `X-Security-Token` (temporary credentials only) and `Authorization`.
 */
export function signHuawei(signing: HuaweiSigning): Record<string, string> {
  const { credentials, nowMs } = signing;
  const url = new URL(signing.url);
  const date = sdkDate(nowMs);
  const token = credentials.securityToken === undefined ? {} : { 'X-Security-Token': credentials.securityToken };
  const headers = { ...signing.headers, Host: url.host, 'X-Sdk-Date': date, ...token };
  const { canonical, signedHeaders } = canonicalRequest(signing, url, headers);
  const signature = createHmac('sha256', credentials.secretKey)
    .update(`${ALGORITHM}\n${date}\n${sha256(canonical)}`)
    .digest('hex');
  const authorization = `${ALGORITHM} Access=${credentials.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { ...headers, Authorization: authorization };
}

function canonicalRequest(
  signing: HuaweiSigning,
  url: URL,
  headers: Readonly<Record<string, string>>,
): { readonly canonical: string; readonly signedHeaders: string } {
  const lines = Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim()])
    .sort(byFirst);
  const signedHeaders = lines.map(([name]) => name).join(';');
  const parts = [
    signing.method,
    canonicalPath(url),
    canonicalQuery(url),
    lines.map(([name, value]) => `${name}:${value}\n`).join(''),
    signedHeaders,
    sha256(signing.body ?? ''),
  ];
  return { canonical: parts.join('\n'), signedHeaders };
}

/** The canonical path always ends with a slash; the path on the wire does not. */
function canonicalPath(url: URL): string {
  const path = url.pathname
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  return path.endsWith('/') ? path : `${path}/`;
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort((left, right) => byFirst(left, right) || compare(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** RFC 3986: `encodeURIComponent` leaves five characters that the signature wants escaped. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** By code unit, not by language. */
function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
function byFirst(left: readonly [string, string], right: readonly [string, string]): number {
  return compare(left[0], right[0]);
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** `20260102T030405Z`. */
function sdkDate(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}
