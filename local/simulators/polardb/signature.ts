import { byCodeUnit, equalText, hmacSha1Base64, hmacSha256Hex, percentEncode, sha256Hex } from '../encoding.ts';
import { decodePairs, headerOf, partsOf } from '../exchange.ts';
import type { SimulatedRequest } from '../exchange.ts';
import { allPairs } from './parameters.ts';

const V3_AUTHORIZATION = /^ACS3-HMAC-SHA256 Credential=([^,\s]+),SignedHeaders=([^,\s]+),Signature=([0-9a-f]{64})$/;
const V3_REQUIRED = ['host', 'x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'] as const;

/** What a request says about who signed it, in either style. */
export interface Claim {
  readonly accessKeyId: string;
  readonly nonce: string;
  readonly date: string;
  readonly securityToken: string | undefined;
  /** Why the signature is not that of this key; `undefined`: it is. */
  readonly wrongWith: (secretKey: string) => string | undefined;
}
/** `missing`: a common parameter that is not there. */
export type ClaimResult = Claim | { readonly missing: string };

function canonicalPairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .toSorted((a, b) => byCodeUnit(a[0], b[0]))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** §2.8 V3: every x-acs-*, host and content-type that is there must be signed. */
function mustBeSigned(request: SimulatedRequest): string[] {
  const names = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  return [...names, 'host'].filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type');
}

export function canonicalV3(request: SimulatedRequest, signedHeaders: readonly string[]): string | undefined {
  const { path, query } = partsOf(request);
  const pairs = decodePairs(query, 'plus');
  const values = signedHeaders.map((name) => headerOf(request, name));
  if (!pairs || values.includes(undefined)) return undefined;
  const headers = signedHeaders.map((name, index) => `${name}:${values[index]?.trim() ?? ''}\n`).join('');
  const hash = headerOf(request, 'x-acs-content-sha256') ?? '';
  return [request.method, path, canonicalPairs(pairs), headers, signedHeaders.join(';'), hash].join('\n');
}

export function claimV3(request: SimulatedRequest): ClaimResult {
  const missing = V3_REQUIRED.find((name) => headerOf(request, name) === undefined);
  if (missing !== undefined) return { missing };
  const [, accessKeyId, names, signature] = V3_AUTHORIZATION.exec(headerOf(request, 'authorization') ?? '') ?? [];
  if (accessKeyId === undefined || names === undefined || signature === undefined) return { missing: 'Authorization' };
  return {
    accessKeyId,
    nonce: headerOf(request, 'x-acs-signature-nonce') ?? '',
    date: headerOf(request, 'x-acs-date') ?? '',
    securityToken: headerOf(request, 'x-acs-security-token'),
    wrongWith: (secretKey) => wrongV3(request, { accessKeyId, signedHeaders: names.split(';'), signature, secretKey }),
  };
}

interface V3Given {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly secretKey: string;
}

function wrongV3(request: SimulatedRequest, given: V3Given): string | undefined {
  const { signedHeaders } = given;
  const unsigned = mustBeSigned(request).find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) return `${unsigned} is not signed`;
  if (signedHeaders.join(';') !== signedHeaders.toSorted(byCodeUnit).join(';')) return 'the signed headers are not sorted';
  if (headerOf(request, 'x-acs-content-sha256') !== sha256Hex(request.body)) return 'x-acs-content-sha256 is not the hash of the body';
  // Beside a security token the SDK sends the key id once more; if it is there it must be the same one.
  if ((headerOf(request, 'x-acs-accesskey-id') ?? given.accessKeyId) !== given.accessKeyId) return 'x-acs-accesskey-id is another key';
  const canonical = canonicalV3(request, signedHeaders);
  if (canonical === undefined) return 'a signed header is missing or the query is malformed';
  const expected = hmacSha256Hex(given.secretKey, `ACS3-HMAC-SHA256\n${sha256Hex(canonical)}`);
  return equalText(expected, given.signature) ? undefined : 'the signature does not match';
}

const V1_REQUIRED = ['AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureVersion', 'SignatureNonce', 'Timestamp'] as const;

/** §2.8 V1: over all parameters of query and form together, without `Signature`. */
export function stringToSignV1(request: SimulatedRequest): string | undefined {
  const all = allPairs(request);
  if (!all) return undefined;
  const signed = Object.entries(all).filter(([name]) => name !== 'Signature');
  return `${request.method}&${percentEncode('/')}&${percentEncode(canonicalPairs(signed))}`;
}

export function claimV1(request: SimulatedRequest): ClaimResult {
  const all = allPairs(request) ?? {};
  const missing = V1_REQUIRED.find((name) => (all[name] ?? '') === '');
  if (missing !== undefined) return { missing };
  return {
    accessKeyId: all['AccessKeyId'] ?? '',
    nonce: all['SignatureNonce'] ?? '',
    date: all['Timestamp'] ?? '',
    securityToken: all['SecurityToken'],
    wrongWith: (secretKey) => wrongV1(request, all, secretKey),
  };
}

function wrongV1(request: SimulatedRequest, all: Readonly<Record<string, string>>, secretKey: string): string | undefined {
  if (all['SignatureMethod'] !== 'HMAC-SHA1' || all['SignatureVersion'] !== '1.0')
    return 'the signature method is not HMAC-SHA1, version 1.0';
  const text = stringToSignV1(request);
  if (text === undefined) return 'the parameters are malformed';
  return equalText(hmacSha1Base64(`${secretKey}&`, text), all['Signature'] ?? '') ? undefined : 'the signature does not match';
}
