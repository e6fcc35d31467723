import { join, resolve } from 'node:path';
import type { CloudEvent } from './cloud-events.ts';
import type { Fronts } from './cloud-fronts.ts';
import type { CloudFunctions } from './cloud-functions.ts';
import type { Cloud, CloudOptions } from './cloud-options.ts';
import type { Services } from './cloud-services.ts';
import { announce, withdraw } from './discovery.ts';
import type { Scheduler } from './scheduler.ts';
import type { Intrinsics } from './stack/intrinsics.ts';
import type { Stack } from './stack/stack.ts';
import type { Teardown } from './teardown.ts';

/** All that runs. */
export interface Parts {
  readonly options: CloudOptions & { readonly onEvent: (event: CloudEvent) => void };
  readonly stack: Stack;
  readonly intrinsics: Intrinsics;
  readonly services: Services;
  readonly fronts: Fronts;
  readonly functions: CloudFunctions;
}

/** What tests, the command line and `npm start` see of a running cloud. */
export function facade(
  { stack, services, fronts, functions }: Parts,
  extra: { lambdaEndpoint: string; scheduler: Scheduler; teardown: Teardown },
): Cloud {
  const { queues, endpoints, parameters } = services;
  const { scheduler, lambdaEndpoint, teardown } = extra;
  return {
    webhookUrl: fronts.urls['webhook'] ?? Object.values(fronts.urls)[0] ?? '',
    urls: fronts.urls,
    sqsEndpoint: endpoints.sqs,
    dynamodbEndpoint: endpoints.dynamodb,
    ssmEndpoint: endpoints.parameters,
    lambdaEndpoint,
    tableName: services.tableName,
    region: stack.region,
    schedules: scheduler.names,
    queueUrl: (name) => queues.url(name),
    environmentOf: (key) => functions.variables(key),
    invoke: async (key, payload) => functions.invoke(key, JSON.stringify(payload)),
    runSchedule: (name) => scheduler.runNow(name),
    killEnvironments: (key) => functions.kill(key),
    processIds: (key) => functions.processIds(key),
    peek: (queue) => queues.peek(queue),
    deadLetters: (queue) => queues.deadLetters(queue),
    redrive: (queue) => queues.redrive(queue),
    send: (queue, body) => queues.send(queue, body),
    putParameter: (reference, value) => parameters.put(reference, value),
    stop: () => teardown.run(),
  };
}

/** Tells the command line where the cloud is, until it stops. */
export async function announceCloud(cloud: Cloud, { options, stack, services }: Parts, teardown: Teardown): Promise<void> {
  const file = options.discoveryFile ?? (options.dataDir === undefined ? undefined : join(options.dataDir, 'cloud.json'));
  if (file === undefined) return;
  const { webhookUrl, sqsEndpoint, dynamodbEndpoint, ssmEndpoint, lambdaEndpoint, tableName, region } = cloud;
  teardown.add(() => withdraw(resolve(file)));
  await announce(resolve(file), {
    pid: process.pid,
    startedAtMs: Date.now(),
    stage: stack.stage,
    region,
    webhookUrl,
    sqsEndpoint,
    dynamodbEndpoint,
    ssmEndpoint,
    lambdaEndpoint,
    tableName,
    queues: Object.fromEntries(services.specs.map(({ name }) => [name, cloud.queueUrl(name)])),
    functions: Object.fromEntries(stack.functions.map(({ key, name }) => [key, name])),
  });
}
