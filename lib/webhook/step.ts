import { understand } from '../alert/understand.ts';
import type { DeliveryMessage } from '../message.ts';
import type { Services } from '../services.ts';
import { authenticate } from './authenticate.ts';

/** A request to `POST /hooks/{source}` or, for senders that can do nothing better, `POST /hooks/{source}/{secret}`. */
export interface WebhookRequest {
  readonly method: string;
  readonly source: string | undefined;
  readonly pathSecret: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes: signatures are over them. */
  readonly rawBody: Buffer;
}
export interface WebhookAnswer {
  readonly status: number;
  /** For the sender once it has proved itself; a stranger gets no detail. */
  readonly reason: string;
}

/** What a queue message can surely carry with its frame, and more than any monitoring system sends (alerts §8: at most 256 KB). */
export const MAX_BODY_BYTES = 256 * 1_024;

/**
 * The way in: authenticates, and puts the raw delivery on the queue. Nothing is decided here. A body that no source understands is
 * refused with its reason, and kept: the decider lays it in the dead-letter queue.
 */
export async function receiveWebhook(services: Services, request: WebhookRequest): Promise<WebhookAnswer> {
  const answer = await received(services, request);
  services.log.event('webhook', {
    source: request.source?.slice(0, 60),
    status: answer.status,
    reason: answer.reason,
    bytes: request.rawBody.length,
  });
  return answer;
}

async function received(services: Services, request: WebhookRequest): Promise<WebhookAnswer> {
  const { config, secrets, clock } = services;
  if (request.method !== 'POST' && request.method !== 'PUT') return { status: 405, reason: 'method not allowed' };
  const source = request.source !== undefined && Object.hasOwn(config.sources, request.source) ? config.sources[request.source] : undefined;
  if (source === undefined || request.source === undefined) return { status: 404, reason: 'not found' };
  if (request.rawBody.length > MAX_BODY_BYTES) return { status: 413, reason: `body over ${MAX_BODY_BYTES} bytes` };
  const nowMs = clock.nowMs();
  const proof = await authenticate(source, { request, secrets, nowMs });
  if (proof.kind === 'stranger') {
    services.log.event('stranger', { source: request.source, why: proof.why });
    return { status: 401, reason: 'not authenticated' };
  }
  return enqueue(services, request, request.source, nowMs);
}

async function enqueue(services: Services, request: WebhookRequest, source: string, receivedAtMs: number): Promise<WebhookAnswer> {
  const body = textOf(request.rawBody);
  if (body === undefined) return { status: 400, reason: 'the body is not UTF-8' };
  const { contentType, headers } = described(request.headers);
  const message: DeliveryMessage = { understudy: 'delivery', source, contentType, headers, receivedAtMs, body };
  await services.queue.send('alerts', JSON.stringify(message));
  const { parsed } = understand(message, services.config.sources, source);
  const [refusal] = parsed.refusals;
  if (refusal !== undefined && parsed.alerts.length === 0)
    return { status: 400, reason: `${refusal.code}: ${refusal.path}: ${refusal.detail}` };
  return {
    status: 202,
    reason: `accepted: ${parsed.alerts.length} alerts, ${parsed.ignored.length} ignored, ${parsed.refusals.length} refused`,
  };
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const HEADER_CHARS = 1_000;

/** Only what a source may need goes on the queue; credentials never do. */
function described(headers: WebhookRequest['headers']): Pick<DeliveryMessage, 'contentType' | 'headers'> {
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const kept = Object.entries(headers).filter(([name]) => /^(ce-[a-z0-9]+|x-amz-sns-[a-z-]+|x-smn-[a-z-]+|x-webhook-id)$/.test(name));
  return { contentType, headers: Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, HEADER_CHARS)])) };
}
