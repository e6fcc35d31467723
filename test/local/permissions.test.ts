import { describe, expect, test } from 'vitest';
import { functionPermissions } from '../../local/permissions.ts';
import { Intrinsics } from '../../local/stack/intrinsics.ts';
import { readStack } from '../../local/stack/read-stack.ts';
import { FIXTURES, fixtureCloud } from './fixture-cloud.ts';

const PLACES = { queueUrl: (name: string) => name, functionUrl: (key: string) => key };
const atMs = 0;
const DENIED = 'com.amazon.coral.service#AccessDeniedException';

async function fixturePermissions(): Promise<ReturnType<typeof functionPermissions>> {
  const stack = await readStack({ root: FIXTURES, stage: 'test' });
  return functionPermissions(stack, new Intrinsics(stack, PLACES));
}

describe('what a function may do', () => {
  test.each([
    ['sqs', 'SendMessage', { resource: 'sample-test-jobs' }],
    ['sqs', 'SendMessageBatch', { resource: 'sample-test-jobs' }],
    ['dynamodb', 'GetItem', { resource: 'sample-test' }],
    ['dynamodb', 'UpdateItem', { resource: 'sample-test', leadingKey: 'mark#7' }],
    ['dynamodb', 'Query', { resource: 'sample-test', index: 'open' }],
    ['ssm', 'GetParameter', { resource: '/sample/test/token' }],
  ] as const)('is what its statements allow: %s %s', async (service, operation, more) => {
    const authorize = await fixturePermissions();
    expect(authorize({ service, operation, caller: 'LOCALWORKER', atMs, ...more })).toBeUndefined();
  });

  test.each([
    ['sqs', 'SendMessage', { resource: 'sample-test-batches' }],
    ['sqs', 'ReceiveMessage', { resource: 'sample-test-jobs' }],
    ['dynamodb', 'PutItem', { resource: 'sample-test' }],
    ['dynamodb', 'UpdateItem', { resource: 'sample-test', leadingKey: 'target#7' }],
    ['dynamodb', 'GetItem', { resource: 'sample-test-other' }],
    ['dynamodb', 'Query', { resource: 'sample-test', index: 'recent' }],
    ['ssm', 'GetParameter', { resource: '/sample/prod/token' }],
    ['secretsmanager', 'GetSecretValue', { resource: 'sample/test/token' }],
  ] as const)('is nothing else: %s %s', async (service, operation, more) => {
    const authorize = await fixturePermissions();
    expect(authorize({ service, operation, caller: 'LOCALWORKER', atMs, ...more })).toContain(
      `not authorized to perform: ${service}:${operation}`,
    );
  });

  test('is nothing at all without statements; others than functions are not restricted', async () => {
    const authorize = await fixturePermissions();
    const call = { service: 'dynamodb', operation: 'GetItem', resource: 'sample-test', atMs } as const;
    expect(authorize({ ...call, caller: 'LOCALCLOCK' })).toContain('not authorized');
    expect(authorize({ ...call, caller: 'TESTER' })).toBeUndefined();
  });

  test('is enforced on the wire by every service, and told', async () => {
    const { cloud, events } = await fixtureCloud(['worker'], { parameters: { '/other/token': 'x' } });
    const ask = async (endpoint: string, target: string, body: object): Promise<[number, unknown]> => {
      const version = target.startsWith('AmazonSSM') ? '1.1' : '1.0';
      const authorization = 'AWS4-HMAC-SHA256 Credential=LOCALWORKER/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=x';
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target, authorization };
      const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
      return [response.status, ((await response.json()) as { __type?: string }).__type];
    };
    expect(await ask(cloud.sqsEndpoint, 'AmazonSQS.PurgeQueue', { QueueUrl: cloud.queueUrl('jobs') })).toEqual([
      403,
      'com.amazonaws.sqs#AccessDenied',
    ]);
    expect(await ask(cloud.dynamodbEndpoint, 'DynamoDB_20120810.Scan', { TableName: 'sample-local' })).toEqual([400, DENIED]);
    expect(await ask(cloud.ssmEndpoint, 'AmazonSSM.GetParameter', { Name: '/other/token' })).toEqual([400, 'AccessDeniedException']);
    const denied = events.flatMap((event) => (event.kind === 'call' && event.denied !== undefined ? [event.operation] : []));
    expect(denied).toEqual(['PurgeQueue', 'Scan', 'GetParameter']);
    const update = { TableName: 'sample-local', UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '1' } } };
    const key = (pk: string): object => ({ Key: { pk: { S: pk }, sk: { S: 'b' } } });
    expect(await ask(cloud.dynamodbEndpoint, 'DynamoDB_20120810.UpdateItem', { ...update, ...key('target#1') })).toEqual([400, DENIED]);
    expect(await ask(cloud.dynamodbEndpoint, 'DynamoDB_20120810.UpdateItem', { ...update, ...key('mark#1') })).toEqual([200, undefined]);
    const query = { TableName: 'sample-local', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'mark#1' } } };
    expect(await ask(cloud.dynamodbEndpoint, 'DynamoDB_20120810.Query', query)).toEqual([200, undefined]);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'call', operation: 'Query', leadingKey: 'mark#1' }));
    expect(
      await ask(cloud.dynamodbEndpoint, 'DynamoDB_20120810.GetItem', {
        TableName: 'sample-local',
        Key: { pk: { S: 'a' }, sk: { S: 'b' } },
      }),
    ).toEqual([200, undefined]);
  });
});
