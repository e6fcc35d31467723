import { CONFIRMATION, UNSUBSCRIBED } from './compose.ts';
import { asList, asRecord, at } from './read.ts';
import type { Delivery } from './source.ts';

/**
 * Amazon's transports wrap the sender's text, once or several times (alerts §2a): an SNS envelope, the event a Lambda gets from SNS or
 * SQS, a single SQS record. What is inside may be any monitoring system's.
 */
export type Opened =
  | { readonly kind: 'inner'; readonly deliveries: readonly Delivery[] }
  | { readonly kind: 'handshake'; readonly why: string };

/** @returns `undefined` when the body is no envelope. */
export function openEnvelope(delivery: Delivery, json: unknown): Opened | undefined {
  const body = asRecord(json);
  if (!body) return undefined;
  const records = Array.isArray(body['Records']) ? asList(body['Records']) : [body];
  const inner: Delivery[] = [];
  for (const record of records) {
    const text = textInside(record);
    if (text === undefined) return undefined;
    if (typeof text !== 'string') return { kind: 'handshake', why: text.why };
    inner.push({ contentType: '', headers: delivery.headers, body: text, receivedAtMs: delivery.receivedAtMs });
  }
  return inner.length === 0 ? undefined : { kind: 'inner', deliveries: inner };
}

function textInside(record: unknown): string | { readonly why: string } | undefined {
  const sqsBody = at(record, 'eventSource') === 'aws:sqs' ? at(record, 'body') : undefined;
  if (typeof sqsBody === 'string') return sqsBody;
  const envelope = at(record, 'Sns') ?? record;
  const message = at(envelope, 'Message');
  if (typeof message !== 'string' || typeof at(envelope, 'TopicArn') !== 'string') return undefined;
  const type = at(envelope, 'Type');
  if (type === 'SubscriptionConfirmation') return { why: CONFIRMATION };
  if (type === 'UnsubscribeConfirmation') return { why: UNSUBSCRIBED };
  return type === 'Notification' ? message : undefined;
}
