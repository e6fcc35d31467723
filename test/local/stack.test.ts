import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findQueue, queueSpecs } from '../../local/queue-specs.ts';
import { Intrinsics } from '../../local/stack/intrinsics.ts';
import { readStack } from '../../local/stack/read-stack.ts';
import { tableSpecs } from '../../local/table.ts';
import { FIXTURES, temporaryFolder } from './fixture-cloud.ts';

const PLACES = { queueUrl: (name: string) => `http://queues/${name}`, functionUrl: (key: string) => `http://${key}/` };

async function stackOf(text: string): Promise<Intrinsics> {
  const root = await temporaryFolder();
  await writeFile(join(root, 'serverless.yml'), text);
  return new Intrinsics(await readStack({ root, stage: 'test' }), PLACES);
}
const MINIMAL = 'service: s\nprovider: { name: aws }\nfunctions: {}\n';

describe('serverless.yml', () => {
  test('gives functions with their sources, schedules and limits', async () => {
    const { functions } = await readStack({ root: FIXTURES, stage: 'test' });
    const [worker, careless, batcher, web, clock] = functions;
    expect(functions.map(({ name }) => name)).toEqual(['worker', 'careless', 'batcher', 'web', 'clock'].map((key) => `sample-test-${key}`));
    expect(worker).toMatchObject({
      timeoutMs: 1000,
      memoryMb: 256,
      url: false,
      sources: [
        { arn: { 'Fn::GetAtt': ['JobsQueue', 'Arn'] }, batchSize: 10, windowMs: 0, maximumConcurrency: 2, reportsItemFailures: true },
      ],
    });
    expect(careless?.sources[0]).toMatchObject({ reportsItemFailures: false });
    expect(batcher?.sources[0]).toMatchObject({ batchSize: 100, windowMs: 1000 });
    expect(web).toMatchObject({ url: true, reservedConcurrency: 2, timeoutMs: 2000 });
    expect(clock).toMatchObject({
      retriesMax: 1,
      schedules: [
        { name: 'sample-test-clock-0', expression: 'rate(1 minute)', via: 'rule', zone: 'UTC' },
        {
          name: 'sample-test-morning',
          expression: 'cron(30 6 ? * MON-FRI *)',
          via: 'scheduler',
          zone: 'Europe/Berlin',
          input: { kind: 'morning' },
        },
      ],
    });
  });

  test('gives queues with their dead-letter queues, and the table', async () => {
    const stack = await readStack({ root: FIXTURES, stage: 'test' });
    const intrinsics = new Intrinsics(stack, PLACES);
    const specs = queueSpecs(stack, intrinsics);
    const RedrivePolicy = '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:sample-test-jobs-dlq","maxReceiveCount":2}';
    expect(findQueue(specs, 'jobs')).toEqual({
      logicalId: 'JobsQueue',
      name: 'sample-test-jobs',
      arn: 'arn:aws:sqs:us-east-1:000000000000:sample-test-jobs',
      attributes: { VisibilityTimeout: '1', SqsManagedSseEnabled: 'true', RedrivePolicy },
      deadLetters: 'sample-test-jobs-dlq',
    });
    expect(findQueue(specs, 'CarelessQueue').name).toBe('sample-test-CarelessQueue');
    const [table] = tableSpecs(stack, intrinsics);
    expect(table).toMatchObject({ TableName: 'sample-test', GlobalSecondaryIndexes: [{ IndexName: 'open' }] });
    expect(table).not.toHaveProperty('TimeToLiveSpecification');
  });

  test('of the project itself is understood whole', async () => {
    const stack = await readStack({ root: resolve(import.meta.dirname, '../..'), stage: 'local' });
    const intrinsics = new Intrinsics(stack, PLACES);
    const specs = queueSpecs(stack, intrinsics);
    for (const word of ['alerts', 'failovers', 'polls', 'notices'])
      expect(findQueue(specs, word).deadLetters).toBe(`understudy-local-${word}-dlq`);
    expect(tableSpecs(stack, intrinsics)[0]?.['GlobalSecondaryIndexes']).toMatchObject([{ IndexName: 'open' }, { IndexName: 'recent' }]);
    const flow = stack.functions.filter(({ sources }) => sources.length > 0);
    expect(flow.length).toBeGreaterThanOrEqual(4);
    for (const { environment, sources } of flow) {
      for (const value of Object.values(environment)) expect(intrinsics.text(value)).not.toBe('');
      for (const { arn, reportsItemFailures } of sources) {
        expect(specs.map((spec) => spec.arn)).toContain(intrinsics.text(arn));
        expect(reportsItemFailures).toBe(true);
      }
    }
    expect(stack.functions.flatMap(({ schedules }) => schedules).map(({ name }) => name)).toContain('understudy-local-watchdog');
  });

  test('may name only some functions, and nothing of the others is read', async () => {
    const root = await temporaryFolder();
    await writeFile(
      join(root, 'serverless.yml'),
      MINIMAL.replace('{}', '{ a: { handler: i.h }, b: { handler: i.h, events: "${file(missing.cjs)}" } }'),
    );
    expect((await readStack({ root, stage: 'test', only: ['a'] })).functions.map(({ key }) => key)).toEqual(['a']);
    await expect(readStack({ root, stage: 'test' })).rejects.toThrow('missing.cjs');
    await expect(readStack({ root, stage: 'test', only: ['c'] })).rejects.toThrow('serverless.yml has no function c');
  });

  test.each([
    [
      'an event that cannot be run here',
      'functions: {}',
      'functions: { a: { handler: i.h, events: [{ stream: arn }] } }',
      'functions.a.events',
    ],
    [
      'a filter, which deletes what it does not let through',
      'functions: {}',
      'functions: { a: { handler: i.h, events: [{ sqs: { arn: x, filterPatterns: [] } }] } }',
      'functions.a.events',
    ],
    [
      'a misspelt option',
      'functions: {}',
      'functions: { a: { handler: i.h, events: [{ sqs: { arn: x, batchsize: 1 } }] } }',
      'functions.a.events',
    ],
    ['a variable without a value', 'service: s', 'service: "${self:custom.name}"', '${self:custom.name}'],
    [
      'variables in a circle',
      'service: s',
      'custom: { a: "${self:custom.b}", b: "${self:custom.a}" }\nservice: "${self:custom.a}"',
      'circle',
    ],
    ['broken YAML', 'service: s', 'service: [', 'serverless.yml'],
  ])('with %s is refused by name', async (_what, from, to, message) => {
    await expect(stackOf(MINIMAL.replace(from, to))).rejects.toThrow(message);
  });
});

