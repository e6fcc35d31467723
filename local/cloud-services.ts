import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudEvent } from './cloud-events.ts';
import type { CloudOptions } from './cloud-options.ts';
import type { Endpoints } from './function-variables.ts';
import { startParameters } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { functionPermissions } from './permissions.ts';
import { queueSpecs } from './queue-specs.ts';
import type { QueueSpec } from './queue-specs.ts';
import { startQueues } from './queues.ts';
import type { Queues } from './queues.ts';
import type { Intrinsics } from './stack/intrinsics.ts';
import type { Stack } from './stack/stack.ts';
import { startTables, tableSpecs } from './table.ts';
import { Teardown } from './teardown.ts';
import type { OnCall } from './wire-call.ts';

/** The AWS services that functions call. */
export interface Services {
  readonly queues: Queues;
  readonly specs: readonly QueueSpec[];
  readonly parameters: Parameters;
  readonly endpoints: Endpoints;
  /** Of the first table, which is the only one. */
  readonly tableName: string;
  readonly stop: () => Promise<void>;
}
type Options = CloudOptions & { readonly onEvent: (event: CloudEvent) => void };

/** @throws whatever kept one of them from starting, after the others were stopped. */
export async function startServices(stack: Stack, intrinsics: Intrinsics, options: Options): Promise<Services> {
  const teardown = new Teardown();
  try {
    return await startAll(stack, intrinsics, { options, teardown });
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function startAll(
  stack: Stack,
  intrinsics: Intrinsics,
  { options, teardown }: { options: Options; teardown: Teardown },
): Promise<Services> {
  const { dataDir, parameters: values = {}, onEvent } = options;
  const watch = {
    onCall: gate(functionPermissions(stack, intrinsics), onEvent),
    onFault: (fault: object) => onEvent({ kind: 'fault', ...fault } as CloudEvent),
  };
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const inData = (name: string): string | undefined => (dataDir === undefined ? undefined : join(dataDir, name));
  const specs = queueSpecs(stack, intrinsics);
  const tables = tableSpecs(stack, intrinsics);
  const queues = await startQueues({ specs, ...watch, ...optional('dataDir', inData('queues')) });
  teardown.add(() => queues.stop());
  const table = await startTables({ specs: tables, ...watch, ...optional('path', inData('table')) });
  teardown.add(() => table.stop());
  const parameters = await startParameters({
    values,
    region: stack.region,
    account: stack.account,
    ...watch,
    ...optional('file', inData('parameters.json')),
  });
  teardown.add(() => parameters.stop());
  const endpoints = { sqs: queues.endpoint, dynamodb: table.endpoint, parameters: parameters.endpoint };
  return { queues, specs, parameters, endpoints, tableName: tables[0]?.TableName ?? '', stop: () => teardown.run() };
}

/** Asks the caller's role, and tells what was asked and answered. A refusal is a fault of `serverless.yml`: its reason must be seen. */
function gate(authorize: OnCall, onEvent: Options['onEvent']): OnCall {
  return (call) => {
    const denied = authorize(call);
    onEvent({ kind: 'call', ...call, ...(denied === undefined ? {} : { denied }) });
    if (denied !== undefined) onEvent({ kind: 'fault', where: 'permissions', error: new Error(denied), atMs: call.atMs });
    return denied;
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value });
}
