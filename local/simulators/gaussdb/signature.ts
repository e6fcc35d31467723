import { byCodeUnit, equalText, hmacSha256Hex, parseBasicDate, percentEncode, sha256Hex } from '../encoding.ts';
import { decodePairs, headerOf, partsOf } from '../exchange.ts';
import type { SimulatedRequest } from '../exchange.ts';

/** Provider contracts §1.9: the server's tolerance. */
const SKEW_MAX_MS = 15 * 60_000;
const AUTHORIZATION = /^SDK-HMAC-SHA256 Access=([^\s,]+), SignedHeaders=([^\s,]+), Signature=([0-9a-f]{64})$/;

export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}
export type SignatureVerdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Reads `Authorization`; `undefined`: there is none, or it is malformed. */
export function claimOf(request: SimulatedRequest): SignatureClaim | undefined {
  const [, accessKeyId, names, signature] = AUTHORIZATION.exec(headerOf(request, 'authorization') ?? '') ?? [];
  if (accessKeyId === undefined || names === undefined || signature === undefined) return undefined;
  return { accessKeyId, signedHeaders: names.split(';'), signature };
}

function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => percentEncode(decodeURIComponent(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  const pairs = decodePairs(query, 'plus');
  if (!pairs) throw new URIError('malformed query');
  return pairs
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort((a, b) => byCodeUnit(a[0], b[0]) || byCodeUnit(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** The canonical request from the wire (§1.9); `undefined`: a signed header is missing, or an escape is malformed. */
export function canonicalRequest(request: SimulatedRequest, signedHeaders: readonly string[]): string | undefined {
  const { path, query } = partsOf(request);
  const lines: string[] = [];
  for (const name of signedHeaders) {
    const value = headerOf(request, name);
    if (value === undefined) return undefined;
    lines.push(`${name}:${value.trim()}\n`);
  }
  const bodyHash = headerOf(request, 'x-sdk-content-sha256') ?? sha256Hex(request.body);
  try {
    return [request.method, canonicalPath(path), canonicalQuery(query), lines.join(''), signedHeaders.join(';'), bodyHash].join('\n');
  } catch {
    return undefined;
  }
}

function wrongClaim(claim: SignatureClaim, requireHost: boolean): string | undefined {
  const names = claim.signedHeaders;
  if (names.some((name) => name !== name.toLowerCase())) return 'signed header names must be in lower case';
  if (names.join(';') !== names.toSorted(byCodeUnit).join(';')) return 'signed headers must be sorted';
  if (!names.includes('x-sdk-date')) return 'x-sdk-date must be signed';
  return requireHost && !names.includes('host') ? 'host must be signed' : undefined;
}

function wrongDate(date: string, nowMs: number): string | undefined {
  const sentMs = parseBasicDate(date);
  if (sentMs === undefined) return 'X-Sdk-Date is malformed';
  return Math.abs(nowMs - sentMs) > SKEW_MAX_MS ? 'X-Sdk-Date is more than 15 minutes off' : undefined;
}

function wrongBodyHash(request: SimulatedRequest): string | undefined {
  const declared = headerOf(request, 'x-sdk-content-sha256');
  if (declared === undefined || declared === 'UNSIGNED-PAYLOAD' || declared === sha256Hex(request.body)) return undefined;
  return 'X-Sdk-Content-Sha256 is not the hash of the body';
}

/** Recomputes the signature over what was received. */
export function verifySignature(
  request: SimulatedRequest,
  claim: SignatureClaim,
  known: { secretKey: string; nowMs: number; requireHost: boolean; trusted?: boolean },
): SignatureVerdict {
  const date = headerOf(request, 'x-sdk-date') ?? '';
  const wrong = wrongClaim(claim, known.requireHost) ?? wrongDate(date, known.nowMs) ?? wrongBodyHash(request);
  if (wrong !== undefined) return { ok: false, why: wrong };
  if (known.trusted === true) return { ok: true };
  const canonical = canonicalRequest(request, claim.signedHeaders);
  if (canonical === undefined) return { ok: false, why: 'a signed header is missing or the URL is malformed' };
  const expected = hmacSha256Hex(known.secretKey, `SDK-HMAC-SHA256\n${date}\n${sha256Hex(canonical)}`);
  return equalText(expected, claim.signature) ? { ok: true } : { ok: false, why: 'verify aksk signature fail' };
}
