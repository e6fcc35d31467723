import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MAX_DELAY_SECONDS, type Queue, type QueueName } from '../ports.ts';

export interface QueueUrls {
  readonly live: Readonly<Record<QueueName, string>>;
  readonly dead: Readonly<Record<QueueName, string>>;
}

const REASON_CHARS = 500;
/** Without the hint the message comes later; a batch that is done must not wait for it. */
const AGAIN_TIMEOUT_MS = 2_000;

/** The queue port on SQS. Delays are rounded up to whole seconds: a message is never early. */
export function createSqsQueue(client: SQSClient, urls: QueueUrls): Queue {
  return {
    send: async (queue, body, { delayMs = 0 } = {}) => {
      const DelaySeconds = Math.min(MAX_DELAY_SECONDS, Math.ceil(Math.max(0, delayMs) / 1_000));
      await client.send(new SendMessageCommand({ QueueUrl: urls.live[queue], MessageBody: body, DelaySeconds }));
    },
    deadLetter: async (queue, body, reason) => {
      const StringValue = reason.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, REASON_CHARS) || 'no reason given';
      const MessageAttributes = { reason: { DataType: 'String', StringValue } };
      await client.send(
        new SendMessageCommand({ QueueUrl: urls.dead[queue], MessageBody: body === '' ? '(empty)' : body, MessageAttributes }),
      );
    },
    comeAgain: async (queue, ReceiptHandle, afterMs) => {
      const VisibilityTimeout = Math.ceil(afterMs / 1_000);
      const command = new ChangeMessageVisibilityCommand({ QueueUrl: urls.live[queue], ReceiptHandle, VisibilityTimeout });
      await client.send(command, { abortSignal: AbortSignal.timeout(AGAIN_TIMEOUT_MS) });
    },
  };
}
