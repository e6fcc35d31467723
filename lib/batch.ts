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

export function batchResponse(failed: readonly string[]): SQSBatchResponse {
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
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
  return batchResponse(failed);
}

async function settled(services: Services, queue: QueueName, record: SQSRecord, step: (body: string) => Promise<void>): Promise<boolean> {
  try {
    await step(record.body);
    return true;
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
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
