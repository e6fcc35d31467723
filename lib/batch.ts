import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { UnreadableMessageError } from './message.ts';
import type { QueueName } from './ports.ts';
import type { QueueRecord } from './decide/step.ts';
import { UnknownTargetError, type Services } from './services.ts';

/** The attributes of an SQS record are text, also the numbers (alerts §2d). */
export function recordOf(record: SQSRecord): QueueRecord {
  const { messageId: id, body, attributes } = record;
  return { id, body, sentAtMs: Number(attributes.SentTimestamp), receiveCount: Number(attributes.ApproximateReceiveCount) };
}

/**
 * What fails once mostly works a moment later: a store that throttled, a channel that blinked. The first times it comes again soon; only what
 * fails a third time waits for its queue's visibility time-out, which must be minutes long for other reasons. By how often it was received.
 */
export const AGAIN_AFTER_MS: readonly number[] = [5_000, 30_000];

/** Failed records come again, alone. The queue is told when; if it cannot be told, they come after its visibility time-out. */
export async function comeAgain(
  services: Pick<Services, 'queue' | 'log'>,
  queue: QueueName,
  { Records }: SQSEvent,
  failed: readonly string[],
): Promise<SQSBatchResponse> {
  const ids = new Set(failed);
  await Promise.all(Records.filter(({ messageId }) => ids.has(messageId)).map((record) => soon(services, queue, record)));
  return { batchItemFailures: [...ids].map((itemIdentifier) => ({ itemIdentifier })) };
}

async function soon({ queue, log }: Pick<Services, 'queue' | 'log'>, name: QueueName, record: SQSRecord): Promise<void> {
  const afterMs = AGAIN_AFTER_MS[Number(record.attributes.ApproximateReceiveCount) - 1];
  if (afterMs === undefined) return;
  try {
    await queue.comeAgain(name, record.receiptHandle, afterMs);
  } catch (error) {
    log.event('again-failed', { queue: name, recordId: record.messageId, error: messageOf(error) });
  }
}

/** Runs a step for each record, one after the other. Each settles on its own: one that can never work goes to the dead-letter queue with
 * its reason, one that failed comes again, and the others are done. */
export async function eachRecord(
  services: Services,
  queue: QueueName,
  event: SQSEvent,
  step: (body: string) => Promise<void>,
): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const record of event.Records) {
    if (!(await settled(services, queue, record, step))) failed.push(record.messageId);
  }
  return comeAgain(services, queue, event, failed);
}

async function settled(services: Services, queue: QueueName, record: SQSRecord, step: (body: string) => Promise<void>): Promise<boolean> {
  try {
    await step(record.body);
    return true;
  } catch (error) {
    const what = messageOf(error);
    const hopeless = error instanceof UnreadableMessageError || error instanceof UnknownTargetError;
    services.log.event(hopeless ? 'dead-letter' : 'record-failed', { queue, recordId: record.messageId, reason: what });
    return hopeless ? buried(services, queue, record.body, what) : false;
  }
}

async function buried(services: Services, queue: QueueName, body: string, reason: string): Promise<boolean> {
  try {
    await services.queue.deadLetter(queue, body, reason);
    return true;
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
