import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { listenLocally, readBody } from './http-server.ts';
import type { Intrinsics } from './stack/intrinsics.ts';
import type { Stack } from './stack/stack.ts';
import { toTableCall } from './table-call.ts';
import type { TableInput } from './table-call.ts';
import { openTableEngine, OperationError } from './table-engine.ts';
import type { TableEngine } from './table-engine.ts';
import { asError, callerOf, operationOf } from './wire-call.ts';
import type { OnCall, OnFault } from './wire-call.ts';

/** A table as `serverless.yml` declares it: the input of CreateTable. */
export interface TableSpec {
  readonly TableName: string;
  readonly KeySchema?: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly [property: string]: unknown;
}
export interface TablesOptions {
  readonly specs: readonly TableSpec[];
  /** Makes the tables durable (LevelDB); absent: in memory. */
  readonly path?: string;
  readonly port?: number;
  readonly onCall?: OnCall;
  readonly onFault?: OnFault;
}
export interface Tables {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** What CreateTable takes of a table's properties. The rest (recovery, TTL, encryption, tags) has no local meaning: expiry is compared in code. */
const CREATE_TABLE = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
];
/** DynamoDB's own limit of a request. */
const REQUEST_BYTES_MAX = 16 * 1024 * 1024;

export function tableSpecs(stack: Stack, intrinsics: Intrinsics): TableSpec[] {
  return Object.entries(stack.resources)
    .filter(([, { type }]) => type === 'AWS::DynamoDB::Table')
    .map(([logicalId, { properties }]) => {
      const resolved = intrinsics.resolve(properties) as Record<string, unknown>;
      const kept = CREATE_TABLE.filter((name) => name in resolved).map((name) => [name, resolved[name]]);
      return { TableName: intrinsics.nameOf(logicalId), ...Object.fromEntries(kept) };
    });
}

/** Starts DynamoDB's wire protocol on 127.0.0.1 with every table of `serverless.yml`. */
export async function startTables(options: TablesOptions): Promise<Tables> {
  const { specs, path, port = 0, onCall = ignore, onFault = ignore } = options;
  const engine = await openTableEngine(path);
  for (const spec of specs) await ensureTable(engine, spec);
  const server = await listenLocally((request, response) => void answer(engine, { request, response, specs, onCall, onFault }), { port });
  return {
    endpoint: server.endpoint,
    stop: async () => {
      await server.stop();
      await engine.close();
    },
  };
}
function ignore(): undefined {}

async function ensureTable(engine: TableEngine, spec: TableSpec): Promise<void> {
  const { TableName } = spec;
  const { TableNames } = (await engine.run('ListTables', {})) as { TableNames: string[] };
  if (TableNames.includes(TableName)) return engine.rebuildIndexes(TableName);
  await engine.run('CreateTable', spec);
  while ((await statusOf(engine, TableName)) !== 'ACTIVE') await new Promise(setImmediate);
}
async function statusOf(engine: TableEngine, TableName: string): Promise<string> {
  const { Table } = (await engine.run('DescribeTable', { TableName })) as { Table: { TableStatus: string } };
  return Table.TableStatus;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly specs: readonly TableSpec[];
  readonly onCall: OnCall;
  readonly onFault: OnFault;
}

async function answer(engine: TableEngine, { request, response, specs, onCall, onFault }: Exchange): Promise<void> {
  try {
    const input = JSON.parse((await readBody(request, REQUEST_BYTES_MAX)).toString()) as TableInput;
    const operation = operationOf(request.headers['x-amz-target']);
    const caller = callerOf(request.headers.authorization);
    const denied = onCall({ ...toTableCall(input, hashKeyOf(specs, input.TableName)), operation, caller, atMs: Date.now() });
    if (denied !== undefined) throw new OperationError(400, { __type: 'com.amazon.coral.service#AccessDeniedException', message: denied });
    send(response, 200, await engine.run(operation, input));
  } catch (error) {
    sendError(response, error, request.complete ? onFault : ignore);
  }
}

function hashKeyOf(specs: readonly TableSpec[], tableName: string | undefined): string {
  const schema = specs.find(({ TableName }) => TableName === tableName)?.KeySchema;
  return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}

function sendError(response: ServerResponse, error: unknown, onFault: OnFault): void {
  if (error instanceof OperationError) return send(response, error.status, error.body);
  if (error instanceof SyntaxError) return send(response, 400, { __type: 'com.amazon.coral.service#SerializationException' });
  onFault({ where: 'table', error: asError(error), atMs: Date.now() });
  return send(response, 500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: asError(error).message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amz-crc32': crc32(text),
    'x-amzn-requestid': crypto.randomUUID(),
  });
  response.end(text);
}
