import type { WireCall } from './wire-call.ts';

/** The input of an operation, as far as it tells what is touched. */
export interface TableInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Row;
  readonly Item?: Row;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Row;
}
type Row = Readonly<Record<string, { readonly S?: string }>>;

/** @param hashKey the name of the table's partition key. */
export function toTableCall(input: TableInput, hashKey: string): Pick<WireCall, 'service' | 'resource' | 'index' | 'leadingKey'> {
  const { TableName, IndexName } = input;
  const leadingKey = leadingKeyOf(input, hashKey);
  return {
    service: 'dynamodb',
    ...(TableName === undefined ? {} : { resource: TableName }),
    ...(IndexName === undefined ? {} : { index: IndexName }),
    ...(leadingKey === undefined ? {} : { leadingKey }),
  };
}

/** The partition that is touched: of the key or item, or the one that a query's first equality names. */
function leadingKeyOf(
  { Key, Item, KeyConditionExpression = '', ExpressionAttributeValues }: TableInput,
  hashKey: string,
): string | undefined {
  const inRow = (Key ?? Item)?.[hashKey]?.S;
  const placeholder = /=\s*(:\w+)/.exec(KeyConditionExpression)?.[1];
  return inRow ?? (placeholder === undefined ? undefined : ExpressionAttributeValues?.[placeholder]?.S);
}
