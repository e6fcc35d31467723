import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Watched } from './fixture-cloud.ts';
import { eventually, fixtureCloud } from './fixture-cloud.ts';

const deliveries = ({ invocations }: Watched, key: string): string[] =>
  invocations(key).flatMap(({ records }) => records?.map(({ body }) => body) ?? []);

describe('an event source mapping', () => {
  test('hands over genuine SQS records', async () => {
    const watched = await fixtureCloud(['worker']);
    const beforeMs = Date.now();
    const id = watched.cloud.send('jobs', '{"note":"漢字 🙂"}');
    const record = await eventually('the record', () => watched.invocations('worker')[0]?.records?.[0] as SQSRecord | undefined);
    expect(record).toMatchObject({
      messageId: id,
      body: '{"note":"漢字 🙂"}',
      attributes: { ApproximateReceiveCount: '1', SenderId: expect.any(String) },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:sample-local-jobs',
      awsRegion: 'us-east-1',
    });
    expect(record.md5OfBody).toMatch(/^[0-9a-f]{32}$/);
    expect(record.receiptHandle).not.toBe('');
    expect(Number(record.attributes.SentTimestamp)).toBeGreaterThanOrEqual(beforeMs);
    expect(typeof record.attributes.ApproximateFirstReceiveTimestamp).toBe('string');
  });

  test('a reported failure comes again alone, and lands on the dead-letter queue after maxReceiveCount', async () => {
    const watched = await fixtureCloud(['worker']);
    watched.cloud.send('jobs', '{"fine":1}');
    const failing = watched.cloud.send('jobs', '{"fail":true}');
    watched.cloud.send('jobs', '{"fine":2}');
    const [dead] = await eventually(
      'the dead letter',
      () => watched.cloud.deadLetters('jobs').length > 0 && watched.cloud.deadLetters('jobs'),
    );
    expect(dead).toMatchObject({ messageId: failing, body: '{"fail":true}' });
    expect(deliveries(watched, 'worker').toSorted()).toEqual(['{"fail":true}', '{"fail":true}', '{"fine":1}', '{"fine":2}']);
    const again = watched.invocations('worker').findLast(({ records }) => records?.[0]?.messageId === failing);
    expect(again?.records).toHaveLength(1);
    expect(again?.records?.[0]?.attributes['ApproximateReceiveCount']).toBe('2');
    expect(watched.cloud.peek('jobs')).toEqual({ visible: [], delayed: [], inFlight: [] });
  });

  test('a redriven dead letter is a new message that is tried as often again', async () => {
    const watched = await fixtureCloud(['worker']);
    const first = watched.cloud.send('jobs', '{"fail":true}');
    await eventually('the dead letter', () => watched.cloud.deadLetters('jobs').length === 1);
    expect(watched.cloud.redrive('jobs')).toBe(1);
    expect(watched.cloud.deadLetters('jobs')).toEqual([]);
    const [dead] = await eventually(
      'it to die again',
      () => watched.cloud.deadLetters('jobs').length > 0 && watched.cloud.deadLetters('jobs'),
    );
    expect(dead?.messageId).not.toBe(first);
    expect(deliveries(watched, 'worker')).toHaveLength(4);
  });

  test('a failed message is hidden for the visibility time-out', async () => {
    const watched = await fixtureCloud(['worker']);
    watched.cloud.send('jobs', '{"fail":true}');
    const [, second] = await eventually(
      'two deliveries',
      () => watched.invocations('worker').length === 2 && watched.invocations('worker'),
    );
    const takenMs = Number(second?.records?.[0]?.attributes['ApproximateFirstReceiveTimestamp']);
    expect((second?.atMs ?? 0) - takenMs).toBeGreaterThanOrEqual(1000);
  });

  test('visibilityScale shortens that', async () => {
    const watched = await fixtureCloud(['worker'], { visibilityScale: 0.1 });
    watched.cloud.send('jobs', '{"fail":true}');
    const [first, second] = await eventually(
      'two deliveries',
      () => watched.invocations('worker').length === 2 && watched.invocations('worker'),
    );
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(900);
  });

  test('an exception fails the whole batch', async () => {
    const watched = await fixtureCloud(['batcher']);
    const ids = [watched.cloud.send('batches', '{"fine":1}'), watched.cloud.send('batches', '{"throw":true}')];
    const batch = await eventually('the batch', () => watched.events.find((event) => event.kind === 'batch'));
    expect(batch).toMatchObject({ delivered: ids, failed: ids });
    expect(watched.cloud.peek('batches').inFlight).toHaveLength(2);
  });

  test('a report of ids that are not in the batch fails the whole batch', async () => {
    const watched = await fixtureCloud(['batcher']);
    const answer = { batchItemFailures: [{ itemIdentifier: 'nobody' }] };
    const ids = [watched.cloud.send('batches', JSON.stringify({ answer })), watched.cloud.send('batches', '{}')];
    const batch = await eventually('the batch', () => watched.events.find((event) => event.kind === 'batch'));
    expect(batch).toMatchObject({ delivered: ids, failed: ids });
  });

  test('without functionResponseType a report is ignored and the whole batch deleted', async () => {
    const watched = await fixtureCloud(['careless']);
    watched.cloud.send('CarelessQueue', '{"fail":true}');
    const batch = await eventually('the batch', () => watched.events.find((event) => event.kind === 'batch'));
    expect(batch).toMatchObject({ failed: [] });
    expect(watched.cloud.peek('CarelessQueue')).toEqual({ visible: [], delayed: [], inFlight: [] });
  });

  test('the window collects into one batch, beyond the ten of one receive', async () => {
    const watched = await fixtureCloud(['batcher']);
    for (let n = 0; n < 12; n += 1) watched.cloud.send('batches', JSON.stringify({ n }));
    await eventually('a part of the batch to be received', () => watched.cloud.peek('batches').inFlight.length === 12);
    watched.cloud.send('batches', '{"late":true}');
    const [only] = await eventually('the invocation', () => watched.invocations('batcher').length > 0 && watched.invocations('batcher'));
    expect(only?.records).toHaveLength(13);
    expect((only?.atMs ?? 0) - Number(only?.records?.[0]?.attributes['SentTimestamp'])).toBeGreaterThanOrEqual(900);
  });

  test('no more than maximumConcurrency batches run at once, and what waits is not received', async () => {
    const watched = await fixtureCloud(['worker'], { visibilityScale: 30 });
    for (let n = 0; n < 2; n += 1) {
      watched.cloud.send('jobs', '{"sleepMs":700}');
      await eventually('it to be taken', () => watched.cloud.peek('jobs').inFlight.length === n + 1);
    }
    for (let n = 0; n < 3; n += 1) watched.cloud.send('jobs', '{}');
    await eventually('both to run', () => watched.invocations('worker').length === 2);
    expect(watched.cloud.peek('jobs').visible.map(({ receiveCount }) => receiveCount)).toEqual([0, 0, 0]);
    await eventually('all to be done', () => deliveries(watched, 'worker').length === 5);
    expect(mostAtOnce(watched)).toBe(2);
  });

  test('a delayed message arrives when its delay is over', async () => {
    const watched = await fixtureCloud(['worker']);
    const { SQSClient, SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const sqs = new SQSClient({
      endpoint: watched.cloud.sqsEndpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'TEST', secretAccessKey: 'x' },
    });
    const sentMs = Date.now();
    await sqs.send(new SendMessageCommand({ QueueUrl: watched.cloud.queueUrl('jobs'), MessageBody: '{}', DelaySeconds: 1 }));
    expect(watched.cloud.peek('jobs').delayed).toHaveLength(1);
    const [only] = await eventually('the delivery', () => watched.invocations('worker').length > 0 && watched.invocations('worker'));
    expect((only?.atMs ?? 0) - sentMs).toBeGreaterThanOrEqual(1000);
    sqs.destroy();
  });

  test('duplicateEverything delivers each message twice, in invocations of their own, some at the same time and some afterwards', async () => {
    const watched = await fixtureCloud(['batcher'], { duplicateEverything: true });
    const bodies = Array.from({ length: 8 }, (_, n) => JSON.stringify({ n, sleepMs: 20 }));
    for (const body of bodies) watched.cloud.send('batches', body);
    await eventually('all copies', () => deliveries(watched, 'batcher').length === 16);
    expect(deliveries(watched, 'batcher').toSorted()).toEqual([...bodies, ...bodies].toSorted());
    for (const { records = [] } of watched.invocations('batcher'))
      expect(new Set(records.map(({ messageId }) => messageId)).size).toBe(records.length);
    const [batch] = watched.invocations('batcher');
    const doneMs = watched.finished('batcher').find(({ requestId }) => requestId === batch?.requestId)?.atMs ?? 0;
    const others = watched.invocations('batcher').filter(({ requestId }) => requestId !== batch?.requestId);
    expect(others.some(({ atMs }) => atMs < doneMs)).toBe(true);
    expect(others.some(({ atMs }) => atMs >= doneMs)).toBe(true);
  });
});

function mostAtOnce(watched: Watched): number {
  const ends = new Map(watched.finished('worker').map(({ requestId, atMs }) => [requestId, atMs]));
  const spans = watched
    .invocations('worker')
    .map(({ requestId, atMs }) => ({ from: atMs, to: ends.get(requestId) ?? Number.POSITIVE_INFINITY }));
  return Math.max(...spans.map(({ from }) => spans.filter((span) => span.from <= from && from < span.to).length));
}
