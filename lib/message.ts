import type { NoticeMessage } from './notify/notice.ts';

/** What travels on the queues. Every message is a hint: the record decides (design §1). */
export type AlertsMessage = DeliveryMessage | LookMessage;
/** A delivery that came through the webhook. A body without `understudy` came straight from SNS or EventBridge. */
export interface DeliveryMessage {
  readonly understudy: 'delivery';
  /** The configured source named by the webhook's path, if any. */
  readonly source?: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAtMs: number;
  readonly body: string;
}
/** Look at a target again: a dwell ends, a busy provider may be free. */
export interface LookMessage {
  readonly understudy: 'look';
  readonly targetId: string;
  readonly dueAtMs: number;
}
/** On the failovers and polls queues: look number `look` of this failover is due. */
export interface FailoverMessage {
  readonly understudy: 'failover';
  readonly targetId: string;
  readonly failoverId: string;
  readonly look: number;
  readonly dueAtMs: number;
}

export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}

/** @throws {UnreadableMessageError} the message can never be processed: it goes to the dead-letter queue with this reason. */
export function readFailoverMessage(body: string): FailoverMessage {
  const message = objectOf(body);
  if (message['understudy'] !== 'failover') throw new UnreadableMessageError('understudy: expected "failover"');
  return {
    understudy: 'failover',
    targetId: text(message, 'targetId'),
    failoverId: text(message, 'failoverId'),
    look: number(message, 'look'),
    dueAtMs: number(message, 'dueAtMs'),
  };
}

/** `undefined`: none of our own messages, so the whole body is a monitoring system's. */
export function readAlertsMessage(body: string): AlertsMessage | undefined {
  const message = ownMessage(body);
  if (message === undefined) return undefined;
  if (message['understudy'] === 'look') {
    return { understudy: 'look', targetId: text(message, 'targetId'), dueAtMs: number(message, 'dueAtMs') };
  }
  if (message['understudy'] !== 'delivery') return undefined;
  const source = message['source'];
  return {
    understudy: 'delivery',
    ...(typeof source === 'string' ? { source } : {}),
    contentType: text(message, 'contentType'),
    headers: headersOf(message['headers']),
    receivedAtMs: number(message, 'receivedAtMs'),
    body: text(message, 'body'),
  };
}

/** The notice's inside was written by our own steps; only its frame is checked. */
export function readNoticeMessage(body: string): NoticeMessage {
  const message = objectOf(body);
  const { notice, putOff } = message;
  if (message['understudy'] !== 'notice' || !isObject(notice)) throw new UnreadableMessageError('notice: expected an object');
  text(notice, 'key');
  return {
    understudy: 'notice',
    channelId: text(message, 'channelId'),
    notice: notice as unknown as NoticeMessage['notice'],
    ...(putOff === undefined ? {} : { putOff: number(message, 'putOff') }),
  };
}

const OWN_MARK = '"understudy"';

/** Our own messages begin with the mark; anything else is left to the sources without parsing it twice. */
function ownMessage(body: string): Record<string, unknown> | undefined {
  if (!body.slice(0, 40).includes(OWN_MARK)) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function objectOf(body: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new UnreadableMessageError('body: not JSON');
  }
  if (!isObject(parsed)) throw new UnreadableMessageError('body: expected an object');
  return parsed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(message: Record<string, unknown>, name: string): string {
  const value = message[name];
  if (typeof value !== 'string') throw new UnreadableMessageError(`${name}: expected text`);
  return value;
}

function number(message: Record<string, unknown>, name: string): number {
  const value = message[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new UnreadableMessageError(`${name}: expected a number`);
  return value;
}

function headersOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
