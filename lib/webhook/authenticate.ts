import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ConfiguredSource, SourceAuth } from '../config/config.ts';
import type { Secrets } from '../ports.ts';
import type { WebhookRequest } from './step.ts';

/** What a request proves. `why` is for our log only: a stranger learns nothing. */
export type Authenticity =
  | { readonly kind: 'authentic'; readonly by: SourceAuth['kind'] }
  | { readonly kind: 'stranger'; readonly why: string };

interface Proof {
  readonly request: WebhookRequest;
  readonly secrets: Secrets;
  readonly nowMs: number;
}

/** Any one of the source's ways suffices. A source without a way is closed. */
export async function authenticate(source: ConfiguredSource, proof: Proof): Promise<Authenticity> {
  for (const auth of source.auth) {
    if (await proves(auth, proof)) return { kind: 'authentic', by: auth.kind };
  }
  return {
    kind: 'stranger',
    why: source.auth.length === 0 ? 'this source accepts no webhook' : 'no configured way of authentication fits',
  };
}

async function proves(auth: SourceAuth, proof: Proof): Promise<boolean> {
  switch (auth.kind) {
    case 'bearer':
      return bearer(auth, proof);
    case 'basic':
      return basic(auth, proof);
    case 'hmac':
      return hmac(auth, proof);
    case 'path':
      return anyEqual(await proof.secrets.values(auth.secret), proof.request.pathSecret);
    case 'sns':
    case 'smn':
      return false;
  }
}

async function bearer(auth: Extract<SourceAuth, { kind: 'bearer' }>, { request, secrets }: Proof): Promise<boolean> {
  const given = credentialsOf(request, 'bearer');
  return given !== undefined && anyEqual(await secrets.values(auth.secret), given);
}

/** Split at the first colon only: a password may hold one (alerts §1). */
async function basic(auth: Extract<SourceAuth, { kind: 'basic' }>, { request, secrets }: Proof): Promise<boolean> {
  const given = credentialsOf(request, 'basic');
  if (given === undefined) return false;
  const expected = (await secrets.values(auth.secret)).map((password) => `${auth.username}:${password}`);
  return anyEqual(expected, Buffer.from(given, 'base64').toString('utf8'));
}

function credentialsOf(request: WebhookRequest, scheme: string): string | undefined {
  const header = request.headers['authorization'] ?? '';
  return header.slice(0, scheme.length + 1).toLowerCase() === `${scheme} ` ? header.slice(scheme.length + 1).trim() : undefined;
}

/**
 * Hex HMAC-SHA256 over the exact body, or over `<unix seconds>:` and the body where a timestamp header is configured (Grafana, alerts
 * §5). Several signatures, separated by commas, may come during a rotation (PagerDuty, alerts §8): any suffices.
 */
async function hmac(auth: Extract<SourceAuth, { kind: 'hmac' }>, { request, secrets, nowMs }: Proof): Promise<boolean> {
  const given = (request.headers[auth.header.toLowerCase()] ?? '').split(',').map((part) => part.trim());
  const stamp = auth.timestampHeader === undefined ? undefined : request.headers[auth.timestampHeader.toLowerCase()];
  if (auth.timestampHeader !== undefined && !isRecent(stamp, nowMs, auth.toleranceMs)) return false;
  const signed = stamp === undefined ? request.rawBody : Buffer.concat([Buffer.from(`${stamp}:`), request.rawBody]);
  const expected = (await secrets.values(auth.secret)).map(
    (secret) => `${auth.prefix ?? ''}${createHmac('sha256', secret).update(signed).digest('hex')}`,
  );
  return given.some((signature) => anyEqual(expected, signature));
}

function isRecent(stamp: string | undefined, nowMs: number, toleranceMs: number): boolean {
  return stamp !== undefined && /^\d{1,12}$/.test(stamp) && Math.abs(nowMs - Number(stamp) * 1_000) <= toleranceMs;
}

/** In constant time for any lengths: hashes of equal length are compared, and all of them. */
function anyEqual(expected: readonly string[], given: string | undefined): boolean {
  if (given === undefined || given === '') return false;
  let equal = false;
  for (const one of expected) equal = timingSafeEqual(digest(one), digest(given)) || equal;
  return equal;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