describe('CloudFormation’s functions', () => {
  const RESOURCES = `
resources:
  Resources:
    Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
    Data: { Type: AWS::DynamoDB::Table, Properties: {} }
    Alarms: { Type: AWS::SNS::Topic }
`;
  test.each([
    [{ Ref: 'Jobs' }, 'http://queues/jobs'],
    [{ Ref: 'Data' }, 's-test-Data'],
    [{ Ref: 'DoItLambdaFunction' }, 's-test-doIt'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::StackName' }, 's-test'],
    [{ 'Fn::GetAtt': ['Jobs', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:jobs'],
    [{ 'Fn::GetAtt': 'Data.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/s-test-Data'],
    [{ 'Fn::GetAtt': ['DoItLambdaFunction', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:s-test-doIt'],
    [{ 'Fn::GetAtt': ['DoItLambdaFunctionUrl', 'FunctionUrl'] }, 'http://doIt/'],
    [{ 'Fn::Sub': '${AWS::AccountId}/${Jobs.QueueName}/${!Literal}' }, '000000000000/jobs/${!Literal}'],
    [{ 'Fn::Sub': ['${a}-${Jobs}', { a: { Ref: 'Data' } }] }, 's-test-Data-http://queues/jobs'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Data' }]] }, 'a-s-test-Data'],
    [7, '7'],
  ])('%j', async (value, expected) => {
    const intrinsics = await stackOf(`${MINIMAL.replace('{}', '{ doIt: { handler: i.h } }')}${RESOURCES}`);
    expect(intrinsics.text(value)).toBe(expected);
  });

  test('that are not known are named', async () => {
    const intrinsics = await stackOf(`${MINIMAL}${RESOURCES}`);
    expect(() => intrinsics.resolve({ 'Fn::ImportValue': 'x' })).toThrow('does not know Fn::ImportValue');
    expect(() => intrinsics.resolve({ Ref: 'Nobody' })).toThrow('there is no resource Nobody');
    expect(() => intrinsics.resolve({ 'Fn::GetAtt': ['Jobs', 'Colour'] })).toThrow('the attribute Colour of Jobs');
    expect(() => intrinsics.text({ a: 1 })).toThrow('expected a text');
  });
});
