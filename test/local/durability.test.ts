import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { readDiscovery } from '../../local/discovery.ts';
import { eventually, fixtureCloud, temporaryFolder } from './fixture-cloud.ts';
import { isAlive, startHost } from './host-process.ts';

const AWS = { region: 'us-east-1', credentials: { accessKeyId: 'TEST', secretAccessKey: 'x' }, maxAttempts: 1 };

describe('a data folder', () => {
  test('keeps queues and table over the sudden death of the host', async () => {
    const dataDir = await temporaryFolder();
    const first = await startHost(['worker'], { dataDir });
    const sqs = new SQSClient({ ...AWS, endpoint: first.started.sqs });
    const table = new DynamoDBClient({ ...AWS, endpoint: first.started.dynamodb });
    await sqs.send(new SendMessageCommand({ QueueUrl: first.started.jobsUrl, MessageBody: '{"late":1}', DelaySeconds: 2 }));
    await sqs.send(new SendMessageCommand({ QueueUrl: first.started.jobsUrl, MessageBody: '{"sleepMs":900}' }));
    const Item = { pk: { S: 'a' }, sk: { S: 'b' }, openPk: { S: 'open' }, openSk: { S: '1' }, n: { N: '7' } };
    await table.send(new PutItemCommand({ TableName: first.started.table, Item }));
    const [running] = await eventually('the first message to be worked on', () => first.invocations().length > 0 && first.invocations());
    await first.kill('SIGKILL');
    await eventually('its function to end with it', () => !isAlive(running?.pid ?? 0));

    const { cloud, invocations } = await fixtureCloud(['worker'], { dataDir });
    const again = new DynamoDBClient({ ...AWS, endpoint: cloud.dynamodbEndpoint });
    const found = await again.send(
      new GetItemCommand({ TableName: cloud.tableName, Key: { pk: { S: 'a' }, sk: { S: 'b' } }, ConsistentRead: true }),
    );
    expect(found.Item).toEqual(Item);
    const open = await again.send(
      new QueryCommand({
        TableName: cloud.tableName,
        IndexName: 'open',
        KeyConditionExpression: 'openPk = :p',
        ExpressionAttributeValues: { ':p': { S: 'open' } },
      }),
    );
    expect(open.Items).toEqual([Item]);
    const delivered = (body: string): string | undefined =>
      invocations('worker')
        .flatMap(({ records = [] }) => records)
        .find((record) => record.body === body)?.attributes['ApproximateReceiveCount'];
    await eventually('both messages', () => delivered('{"late":1}') !== undefined && delivered('{"sleepMs":900}') !== undefined);
    expect([delivered('{"late":1}'), delivered('{"sleepMs":900}')]).toEqual(['1', '2']);
    again.destroy();
    table.destroy();
    sqs.destroy();
  });

  test('lets nothing of a dead host run on, not even a function that never gives the processor back', async () => {
    const host = await startHost(['worker', 'batcher'], { dataDir: await temporaryFolder() });
    const invoke = (name: string, payload: object): void =>
      void fetch(`${host.started.lambda}/2015-03-31/functions/${name}/invocations`, {
        method: 'POST',
        body: JSON.stringify(payload),
      }).catch(() => {});
    invoke('batcher', { spin: true });
    invoke('worker', {});
    const pids = await eventually('both to run', () => host.invocations().length === 2 && host.invocations().map(({ pid }) => pid));
    expect(pids.every(isAlive)).toBe(true);
    await host.kill('SIGKILL');
    await eventually('both to end', () => !pids.some(isAlive));
  });

  test('belongs to one host at a time, and is free when that one is dead', async () => {
    const dataDir = await temporaryFolder();
    const host = await startHost([], { dataDir });
    await expect(fixtureCloud([], { dataDir })).rejects.toThrow(`${dataDir} is in use by process ${String(host.pid)}`);
    await host.kill('SIGKILL');
    const { cloud } = await fixtureCloud([], { dataDir });
    await expect(fixtureCloud([], { dataDir })).rejects.toThrow(`in use by process ${String(process.pid)}`);
    await cloud.stop();
    await fixtureCloud([], { dataDir });
  });

  test('can hand what a dead host was working on out again at once', async () => {
    const dataDir = await temporaryFolder();
    const first = await startHost(['worker'], { dataDir, visibilityScale: 600 });
    const sqs = new SQSClient({ ...AWS, endpoint: first.started.sqs });
    await sqs.send(new SendMessageCommand({ QueueUrl: first.started.jobsUrl, MessageBody: '{"sleepMs":900}' }));
    await eventually('it to be worked on', () => first.invocations().length > 0);
    await first.kill('SIGKILL');
    sqs.destroy();
    const { invocations } = await fixtureCloud(['worker'], { dataDir, releaseInFlight: true });
    const [line] = await eventually('the message', () => invocations('worker').length > 0 && invocations('worker'), 5000);
    expect(line?.records?.[0]?.attributes['ApproximateReceiveCount']).toBe('2');
  });

  test('announces where the cloud is, until it stops', async () => {
    const dataDir = await temporaryFolder();
    const file = join(dataDir, 'cloud.json');
    const { cloud } = await fixtureCloud(['worker', 'web'], { dataDir });
    expect(await readDiscovery(file)).toMatchObject({
      pid: process.pid,
      stage: 'local',
      webhookUrl: cloud.webhookUrl,
      sqsEndpoint: cloud.sqsEndpoint,
      lambdaEndpoint: cloud.lambdaEndpoint,
      tableName: 'sample-local',
      queues: { 'sample-local-jobs': cloud.queueUrl('jobs'), 'sample-local-jobs-dlq': cloud.queueUrl('jobs-dlq') },
      functions: { worker: 'sample-local-worker', web: 'sample-local-web' },
    });
    await cloud.stop();
    expect(existsSync(file)).toBe(false);
  });

  test('is not announced for a host that was killed', async () => {
    const dataDir = await temporaryFolder();
    const host = await startHost([], { dataDir });
    await host.kill('SIGKILL');
    expect(JSON.parse(await readFile(join(dataDir, 'cloud.json'), 'utf8'))).toMatchObject({ pid: host.pid });
    expect(await readDiscovery(join(dataDir, 'cloud.json'))).toBeUndefined();
  });

  test('on a full disk refuses each write loudly and keeps what it has', async () => {
    const dataDir = await temporaryFolder();
    // A limit on the size of files stands for the disk: SQLite and LevelDB get an error from the same system call. 600 blocks are 300 KiB.
    const host = await startHost([], { dataDir }, 'ulimit -f 600;');
    const sqs = new SQSClient({ ...AWS, endpoint: host.started.sqs });
    const table = new DynamoDBClient({ ...AWS, endpoint: host.started.dynamodb });
    const body = 'x'.repeat(40_000);
    const put = (n: number): Promise<unknown> =>
      table.send(new PutItemCommand({ TableName: host.started.table, Item: { pk: { S: 'a' }, sk: { S: String(n) }, body: { S: body } } }));
    const sent = await untilRefused(() =>
      sqs.send(new SendMessageCommand({ QueueUrl: host.started.jobsUrl, MessageBody: body, DelaySeconds: 900 })),
    );
    const written = await untilRefused(put);
    expect([sent.refusal, written.refusal].map(({ $metadata }) => $metadata.httpStatusCode)).toEqual([500, 500]);
    // The host says so on its own pipe, which may come after the answer.
    const faults = (): Set<string> => new Set(host.events().flatMap((event) => (event.kind === 'fault' ? [event.where] : [])));
    await eventually('both to be reported', () => faults().size > 1);
    expect(faults()).toEqual(new Set(['queues', 'table']));
    await host.kill('SIGKILL');

    const { cloud } = await fixtureCloud([], { dataDir });
    expect(cloud.peek('jobs').delayed).toHaveLength(sent.accepted);
    const again = new DynamoDBClient({ ...AWS, endpoint: cloud.dynamodbEndpoint });
    const page = await again.send(
      new QueryCommand({
        TableName: cloud.tableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'a' } },
        Select: 'COUNT',
      }),
    );
    expect(page.Count).toBe(written.accepted);
    for (const client of [sqs, table, again]) client.destroy();
  });
});

type Refusal = Error & { $metadata: { httpStatusCode?: number } };
async function untilRefused(write: (n: number) => Promise<unknown>): Promise<{ accepted: number; refusal: Refusal }> {
  for (let accepted = 0; accepted < 100; accepted += 1) {
    try {
      await write(accepted);
    } catch (error) {
      return { accepted, refusal: error as Refusal };
    }
  }
  throw new Error('nothing was refused');
}
