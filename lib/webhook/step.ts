import { isSourceHeader } from '../alert/delivery-file.ts';
import { oneLine } from '../alert/text.ts';
import { understand } from '../alert/understand.ts';
import type { ConfiguredSource } from '../config/config.ts';
import type { DeliveryMessage } from '../message.ts';
import type { Services } from '../services.ts';
import { MAX_BODY_BYTES, METHOD, NOWHERE, TOO_LARGE, tooMany, UNPROVEN, UNREADABLE, UNSURE } from './answers.ts';
import { authenticate, type Authenticity } from './authenticate.ts';
import { isReadable, mediaTypeOf, textOf } from './content.ts';
import type { Door } from './door.ts';
import { handshake } from './handshake.ts';
import { keepRefused, keepStranger } from './refused.ts';
import type { WebhookAnswer, WebhookRequest } from './request.ts';
import { tellSubscription } from './subscription.ts';
import { addressClass } from './token-bucket.ts';

/** What the way in is handed. */
export type WebhookServices = Pick<Services, 'config' | 'secrets' | 'clock' | 'log' | 'queue' | 'records'> & { readonly door: Door };

/** What SQS takes: a body of control characters grows sixfold in its frame. */
const MAX_MESSAGE_BYTES = 1_024 * 1_024;

/**
 * The way in: authenticates, and puts the raw delivery on the queue. Nothing is decided here. A body that no source understands is
 * refused with its reason, and kept: the decider lays it in the dead-letter queue. What is not even passed on is recorded here.
 */
export async function receiveWebhook(services: WebhookServices, request: WebhookRequest): Promise<WebhookAnswer> {
  const answer = await received(services, request);
  services.log.event('webhook', {
    source: request.source,
    status: answer.status,
    reason: answer.reason,
    bytes: request.rawBody.length,
  });
  return answer;
}

async function received(services: WebhookServices, request: WebhookRequest): Promise<WebhookAnswer> {
  const { config, secrets, clock, door } = services;
  const nowMs = clock.nowMs();
  const { source: name, method } = request;
  const source = name !== undefined && Object.hasOwn(config.sources, name) ? config.sources[name] : undefined;
  const proof = { request, secrets, nowMs, certificates: door.certificates };
  if (method === 'OPTIONS') return (await handshake(source, proof)) ?? METHOD;
  if (method !== 'POST' && method !== 'PUT') return METHOD;
  if (name === undefined) return NOWHERE;
  const proven = source === undefined ? UNKNOWN : await authenticate(source, proof);
  if (proven.kind === 'unsure') services.log.event('unsure', { source: name, why: proven.why });
  if (proven.kind === 'authentic') return admit({ services, request, name, nowMs }, proven);
  return turnedAway({ services, request, name, nowMs }, proven, source);
}

const UNKNOWN: Authenticity = { kind: 'stranger', why: 'no such source' };
type Proven = Extract<Authenticity, { kind: 'authentic' }>;

interface Caller {
  readonly services: WebhookServices;
  readonly request: WebhookRequest;
  /** Of the source, as the path says; in the form of a name. */
  readonly name: string;
  readonly nowMs: number;
}

async function turnedAway(caller: Caller, { kind, why }: Exclude<Authenticity, Proven>, source?: ConfiguredSource): Promise<WebhookAnswer> {
  const { services, request, name, nowMs } = caller;
  const waitSeconds = services.door.strangers.take(addressClass(request.address), nowMs);
  if (waitSeconds > 0) return tooMany(waitSeconds);
  if (request.rawBody.length > MAX_BODY_BYTES) return TOO_LARGE;
  if (!isReadable(request.headers)) return UNREADABLE;
  if (kind === 'unsure') return UNSURE;
  services.log.event('stranger', { source: name, why });
  if (source !== undefined) await keepStranger(services, { source: name, way: source.auth, request, nowMs });
  return UNPROVEN;
}

