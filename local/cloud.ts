import type { CloudEvent } from './cloud-events.ts';
import { startFronts } from './cloud-fronts.ts';
import { CloudFunctions } from './cloud-functions.ts';
import type { Cloud, CloudOptions } from './cloud-options.ts';
import { startServices } from './cloud-services.ts';
import { startSources } from './cloud-sources.ts';
import { announceCloud, facade } from './cloud-facade.ts';
import type { Parts } from './cloud-facade.ts';
import type { EventSource } from './event-source.ts';
import { unpackFunctions } from './function-code.ts';
import { lockDataFolder } from './host-lock.ts';
import { startInvokeApi } from './lambda/invoke-api.ts';
import { failure } from './lambda/outcome.ts';
import type { Outcome } from './lambda/outcome.ts';
import { startScheduler } from './scheduler.ts';
import type { ScheduledTarget } from './scheduler.ts';
import { Intrinsics } from './stack/intrinsics.ts';
import { readStack } from './stack/read-stack.ts';
import { Teardown } from './teardown.ts';
import type { OnFault } from './wire-call.ts';

export type { Cloud, CloudOptions } from './cloud-options.ts';
export type { CloudEvent, LogEntry } from './cloud-events.ts';

/** How long running invocations may take to end when the cloud stops. */
const STOP_GRACE_MS = 3000;

/**
 * Starts everything that `serverless.yml` describes, in this process and on 127.0.0.1 alone: queues, table, parameters, functions with their
 * event sources, URLs and schedules.
 *
 * @throws {DataFolderInUseError} when another process has the data folder. @throws {Error} for whatever of the file cannot be run here.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const teardown = new Teardown();
  try {
    return await start(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function start(given: CloudOptions, teardown: Teardown): Promise<Cloud> {
  const options = { ...given, onEvent: given.onEvent ?? faultsToStandardError };
  if (options.dataDir !== undefined) {
    const lock = await lockDataFolder(options.dataDir);
    teardown.add(() => lock.release());
  }
  const stack = await readStack({ root: options.root, stage: options.stage ?? 'local', ...(options.only && { only: options.only }) });
  const places = { queueUrl: (name: string) => services.queues.url(name), functionUrl: (key: string) => fronts.urls[key] ?? '' };
  const intrinsics = new Intrinsics(stack, places);
  const building = unpackFunctions({ ...options, keys: stack.functions.map(({ key }) => key) });
  // Awaited further down; until then a failure must not end the process.
  building.catch(() => {});
  teardown.add(async () => (await building.catch(() => undefined))?.remove());
  const services = await startServices(stack, intrinsics, options);
  teardown.add(services.stop);
  let functions: CloudFunctions | undefined;
  const invoke = async (key: string, payload: string): Promise<Outcome> =>
    functions?.invoke(key, payload) ?? failure('throttled', 'TooManyRequestsException', 'starting');
  const fronts = await startFronts({
    stack,
    port: options.port ?? 0,
    bodyTimeoutMs: options.bodyTimeoutMs,
    invoke,
    onEvent: options.onEvent,
  });
  teardown.add(fronts.stop);
  const code = await building;
  const context = { intrinsics, endpoints: services.endpoints, region: stack.region, codeDir: code.dir, extra: options.environment ?? {} };
  functions = new CloudFunctions(stack.functions, context, options);
  return run({ options, stack, intrinsics, services, fronts, functions }, teardown);
}

/** Everything listens: now work may flow. */
async function run(parts: Parts, teardown: Teardown): Promise<Cloud> {
  const { options, stack, intrinsics, services, functions } = parts;
  const invoke = (key: string, payload: string): Promise<Outcome> => functions.invoke(key, payload);
  const api = await startInvokeApi((name, payload) => (functions.has(name) ? functions.invoke(name, payload) : undefined));
  teardown.add(api.stop);
  if (options.releaseInFlight === true) services.queues.releaseInFlight();
  const { duplicateEverything = false, visibilityScale = 1, onEvent } = options;
  const sources = startSources({ stack, intrinsics, ...services, duplicateEverything, visibilityScale, invoke, onEvent });
  teardown.add(() => stopWork(sources, functions));
  const { region, account } = stack;
  const onFault: OnFault = (fault) => onEvent({ kind: 'fault', ...fault });
  const scheduler = startScheduler({
    region,
    account,
    onFault,
    schedules: scheduledTargets(parts),
    ...(options.timers && { timers: options.timers }),
  });
  teardown.add(() => scheduler.stop());
  const cloud = facade(parts, { lambdaEndpoint: api.endpoint, scheduler, teardown });
  await announceCloud(cloud, parts, teardown);
  return cloud;
}

async function stopWork(sources: EventSource, functions: CloudFunctions): Promise<void> {
  const stopped = sources.stop();
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([stopped, new Promise((ended) => (timer = setTimeout(ended, STOP_GRACE_MS)))]);
  clearTimeout(timer);
  await functions.stop();
  await stopped;
}

function scheduledTargets({ stack, functions, options }: Parts): ScheduledTarget[] {
  return stack.functions.flatMap(({ key, retriesMax, schedules }) =>
    schedules.map((schedule) => ({
      ...schedule,
      retriesMax,
      invoke: (payload: string) => {
        options.onEvent({ kind: 'scheduled', schedule: schedule.name, function: key, atMs: Date.now() });
        return functions.invoke(key, payload);
      },
    })),
  );
}

function faultsToStandardError(event: CloudEvent): void {
  if (event.kind === 'fault') console.error(`embedded cloud: ${event.where}: ${event.error.message}`);
}
