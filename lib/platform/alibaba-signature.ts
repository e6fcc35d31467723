import { createHmac, hash } from 'node:crypto';

/** An access key, with the token of a temporary one (STS). */
export interface AlibabaCredential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface AlibabaRequest {
  readonly credential: AlibabaCredential;
  /** As it goes on the wire: with the port if it is not the scheme's own. */
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Where the parameters travel. The vendor's generated SDK puts them into the query, its older one into a form. */
  readonly place: 'query' | 'form';
  /** Unique for every single request, repeats included: the vendor refuses one that it has seen. */
  readonly nonce: string;
  /** Epoch ms; the vendor accepts 15 minutes either way. */
  readonly atMs: number;
}

export interface SignedAlibabaRequest {
  /** To be sent as they are: every one but `authorization` is signed. Holds the credential's id and token, so never for a log. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without the question mark; empty for a form. */
  readonly query: string;
  /** Empty for a query. */
  readonly body: string;
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const FORM = 'application/x-www-form-urlencoded';

/**
 * Signs a POST to an RPC-style API of Alibaba Cloud with ACS3-HMAC-SHA256 (provider contracts §2.8, vectors included). Pure: time and
 * nonce are arguments, and a repeat must be given new ones.
 */
export function signAlibaba(request: AlibabaRequest): SignedAlibabaRequest {
  const encoded = encodeParameters(request.parameters);
  const query = request.place === 'query' ? encoded : '';
  const body = request.place === 'form' ? encoded : '';
  const headers = signedHeaders(request, body);
  const canonical = canonicalAlibabaRequest(query, headers);
  const signature = hmac(request.credential.accessKeySecret, `${ALGORITHM}\n${sha256(canonical)}`);
  const names = Object.keys(headers).join(';');
  const authorization = `${ALGORITHM} Credential=${request.credential.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return { headers: { ...headers, authorization }, query, body };
}

/** The text that is hashed and signed. `headers` are in lower case and in order, and name everything that is signed. */
export function canonicalAlibabaRequest(query: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value.trim()}\n`);
  const names = Object.keys(headers).join(';');
  return ['POST', '/', query, lines.join(''), names, headers['x-acs-content-sha256'] ?? ''].join('\n');
}

/** `yyyy-MM-ddTHH:mm:ssZ`, the only form of time in this vendor's APIs. */
export function alibabaTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function signedHeaders(request: AlibabaRequest, body: string): Record<string, string> {
  const { credential } = request;
  const headers: Record<string, string> = {
    ...(body === '' ? {} : { 'content-type': FORM }),
    host: request.host,
    ...(credential.securityToken === undefined
      ? {}
      : { 'x-acs-accesskey-id': credential.accessKeyId, 'x-acs-security-token': credential.securityToken }),
    'x-acs-action': request.action,
    'x-acs-content-sha256': sha256(body),
    'x-acs-date': alibabaTime(request.atMs),
    'x-acs-signature-nonce': request.nonce,
    'x-acs-version': request.version,
  };
  return Object.fromEntries(Object.entries(headers).sort(byName));
}

/** Sorted by code unit (upper case before lower), percent-encoded, joined. The same text is sent and signed. */
function encodeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .sort(byName)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that have to be escaped. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
