import { createRequire } from 'node:module';

/**
 * dynalite 4.0.0 without its HTTP server: that one throws from a callback, and so ends the host, whenever a client breaks off in the middle of a
 * request (a function that was killed does) or the store fails (a full disk does). The operations, validations and store are dynalite's own.
 */
export interface TableEngine {
  /** Runs one operation. @throws {OperationError} as AWS would refuse it; any other error is a failure of the store. */
  run(operation: string, input: unknown): Promise<unknown>;
  /** Writes the indexes of every table anew from its items. */
  rebuildIndexes(tableName: string): Promise<void>;
  close(): Promise<void>;
}
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

type Callback<T = unknown> = (error: unknown, value: T) => void;
interface SubStore {
  put(key: string, value: unknown, callback: Callback): void;
  del(key: string, callback: Callback): void;
  createKeyStream(options: object): AsyncIterable<string>;
  createValueStream(options: object): AsyncIterable<unknown>;
}
interface EngineStore {
  getTable(name: string, callback: Callback<TableDescription>): void;
  getItemDb(name: string): SubStore;
  getIndexDb(kind: string, table: string, index: string): SubStore;
  readonly db: { open(): Promise<void> };
  readonly lifecycleManager: { gracefulClose(callback: Callback): void };
}
interface TableDescription {
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
}
interface IndexActions {
  readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[];
}
interface DynaliteStore {
  create(options: { path?: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }): EngineStore;
  getIndexActions(indexes: unknown, existing: undefined, item: unknown, table: TableDescription): IndexActions;
}
interface Validations {
  readonly checkTypes: (input: unknown, types: unknown) => unknown;
  readonly checkValidations: (input: unknown, types: unknown, custom: unknown, store: EngineStore) => void;
}

const load = createRequire(import.meta.url);
const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'UpdateTable',
];

export async function openTableEngine(path: string | undefined): Promise<TableEngine> {
  const dynalite = load('dynalite/db') as DynaliteStore;
  const store = dynalite.create({ ...(path === undefined ? {} : { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await store.db.open();
  return {
    run: (operation, input) => run(store, operation, input),
    rebuildIndexes: (tableName) => rebuildIndexes(dynalite, store, tableName),
    close: async () => {
      await promised((callback) => store.lifecycleManager.gracefulClose(callback));
    },
  };
}

async function run(store: EngineStore, operation: string, input: unknown): Promise<unknown> {
  if (!OPERATIONS.includes(operation)) throw new OperationError(400, { __type: 'com.amazon.coral.service#UnknownOperationException' });
  const file = operation.charAt(0).toLowerCase() + operation.slice(1);
  const { checkTypes, checkValidations } = load('dynalite/validations') as Validations;
  const { types, custom } = load(`dynalite/validations/${file}`) as { types: unknown; custom: unknown };
  const action = load(`dynalite/actions/${file}`) as (store: EngineStore, input: unknown, callback: Callback) => void;
  try {
    const checked = checkTypes(input, types);
    checkValidations(checked, types, custom, store);
    return await promised((callback) => action(store, checked, callback));
  } catch (error) {
    throw isRefusal(error) ? new OperationError(error.statusCode, error.body) : error;
  }
}

function isRefusal(error: unknown): error is { statusCode: number; body: unknown } {
  return typeof error === 'object' && error !== null && 'statusCode' in error && 'body' in error;
}

function promised<T>(work: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    work((error, value) => {
      // An `OperationError` is made of what is not an Error: dynalite refuses with plain objects.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      if (error === null || error === undefined) resolve(value);
      else reject(error);
    });
  });
}

/** dynalite writes an index before its item, each on its own: a host killed between the two leaves an index that lies. */
async function rebuildIndexes(dynalite: DynaliteStore, store: EngineStore, tableName: string): Promise<void> {
  const table = await promised<TableDescription>((callback) => store.getTable(tableName, callback));
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const byName = new Map(indexes.map(({ IndexName }) => [IndexName, store.getIndexDb('global', tableName, IndexName)]));
  for (const index of byName.values()) {
    for await (const key of index.createKeyStream({})) await promised((callback) => index.del(key, callback));
  }
  for await (const item of store.getItemDb(tableName).createValueStream({})) {
    const { puts } = dynalite.getIndexActions(indexes, undefined, item, table);
    for (const { index, key, item: entry } of puts) await promised((callback) => byName.get(index)?.put(key, entry, callback));
  }
}