async function admit(caller: Caller, proven: Proven): Promise<WebhookAnswer> {
  const { services, request, name, nowMs } = caller;
  const waitSeconds = services.door.friends.take(name, nowMs);
  if (waitSeconds > 0) return tooMany(waitSeconds);
  const answer = (code: 'too-large' | 'malformed', why: string, refusal: WebhookAnswer): Promise<WebhookAnswer> =>
    keepRefused(services, { source: name, code, why, body: request.rawBody, nowMs }).then(() => refusal);
  if (request.rawBody.length > MAX_BODY_BYTES) return answer('too-large', TOO_LARGE.reason, TOO_LARGE);
  if (!isReadable(request.headers)) return answer('malformed', UNREADABLE.reason, UNREADABLE);
  const read = textOf(proven.body ?? request.rawBody);
  if (!read.ok) return answer('malformed', read.why, { status: 400, reason: `malformed: ${read.why}` });
  const message = framed(caller, read.text, proven.headers);
  if (Buffer.byteLength(JSON.stringify(message)) > MAX_MESSAGE_BYTES) return answer('too-large', 'too large for the queue', TOO_LARGE);
  return (await repeated(caller, proven)) ?? passOn(caller, proven, message);
}

/** Only what a source may need goes on the queue; credentials never do, nor headers that nobody vouches for. */
function framed({ request, name, nowMs }: Caller, body: string, withHeaders: boolean): DeliveryMessage {
  const kept = withHeaders ? Object.entries(request.headers).filter(([header]) => isSourceHeader(header)) : [];
  const headers = Object.fromEntries(kept.map(([header, value]) => [header, value.slice(0, HEADER_CHARS)]));
  return {
    understudy: 'delivery',
    source: name,
    contentType: mediaTypeOf(request.headers['content-type']),
    headers,
    receivedAtMs: nowMs,
    body,
  };
}
const HEADER_CHARS = 1_000;

/**
 * A signed delivery that was accepted before is accepted, and not queued again: senders retry what they got no answer to, and would take a
 * refusal for a fault of theirs. Where the ids cannot be read it is queued: every message may come twice, and the signed time still ends
 * a replay.
 */
async function repeated({ services, name, nowMs }: Caller, { replay }: Proven): Promise<WebhookAnswer | undefined> {
  if (replay === undefined) return undefined;
  const before = await services.door.replays.wasAccepted(name, replay.id, nowMs).catch(() => {
    services.log.event('replays-unavailable', { source: name });
    return false;
  });
  return before ? { status: 202, reason: 'accepted before: not queued again' } : undefined;
}

async function passOn(caller: Caller, proven: Proven, message: DeliveryMessage): Promise<WebhookAnswer> {
  const { services, name, nowMs } = caller;
  const { replay, subscription } = proven;
  if (subscription === undefined) await services.queue.send('alerts', JSON.stringify(message));
  else await tellSubscription(services, name, subscription, nowMs);
  if (replay !== undefined) {
    await services.door.replays
      .accepted(name, replay.id, nowMs, replay.keptMs)
      .catch(() => services.log.event('replays-unavailable', { source: name }));
  }
  return subscription === undefined ? outlook(services, message) : { status: 202, reason: 'an operator must confirm' };
}

const REASON_CHARS = 300;

/** What will become of it, for a friend: the decider will find the same. */
function outlook({ config }: WebhookServices, message: DeliveryMessage): WebhookAnswer {
  const { parsed } = understand(message, config.sources, message.source);
  const [refusal] = parsed.refusals;
  if (refusal !== undefined && parsed.alerts.length === 0)
    return { status: 400, reason: oneLine(`${refusal.code}: ${refusal.path}: ${refusal.detail}`, REASON_CHARS) };
  const { alerts, ignored, refusals } = parsed;
  return { status: 202, reason: `accepted: ${alerts.length} alerts, ${ignored.length} ignored, ${refusals.length} refused` };
}
