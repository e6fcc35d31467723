import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { serverlessSchema } from './schema.ts';
import type { ResourceEntry, ServerlessFile } from './schema.ts';
import { LOCAL_ACCOUNT } from './stack.ts';
import type { FunctionSpec, Resource, ScheduleSpec, SourceSpec, Stack } from './stack.ts';
import { fillVariables } from './variables.ts';
import { parseTemplateYaml } from './yaml.ts';

type FunctionEntry = ServerlessFile['functions'][string];
type EventEntry = NonNullable<FunctionEntry['events']>[number];
interface Names {
  readonly service: string;
  readonly stage: string;
  readonly key: string;
}

/** The framework's own defaults where the file says nothing. */
const DEFAULT_TIMEOUT_SECONDS = 6;
const DEFAULT_MEMORY_MB = 1024;
const DEFAULT_BATCH_SIZE = 10;

export interface StackOptions {
  /** The folder of `serverless.yml`. */
  readonly root: string;
  readonly stage: string;
  /** Keys of functions: the others are left out before anything of theirs is read. */
  readonly only?: readonly string[];
  readonly file?: string;
}

/** @throws {Error} naming the path in the file for everything that the embedded cloud cannot run. */
export async function readStack(options: StackOptions): Promise<Stack> {
  const { root, stage, only, file = 'serverless.yml' } = options;
  const raw = keepOnly(parseTemplateYaml(await readFile(join(root, file), 'utf8'), file), only);
  const region = regionOf(raw);
  const sources = { root, stage, region, account: LOCAL_ACCOUNT, options: {}, environment: process.env };
  const parsed = serverlessSchema.safeParse(await fillVariables(raw, sources));
  if (!parsed.success) throw new Error(`${file} cannot be run by the embedded cloud:\n${z.prettifyError(parsed.error)}`);
  return toStack(parsed.data, { stage, region });
}

function keepOnly(raw: unknown, only: readonly string[] | undefined): unknown {
  if (only === undefined) return raw;
  const file = raw as { functions?: Record<string, unknown> };
  const missing = only.filter((key) => file.functions?.[key] === undefined);
  if (missing.length > 0) throw new Error(`serverless.yml has no function ${missing.join(', ')}`);
  return { ...file, functions: Object.fromEntries(only.map((key) => [key, file.functions?.[key]])) };
}

/** The region must be known before the variables are filled; one that is itself a variable becomes the default. */
function regionOf(raw: unknown): string {
  const region = (raw as { provider?: { region?: unknown } } | null)?.provider?.region;
  return typeof region === 'string' && !region.includes('${') ? region : 'us-east-1';
}

function toStack(file: ServerlessFile, { stage, region }: { stage: string; region: string }): Stack {
  const functions = Object.entries(file.functions).map(([key, entry]) => toFunction(file, entry, { service: file.service, stage, key }));
  return { service: file.service, stage, region, account: LOCAL_ACCOUNT, functions, resources: toResources(file) };
}

function toResources({ resources }: ServerlessFile): Record<string, Resource> {
  const sections = Array.isArray(resources) ? resources : [resources ?? {}];
  const entries = sections.flatMap((section) => Object.entries(section.Resources ?? {}));
  return Object.fromEntries(
    entries.map(([id, entry]: [string, ResourceEntry]) => [id, { type: entry.Type, properties: entry.Properties ?? {} }]),
  );
}

function toFunction(file: ServerlessFile, entry: FunctionEntry, names: Names): FunctionSpec {
  const events = entry.events ?? [];
  const { provider } = file;
  return {
    key: names.key,
    name: entry.name ?? `${names.service}-${names.stage}-${names.key}`,
    handler: entry.handler,
    timeoutMs: (entry.timeout ?? provider.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    memoryMb: entry.memorySize ?? provider.memorySize ?? DEFAULT_MEMORY_MB,
    ...(entry.reservedConcurrency === undefined ? {} : { reservedConcurrency: entry.reservedConcurrency }),
    retriesMax: entry.maximumRetryAttempts ?? 2,
    url: entry.url !== undefined && entry.url !== false,
    routes: events.flatMap((event) => ('httpApi' in event ? [event.httpApi.route] : [])),
    environment: { ...provider.environment, ...entry.environment },
    statements: entry.iamRoleStatements ?? [],
    sources: events.flatMap(toSource),
    schedules: events.flatMap((event, index) => toSchedules(event, `${names.service}-${names.stage}-${names.key}-${String(index)}`)),
  };
}

function toSource(event: EventEntry): SourceSpec[] {
  if (!('sqs' in event)) return [];
  const { arn, batchSize, maximumBatchingWindow, maximumConcurrency, functionResponseType, enabled } = { ...noSqsOptions, ...event.sqs };
  if (enabled === false) return [];
  return [
    {
      arn,
      batchSize: batchSize ?? DEFAULT_BATCH_SIZE,
      windowMs: (maximumBatchingWindow ?? 0) * 1000,
      ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
      reportsItemFailures: functionResponseType !== undefined,
    },
  ];
}
const noSqsOptions: {
  batchSize?: number;
  maximumBatchingWindow?: number;
  maximumConcurrency?: number;
  functionResponseType?: string;
  enabled?: boolean;
} = {};

function toSchedules(event: EventEntry, generatedName: string): ScheduleSpec[] {
  if (!('schedule' in event)) return [];
  const { rate, name, enabled, method, timezone, input } = { ...noScheduleOptions, ...event.schedule };
  return [rate].flat().map((expression, index) => ({
    name: `${name ?? generatedName}${index === 0 ? '' : `-${String(index)}`}`,
    expression,
    zone: timezone ?? 'UTC',
    enabled: enabled ?? true,
    via: method === 'scheduler' ? 'scheduler' : 'rule',
    ...(input === undefined ? {} : { input }),
  }));
}
const noScheduleOptions: { name?: string; enabled?: boolean; method?: string; timezone?: string; input?: unknown } = {};
