import { describe, expect, test } from 'vitest';
import { eventually, fixtureCloud } from './fixture-cloud.ts';
import type { Watched } from './fixture-cloud.ts';

const payloadOf = ({ payload }: { payload: string }): unknown => JSON.parse(payload);
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('a function', () => {
  test('gets Lambda’s context and an environment without anything of the host’s', async () => {
    process.env['HOST_SECRET'] = 'not for functions';
    const { cloud } = await fixtureCloud(['worker'], { environment: { EXTRA: 'yes' } });
    const outcome = await cloud.invoke('worker', { remaining: true, env: true });
    const { context, env, result } = payloadOf(outcome) as { context: object; env: Record<string, string>; result: number };
    expect(context).toMatchObject({
      functionName: 'sample-local-worker',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:sample-local-worker',
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(result).toBeGreaterThan(0);
    expect(result).toBeLessThanOrEqual(1000);
    expect(env).not.toHaveProperty('HOST_SECRET');
    expect(env).toMatchObject({
      STAGE: 'local',
      TABLE: 'sample-local',
      JOBS_URL: cloud.queueUrl('jobs'),
      JOBS_DLQ_URL: cloud.queueUrl('jobs-dlq'),
      JOBS_ARN: 'arn:aws:sqs:us-east-1:000000000000:sample-local-jobs',
      TEXT: 'us-east-1/sample-local-jobs/alpha-beta',
      EXTRA: 'yes',
      AWS_ACCESS_KEY_ID: 'LOCALWORKER',
      AWS_ENDPOINT_URL_DYNAMODB: cloud.dynamodbEndpoint,
    });
    expect(env).toMatchObject(cloud.environmentOf('worker'));
  });

  test('is kept warm from one invocation to the next', async () => {
    const watched = await fixtureCloud(['worker']);
    await watched.cloud.invoke('worker', {});
    await watched.cloud.invoke('worker', {});
    const [first, second] = watched.invocations('worker');
    expect([first?.invocations, second?.invocations]).toEqual([1, 2]);
    expect(second?.pid).toBe(first?.pid);
    expect(reports(watched).map(({ initMs }) => initMs !== undefined)).toEqual([true, false]);
  });

  test('gets an environment of its own for each invocation at the same time', async () => {
    const watched = await fixtureCloud(['worker']);
    await Promise.all([watched.cloud.invoke('worker', { sleepMs: 300 }), watched.cloud.invoke('worker', { sleepMs: 300 })]);
    expect(new Set(watched.invocations('worker').map(({ pid }) => pid)).size).toBe(2);
  });

  test.each([
    ['waits for ever', { hang: true }],
    ['never gives the processor back', { spin: true }],
  ])('that %s is killed at its time-out, and the next invocation starts anew', async (_what, payload) => {
    const watched = await fixtureCloud(['worker']);
    const outcome = await watched.cloud.invoke('worker', payload);
    expect(outcome).toMatchObject({ kind: 'error', how: 'timeout' });
    expect(payloadOf(outcome)).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1.00 seconds$/),
    });
    expect(isGone(watched.invocations('worker')[0]?.pid ?? 0)).toBe(true);
    expect(await watched.cloud.invoke('worker', {})).toMatchObject({ kind: 'ok' });
    expect(watched.invocations('worker')[1]?.invocations).toBe(1);
  });

  test('that ends its process fails the invocation, and the next one starts anew', async () => {
    const watched = await fixtureCloud(['worker']);
    const outcome = await watched.cloud.invoke('worker', { exit: 3 });
    expect(outcome).toMatchObject({ kind: 'error', how: 'crash' });
    expect(payloadOf(outcome)).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited with error: exit status 3'),
    });
    expect(await watched.cloud.invoke('worker', {})).toMatchObject({ kind: 'ok' });
  });

  test('that throws answers the error and stays warm', async () => {
    const watched = await fixtureCloud(['worker']);
    const outcome = await watched.cloud.invoke('worker', { throw: true });
    expect(outcome).toMatchObject({ kind: 'error', how: 'handler' });
    expect(payloadOf(outcome)).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'as told',
      trace: expect.arrayContaining(['RangeError: as told']),
    });
    await watched.cloud.invoke('worker', {});
    expect(watched.invocations('worker')[1]?.invocations).toBe(2);
  });

  test('that leaves a rejection unhandled fails and is not used again', async () => {
    const watched = await fixtureCloud(['worker']);
    const outcome = await watched.cloud.invoke('worker', { reject: true });
    expect(payloadOf(outcome)).toMatchObject({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'nobody waits' });
    expect(await watched.cloud.invoke('worker', {})).toMatchObject({ kind: 'ok' });
    expect(watched.invocations('worker')[1]?.invocations).toBe(1);
  });

  test('is killed on demand, busy or idle', async () => {
    const watched = await fixtureCloud(['worker']);
    const running = watched.cloud.invoke('worker', { sleepMs: 900 });
    await eventually('it to run', () => watched.invocations('worker').length === 1);
    expect(await watched.cloud.killEnvironments('worker')).toBe(1);
    expect(payloadOf(await running)).toMatchObject({ errorMessage: expect.stringContaining('signal: killed') });
    await watched.cloud.invoke('worker', {});
    expect(await watched.cloud.killEnvironments()).toBe(1);
    expect(watched.cloud.processIds()).toEqual([]);
    expect(await watched.cloud.invoke('worker', {})).toMatchObject({ kind: 'ok' });
  });

  test('over its reserved concurrency is throttled', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const event = { headers: { 'x-answer': 'slow' } };
    const outcomes = await Promise.all([1, 2, 3].map(() => cloud.invoke('web', event)));
    expect(outcomes.map((outcome) => (outcome.kind === 'ok' ? 'ok' : outcome.how)).toSorted()).toEqual(['ok', 'ok', 'throttled']);
  });

  test('has its lines delivered with the id of their invocation before the invocation ends', async () => {
    const watched = await fixtureCloud(['worker']);
    const outcome = await watched.cloud.invoke('worker', {});
    const { context } = payloadOf(outcome) as { context: { awsRequestId: string } };
    expect(watched.logs).toHaveLength(2);
    expect(watched.logs.every(({ requestId, function: key }) => requestId === context.awsRequestId && key === 'worker')).toBe(true);
  });

  test('leaves no process behind when the cloud stops', async () => {
    const watched = await fixtureCloud(['worker', 'careless']);
    await Promise.all([watched.cloud.invoke('worker', {}), watched.cloud.invoke('careless', {})]);
    const pids = watched.cloud.processIds();
    expect(pids).toHaveLength(2);
    await watched.cloud.stop();
    expect(pids.every(isGone)).toBe(true);
  });

  test('is invoked over the wire, as the command line does it', async () => {
    const { cloud } = await fixtureCloud(['worker']);
    const url = `${cloud.lambdaEndpoint}/2015-03-31/functions/sample-local-worker/invocations`;
    const fine = await fetch(url, { method: 'POST', body: '{"n":1}' });
    expect([fine.status, await fine.json()]).toEqual([200, expect.objectContaining({ echo: { n: 1 } })]);
    const failed = await fetch(url, { method: 'POST', body: '{"throw":true}' });
    expect([failed.status, failed.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect((await fetch(url.replace('sample', 'other'), { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

function reports({ events }: Watched): { initMs?: number }[] {
  return events.flatMap((event) => (event.kind === 'invocation' ? [event] : []));
}
