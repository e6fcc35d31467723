import type { Expectation, Item, Key, Table, WriteResult } from '../ports.ts';

/**
 * A conditional write whose `conflict` is somebody else's. A write that took effect and whose answer was lost is repeated by the client of
 * the real table, and then its own version stands in its way: what is there already as it was to be written, was written. An equal write
 * of another worker is an equal write; whoever must be told apart (a claim, a slot) carries an id of its own.
 */
export async function writeOnce(
  table: Table,
  key: Key,
  change: { readonly set: Item; readonly remove?: readonly string[] },
  expected: Expectation,
): Promise<WriteResult> {
  if ((await table.update(key, change, expected)) === 'written') return 'written';
  const item = await table.get(key);
  const { set, remove = [] } = change;
  const isThere =
    Object.entries(set).every(([name, value]) => item?.[name] === value) && remove.every((name) => item?.[name] === undefined);
  return isThere ? 'written' : 'conflict';
}
