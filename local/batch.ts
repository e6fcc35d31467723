import { PAYLOAD_BYTES_MAX } from './lambda/outcome.ts';
import type { SqsClient } from './sqs-client.ts';
import type { ReceivedMessage } from './sqs-event.ts';

export interface BatchOptions {
  readonly sqs: SqsClient;
  readonly queueUrl: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Given with each receive, since a scaled one may be a fraction, which a queue's attribute cannot be. */
  readonly visibilitySeconds: number;
}

const WAIT_SECONDS = 20;
const RECEIVE_MAX = 10;

/**
 * Receives until the batch is full, the window that its first message opened has passed, or the event would outgrow a Lambda payload;
 * without a window, what one receive brings.
 */
export async function collectBatch(options: BatchOptions, stopping: () => boolean): Promise<ReceivedMessage[]> {
  const batch = await receive(options, { atMost: options.batchSize, waitSeconds: WAIT_SECONDS });
  const untilMs = performance.now() + options.windowMs;
  while (batch.length > 0 && batch.length < options.batchSize && !stopping() && bytesOf(batch) < PAYLOAD_BYTES_MAX) {
    const leftSeconds = (untilMs - performance.now()) / 1000;
    if (leftSeconds <= 0) break;
    batch.push(...(await receive(options, { atMost: options.batchSize - batch.length, waitSeconds: Math.min(leftSeconds, WAIT_SECONDS) })));
  }
  return batch;
}

async function receive(
  options: BatchOptions,
  { atMost, waitSeconds }: { atMost: number; waitSeconds: number },
): Promise<ReceivedMessage[]> {
  const { sqs, queueUrl, visibilitySeconds } = options;
  const { Messages = [] } = await sqs.call('ReceiveMessage', {
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(atMost, RECEIVE_MAX),
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
    VisibilityTimeout: visibilitySeconds,
  });
  return Messages as ReceivedMessage[];
}

/** Cuts a batch so that each event fits into a Lambda payload: ten messages of 1 MiB do not. */
export function cutToPayload(batch: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const parts: ReceivedMessage[][] = [];
  for (const message of batch) {
    const last = parts.at(-1);
    if (last !== undefined && bytesOf([...last, message]) < PAYLOAD_BYTES_MAX) last.push(message);
    else parts.push([message]);
  }
  return parts;
}

function bytesOf(messages: readonly ReceivedMessage[]): number {
  return Buffer.byteLength(JSON.stringify(messages));
}
