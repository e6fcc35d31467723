import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Proof, Proven, Way } from './proof.ts';

/** A secret vouches for the whole request; a reminder cannot be told from a repetition. */
const WHOLE: Proven = { headers: true };

export async function provesBearer(way: Way<'bearer'>, { request, secrets }: Proof): Promise<Proven | undefined> {
  const given = credentialsIn(request.headers['authorization'], 'bearer');
  return given !== undefined && anyEqual(await secrets.values(way.secret), given) ? WHOLE : undefined;
}

/** One text, so that it does not matter which of the two parts is wrong; a password may hold a colon (alerts §1). */
export async function provesBasic(way: Way<'basic'>, { request, secrets }: Proof): Promise<Proven | undefined> {
  const given = credentialsIn(request.headers['authorization'], 'basic');
  if (given === undefined) return undefined;
  const expected = (await secrets.values(way.secret)).map((password) => `${way.username}:${password}`);
  return anyEqual(expected, Buffer.from(given, 'base64')) ? WHOLE : undefined;
}

export async function provesPath(way: Way<'path'>, { request, secrets }: Proof): Promise<Proven | undefined> {
  const { pathSecret } = request;
  return pathSecret !== undefined && anyEqual(await secrets.values(way.secret), pathSecret) ? WHOLE : undefined;
}

function credentialsIn(header: string | undefined, scheme: string): string | undefined {
  if (header?.slice(0, scheme.length + 1).toLowerCase() !== `${scheme} `) return undefined;
  return header.slice(scheme.length + 1).trim();
}

/** Nobody rotates between more than a few. */
const SIGNATURES_MAX = 8;

/**
 * Hex HMAC-SHA256 over the exact body, or over `<unix seconds>:` and the body where a timestamp header is configured (Grafana, alerts
 * §5). Several signatures, separated by commas, may come during a rotation (PagerDuty, alerts §8): any suffices.
 */
export async function provesHmac(way: Way<'hmac'>, { request, secrets, nowMs }: Proof): Promise<Proven | undefined> {
  const given = (request.headers[way.header.toLowerCase()] ?? '').split(',', SIGNATURES_MAX).map((part) => part.trim());
  const stamp = way.timestampHeader === undefined ? undefined : request.headers[way.timestampHeader.toLowerCase()];
  if (way.timestampHeader !== undefined && !isRecent(stamp, nowMs, way.toleranceMs)) return undefined;
  const signed = stamp === undefined ? request.rawBody : Buffer.concat([Buffer.from(`${stamp}:`), request.rawBody]);
  const expected = (await secrets.values(way.secret)).map(
    (secret) => `${way.prefix ?? ''}${createHmac('sha256', secret).update(signed).digest('hex')}`,
  );
  if (!given.some((signature) => anyEqual(expected, signature))) return undefined;
  return { headers: false, replay: { id: `hmac:${digest(signed).toString('hex')}`, keptMs: 2 * way.toleranceMs } };
}

/**
 * Standard Webhooks (www.standardwebhooks.com): base64 HMAC-SHA256 over id, time and body. A secret that begins with `whsec_` is base64,
 * any other is taken as it is.
 */
export async function provesStandard(way: Way<'standard-webhooks'>, { request, secrets, nowMs }: Proof): Promise<Proven | undefined> {
  const { 'webhook-id': id = '', 'webhook-timestamp': stamp, 'webhook-signature': header = '' } = request.headers;
  if (!/^[A-Za-z0-9_.-]{1,200}$/.test(id) || !isRecent(stamp, nowMs, way.toleranceMs)) return undefined;
  const signed = Buffer.concat([Buffer.from(`${id}.${stamp}.`), request.rawBody]);
  const keys = (await secrets.values(way.secret)).map(keyOf).filter((key) => key.length >= KEY_BYTES_MIN);
  const expected = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  if (!header.split(' ', SIGNATURES_MAX).some((signature) => anyEqual(expected, signature))) return undefined;
  return { headers: false, replay: { id: `std:${id}`, keptMs: 2 * way.toleranceMs } };
}

const ENCODED = 'whsec_';
/** A prefix without a key would be a key that everybody knows. */
const KEY_BYTES_MIN = 16;
function keyOf(secret: string): Buffer {
  return secret.startsWith(ENCODED) ? Buffer.from(secret.slice(ENCODED.length), 'base64') : Buffer.from(secret, 'utf8');
}

function isRecent(stamp: string | undefined, nowMs: number, toleranceMs: number): boolean {
  return stamp !== undefined && /^\d{1,12}$/.test(stamp) && Math.abs(nowMs - Number(stamp) * 1_000) <= toleranceMs;
}

/** In constant time for any lengths: hashes of equal length are compared, and all of them. Nothing equals an empty text. */
function anyEqual(expected: readonly string[], given: string | Buffer): boolean {
  let equal = false;
  for (const one of expected) equal = timingSafeEqual(digest(one), digest(given)) || equal;
  return equal && given.length > 0;
}

function digest(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}
