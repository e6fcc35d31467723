import { connect } from 'node:net';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTables } from '../../local/table.ts';
import type { TablesOptions } from '../../local/table.ts';
import type { Fault, WireCall } from '../../local/wire-call.ts';
import { temporaryFolder } from './fixture-cloud.ts';

const SPEC = {
  TableName: 'app',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'openPk', 'openSk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'open',
      KeySchema: [
        { AttributeName: 'openPk', KeyType: 'HASH' },
        { AttributeName: 'openSk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
const item = (sk: string, more: object = {}): Record<string, { S: string } | { N: string }> => ({ pk: { S: 'p' }, sk: { S: sk }, ...more });

async function started(
  options: Partial<TablesOptions> = {},
): Promise<{ endpoint: string; client: DynamoDBClient; stop: () => Promise<void> }> {
  const tables = await startTables({ specs: [SPEC], ...options });
  const client = new DynamoDBClient({
    endpoint: tables.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TESTER', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    await tables.stop();
  };
  return { endpoint: tables.endpoint, client, stop };
}

describe('the table', () => {
  test('writes under a condition once, however many try at the same time', async () => {
    const { client, stop } = await started();
    onTestFinished(stop);
    const tries = Array.from({ length: 20 }, (_, n) =>
      client
        .send(
          new PutItemCommand({
            TableName: 'app',
            Item: item('1', { n: { N: String(n) } }),
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        )
        .then(
          () => 'written',
          (error: unknown) => (error instanceof ConditionalCheckFailedException ? 'conflict' : error),
        ),
    );
    const results = await Promise.all(tries);
    expect(results.filter((result) => result === 'written')).toHaveLength(1);
    expect(results.filter((result) => result === 'conflict')).toHaveLength(19);
  });

  test('keeps the sparse index in step with its items', async () => {
    const { client, stop } = await started();
    onTestFinished(stop);
    const open = async (): Promise<unknown[]> => {
      const page = await client.send(
        new QueryCommand({
          TableName: 'app',
          IndexName: 'open',
          KeyConditionExpression: 'openPk = :o',
          ExpressionAttributeValues: { ':o': { S: 'open' } },
          ScanIndexForward: false,
        }),
      );
      return (page.Items ?? []).map(({ sk }) => sk?.S);
    };
    for (const sk of ['1', '2', '3'])
      await client.send(new PutItemCommand({ TableName: 'app', Item: item(sk, { openPk: { S: 'open' }, openSk: { S: sk } }) }));
    expect(await open()).toEqual(['3', '2', '1']);
    await client.send(new UpdateItemCommand({ TableName: 'app', Key: item('2'), UpdateExpression: 'REMOVE openPk, openSk' }));
    expect(await open()).toEqual(['3', '1']);
  });

  test('repairs an index that a killed host left behind', async () => {
    const path = await temporaryFolder();
    const first = await started({ path });
    await first.client.send(new PutItemCommand({ TableName: 'app', Item: item('1', { openPk: { S: 'open' }, openSk: { S: '1' } }) }));
    await first.stop();
    await writeStrayIndexEntry(path);
    const { client, stop } = await started({ path });
    onTestFinished(stop);
    const page = await client.send(
      new QueryCommand({
        TableName: 'app',
        IndexName: 'open',
        KeyConditionExpression: 'openPk = :o',
        ExpressionAttributeValues: { ':o': { S: 'open' } },
      }),
    );
    expect(page.Items?.map(({ sk }) => sk?.S)).toEqual(['1']);
  });

  test('goes on after a client that breaks off in the middle of a request', async () => {
    const faults: Fault[] = [];
    const { endpoint, client, stop } = await started({ onFault: (fault) => faults.push(fault) });
    onTestFinished(stop);
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
    const head =
      'POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\nx-amz-target: DynamoDB_20120810.PutItem\r\ncontent-length: 1000\r\n\r\n';
    socket.write(`${head}{"TableName"`);
    // The server has the head: it asks for the rest.
    await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
    await client.send(new PutItemCommand({ TableName: 'app', Item: item('1') }));
    expect(faults).toEqual([]);
  });

  test('refuses as DynamoDB does', async () => {
    const { endpoint, client, stop } = await started();
    onTestFinished(stop);
    await expect(client.send(new GetItemCommand({ TableName: 'other', Key: item('1') }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new PutItemCommand({ TableName: 'app', Item: { pk: { S: 'only' } } }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const post = (operation: string, body: string): Promise<Response> =>
      fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` }, body });
    expect((await post('TransactWriteItems', '{}')).status).toBe(400);
    expect((await post('GetItem', 'not json')).status).toBe(400);
    const tooBig = item('1', { body: { S: 'x'.repeat(400 * 1024) } });
    await expect(client.send(new PutItemCommand({ TableName: 'app', Item: tooBig }))).rejects.toThrow('Item size');
  });

  test('reports every call with its caller', async () => {
    const calls: WireCall[] = [];
    const { client, stop } = await started({ onCall: (call) => void calls.push(call) });
    onTestFinished(stop);
    await client.send(new PutItemCommand({ TableName: 'app', Item: item('1') }));
    expect(calls).toEqual([
      { service: 'dynamodb', operation: 'PutItem', caller: 'TESTER', resource: 'app', leadingKey: 'p', atMs: expect.any(Number) },
    ]);
  });
});

/** What is there when a host dies after an item left the index's key and before the entry of the old key was deleted. */
async function writeStrayIndexEntry(path: string): Promise<void> {
  const { createRequire } = await import('node:module');
  const load = createRequire(import.meta.url);
  const store = (load('dynalite/db') as { create(options: object): StrayStore }).create({ path });
  const index = store.getIndexDb('global', 'app', 'open');
  const stray = { pk: { S: 'p' }, sk: { S: 'gone' }, openPk: { S: 'open' }, openSk: { S: '0' } };
  const table = await new Promise<object>((resolve) => store.getTable('app', (_error, found) => resolve(found)));
  const { puts } = (load('dynalite/db') as { getIndexActions(...args: unknown[]): { puts: { key: string }[] } }).getIndexActions(
    SPEC.GlobalSecondaryIndexes,
    undefined,
    stray,
    table,
  );
  await new Promise((resolve) => index.put(puts[0]?.key ?? '', stray, resolve));
  await new Promise((resolve) => store.lifecycleManager.gracefulClose(resolve));
}
interface StrayStore {
  getIndexDb(kind: string, table: string, index: string): { put(key: string, value: unknown, callback: (error: unknown) => void): void };
  getTable(name: string, callback: (error: unknown, table: object) => void): void;
  readonly lifecycleManager: { gracefulClose(callback: (error: unknown) => void): void };
}
