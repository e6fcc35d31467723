import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startQueues } from '../../local/queues.ts';
import type { Queues, QueuesOptions } from '../../local/queues.ts';
import type { WireCall } from '../../local/wire-call.ts';
import { temporaryFolder } from './fixture-cloud.ts';

const arn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('app-jobs-dlq'), maxReceiveCount: 1 });
const SPECS = [
  {
    logicalId: 'JobsQueue',
    name: 'app-jobs',
    arn: arn('app-jobs'),
    attributes: { VisibilityTimeout: '45', RedrivePolicy },
    deadLetters: 'app-jobs-dlq',
  },
  { logicalId: 'JobsDlq', name: 'app-jobs-dlq', arn: arn('app-jobs-dlq'), attributes: {} },
];

async function started(options: Partial<QueuesOptions> = {}): Promise<{ queues: Queues; sqs: SQSClient; QueueUrl: string }> {
  const queues = await startQueues({ specs: SPECS, ...options });
  const sqs = new SQSClient({
    endpoint: queues.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TESTER', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    sqs.destroy();
    await queues.stop();
  });
  return { queues, sqs, QueueUrl: queues.url('jobs') };
}

describe('the queues', () => {
  test('have the attributes of serverless.yml', async () => {
    const { sqs, QueueUrl } = await started();
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ QueueArn: arn('app-jobs'), VisibilityTimeout: '45', RedrivePolicy });
  });

  test.each([-1, 901, 1.5])('refuse a delay of %d s, alone and in a batch', async (DelaySeconds) => {
    const { sqs, QueueUrl, queues } = await started();
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds }))).rejects.toThrow('DelaySeconds');
    const Entries = [{ Id: '1', MessageBody: 'x', DelaySeconds }];
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toThrow('DelaySeconds');
    expect(queues.peek('jobs')).toEqual({ visible: [], delayed: [], inFlight: [] });
  });

  test('take a delay of 900 s', async () => {
    const { sqs, QueueUrl, queues } = await started();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 900 }));
    expect(queues.peek('jobs').delayed).toHaveLength(1);
  });

  test('take every character that SQS takes, and refuse what it refuses', async () => {
    const { sqs, QueueUrl } = await started();
    const MessageBody = '🙂 𠮷 漢字 \u{10FFFF} \t\n';
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.[0]?.Body).toBe(MessageBody);
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a\u0001' }))).rejects.toThrow('Invalid characters');
  });

  test('take 1 MiB and refuse a byte more', async () => {
    const { sqs, QueueUrl } = await started();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1_048_576) }));
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1_048_577) }))).rejects.toThrow('1048576 bytes');
  });

  test('show dead letters with their attributes, without touching them', async () => {
    const { sqs, queues } = await started();
    const MessageAttributes = { reason: { DataType: 'String', StringValue: 'not-json' } };
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.url('jobs-dlq'), MessageBody: '<xml>', MessageAttributes }));
    for (let look = 0; look < 2; look += 1) {
      expect(queues.deadLetters('jobs')).toEqual([
        expect.objectContaining({ body: '<xml>', receiveCount: 0, attributes: MessageAttributes }),
      ]);
    }
    expect(() => queues.deadLetters('jobs-dlq')).toThrow('app-jobs-dlq has no dead-letter queue');
    expect(() => queues.peek('orders')).toThrow('there is no queue orders; there are app-jobs, app-jobs-dlq');
  });

  test.each(['memory', 'a data folder'])('redrive over the wire and keep attributes (%s)', async (where) => {
    const { sqs, queues, QueueUrl } = await started(where === 'memory' ? {} : { dataDir: await temporaryFolder() });
    const MessageAttributes = { reason: { DataType: 'String', StringValue: 'too-old' } };
    const { MessageId } = await sqs.send(
      new SendMessageCommand({ QueueUrl: queues.url('jobs-dlq'), MessageBody: 'again', MessageAttributes }),
    );
    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn('app-jobs-dlq') }));
    expect(TaskHandle).toEqual(expect.any(String));
    expect(queues.deadLetters('jobs')).toEqual([]);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
    expect(Messages).toEqual([expect.objectContaining({ Body: 'again', MessageAttributes })]);
    expect(Messages?.[0]?.MessageId).not.toBe(MessageId);
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn('app-jobs') }))).rejects.toThrow('Dead Letter Queue');
  });

  test('make a message visible on demand, durable or not, and delete by receipt', async () => {
    const { sqs, queues, QueueUrl } = await started({ dataDir: await temporaryFolder() });
    queues.send('jobs', 'x');
    const first = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first.Messages?.[0]?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(queues.peek('jobs').visible).toHaveLength(1);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first.Messages?.[0]?.ReceiptHandle }));
  });

  test('take the attributes of now and keep the messages when they are opened again', async () => {
    const dataDir = await temporaryFolder();
    const before = await startQueues({ specs: SPECS, dataDir });
    before.send('jobs', 'kept');
    await before.stop();
    const specs = SPECS.map((spec) => ({ ...spec, attributes: { ...spec.attributes, VisibilityTimeout: '7' } }));
    const { sqs, queues, QueueUrl } = await started({ specs, dataDir });
    expect(queues.peek('jobs').visible.map(({ body }) => body)).toEqual(['kept']);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }));
    expect(Attributes).toEqual({ VisibilityTimeout: '7' });
  });

  test('report every call with its caller', async () => {
    const calls: WireCall[] = [];
    const { sqs, QueueUrl } = await started({ onCall: (call) => void calls.push(call) });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(calls).toEqual([{ service: 'sqs', operation: 'SendMessage', caller: 'TESTER', resource: 'app-jobs', atMs: expect.any(Number) }]);
  });

  test('serve nothing but SQS', async () => {
    const { queues } = await started();
    expect((await fetch(`${queues.endpoint}/bucket/key`)).status).toBe(404);
    expect((await fetch(`${queues.endpoint}/_fauxqs/queues`)).status).toBe(404);
  });
});
