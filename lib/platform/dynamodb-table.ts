import type { AttributeValue, DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { DeleteItemCommand, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  StoreUnavailableError,
  type Attribute,
  type Expectation,
  type Item,
  type Key,
  type QueryOptions,
  type QueryPage,
  type Table,
} from '../ports.ts';

type Row = Record<string, AttributeValue>;

/** The table port on DynamoDB: single-item conditional writes, consistent reads. `conflict` is a failed condition and nothing else. */
export function createDynamoTable(client: DynamoDBClient, tableName: string): Table {
  return {
    get: async (key) => {
      const { Item: row } = await available(() =>
        client.send(new GetItemCommand({ TableName: tableName, Key: keyRow(key), ConsistentRead: true })),
      );
      return row === undefined ? undefined : itemOf(row);
    },
    update: (key, change, expected) =>
      conditional(() => client.send(new UpdateItemCommand({ TableName: tableName, ...updateOf(key, change, expected) }))),
    delete: (key, expected) => {
      const condition = conditionOf(expected);
      return conditional(() => client.send(new DeleteItemCommand({ TableName: tableName, Key: keyRow(key), ...condition })));
    },
    queryPartition: (pk, options = {}) => query(client, { tableName, partition: 'pk', sort: 'sk', pk, options }),
    queryIndex: (index, pk, options = {}) => query(client, { tableName, index, partition: `${index}Pk`, sort: `${index}Sk`, pk, options }),
  };
}

async function conditional(send: () => Promise<unknown>): Promise<'written' | 'conflict'> {
  try {
    await send();
    return 'written';
  } catch (error) {
    if (isConflict(error) && attemptsOf(error) === 1) return 'conflict';
    throw unavailable(error);
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/**
 * How often the SDK sent it. A write that took effect and whose answer was lost is sent again by the SDK, and then its own effect stands
 * in its way: after a repetition a failed condition says nothing about whose write it was.
 */
function attemptsOf(error: unknown): number {
  const { attempts = 1 } = (error as { readonly $metadata?: { readonly attempts?: number } }).$metadata ?? {};
  return attempts;
}

async function available<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw unavailable(error);
  }
}

/** After a time-out a write may have taken place: the caller reads again before it concludes anything. */
function unavailable(error: unknown): StoreUnavailableError {
  const name = error instanceof Error ? error.name : 'unknown';
  return new StoreUnavailableError(`the table did not answer: ${name}`, { cause: error });
}

function keyRow({ pk, sk }: Key): Row {
  return { pk: { S: pk }, sk: { S: sk } };
}

function valueOf(value: Attribute): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { BOOL: value };
}

function itemOf(row: Row): Item {
  const item: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value.S !== undefined) item[name] = value.S;
    else if (value.N !== undefined) item[name] = Number(value.N);
    else if (value.BOOL !== undefined) item[name] = value.BOOL;
  }
  return item;
}

/** Names and values of one expression, gathered as it is written. */
class Names {
  readonly names: Record<string, string> = {};
  readonly values: Row = {};
  name(attribute: string): string {
    const alias = `#a${Object.keys(this.names).length}`;
    this.names[alias] = attribute;
    return alias;
  }
  value(value: Attribute): string {
    const alias = `:v${Object.keys(this.values).length}`;
    this.values[alias] = valueOf(value);
    return alias;
  }
}

function updateOf(
  key: Key,
  { set = {}, remove = [] }: Parameters<Table['update']>[1],
  expected: Expectation,
): Omit<UpdateItemCommandInput, 'TableName'> {
  const names = new Names();
  const sets = Object.entries(set).map(([attribute, value]) => `${names.name(attribute)} = ${names.value(value)}`);
  const removes = remove.map((attribute) => names.name(attribute));
  const clauses = [sets.length > 0 ? `SET ${sets.join(', ')}` : '', removes.length > 0 ? `REMOVE ${removes.join(', ')}` : ''];
  return { Key: keyRow(key), UpdateExpression: clauses.join(' ').trim(), ...conditionOf(expected, names) };
}

function conditionOf(
  expected: Expectation,
  names = new Names(),
): Pick<UpdateItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  const terms = Object.entries(expected).map(([attribute, value]) =>
    value === undefined ? `attribute_not_exists(${names.name(attribute)})` : `${names.name(attribute)} = ${names.value(value)}`,
  );
  return {
    ...(terms.length === 0 ? {} : { ConditionExpression: terms.join(' AND ') }),
    ...(Object.keys(names.names).length === 0 ? {} : { ExpressionAttributeNames: names.names }),
    ...(Object.keys(names.values).length === 0 ? {} : { ExpressionAttributeValues: names.values }),
  };
}

interface Query {
  readonly tableName: string;
  readonly index?: string;
  readonly partition: string;
  readonly sort: string;
  readonly pk: string;
  readonly options: QueryOptions;
}

async function query(client: DynamoDBClient, { tableName, index, partition, sort, pk, options }: Query): Promise<QueryPage> {
  const { limit, newestFirst = false, skPrefix, cursor } = options;
  const prefixed = skPrefix === undefined ? '' : ' AND begins_with(#s, :s)';
  const command = new QueryCommand({
    TableName: tableName,
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    KeyConditionExpression: `#p = :p${prefixed}`,
    ExpressionAttributeNames: { '#p': partition, ...(skPrefix === undefined ? {} : { '#s': sort }) },
    ExpressionAttributeValues: { ':p': { S: pk }, ...(skPrefix === undefined ? {} : { ':s': { S: skPrefix } }) },
    ScanIndexForward: !newestFirst,
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(cursor === undefined ? {} : { ExclusiveStartKey: JSON.parse(cursor) as Row }),
  });
  const { Items: rows = [], LastEvaluatedKey: next } = await available(() => client.send(command));
  return { items: rows.map(itemOf), ...(next === undefined ? {} : { cursor: JSON.stringify(next) }) };
}
