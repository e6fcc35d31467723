import type { Attribute, Expectation, Item, Key, QueryOptions, QueryPage, Table } from '../../lib/ports.ts';

/**
 * A table in memory with the semantics of the port: single-item, atomic, conditional. Each call is one synchronous effect. An item never
 * changes, a write puts another in its place: so readers get the item itself.
 */
export class MemoryTable implements Table {
  readonly items = new Map<string, Record<string, Attribute>>();
  /** Told of every write that took place, at once. `after` is absent for a deletion. */
  onWrite: (key: Key, before: Item | undefined, after: Item | undefined) => void = () => {};
  /** Told of every write that did not, because the item was another by then. */
  onConflict: () => void = () => {};

  get({ pk, sk }: Key): Promise<Item | undefined> {
    return Promise.resolve(this.items.get(`${pk}\n${sk}`));
  }

  update(
    key: Key,
    { set = {}, remove = [] }: { set?: Item; remove?: readonly string[] },
    expected: Expectation,
  ): Promise<'written' | 'conflict'> {
    const id = `${key.pk}\n${key.sk}`;
    const item = this.items.get(id);
    if (!holds(item, expected)) return this.#conflict();
    const next: Record<string, Attribute> = { ...item, pk: key.pk, sk: key.sk, ...set };
    for (const name of remove) if (next[name] !== undefined) delete next[name];
    this.items.set(id, next);
    this.onWrite(key, item, next);
    return Promise.resolve('written');
  }

  delete(key: Key, expected: Expectation): Promise<'written' | 'conflict'> {
    const id = `${key.pk}\n${key.sk}`;
    const item = this.items.get(id);
    if (!holds(item, expected)) return this.#conflict();
    this.items.delete(id);
    this.onWrite(key, item, undefined);
    return Promise.resolve('written');
  }

  #conflict(): Promise<'conflict'> {
    this.onConflict();
    return Promise.resolve('conflict');
  }

  queryPartition(pk: string, options: QueryOptions = {}): Promise<QueryPage> {
    return Promise.resolve(this.#page((item) => item['pk'] === pk, 'sk', options));
  }

  queryIndex(index: 'open' | 'recent', pk: string, options: QueryOptions = {}): Promise<QueryPage> {
    const { partition, sort } = INDEXES[index];
    return Promise.resolve(this.#page((item) => item[partition] === pk, sort, options));
  }

  #page(
    chosen: (item: Item) => boolean,
    sort: string,
    { limit = 1_000, newestFirst = false, skPrefix = '', cursor }: QueryOptions,
  ): QueryPage {
    const found: Item[] = [];
    for (const item of this.items.values()) if (chosen(item) && String(item[sort]).startsWith(skPrefix)) found.push(item);
    if (found.length > 1) found.sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1) * (newestFirst ? -1 : 1));
    const from = Number(cursor ?? 0);
    const items = found.slice(from, from + limit);
    return from + limit < found.length ? { items, cursor: String(from + limit) } : { items };
  }
}

const INDEXES = { open: { partition: 'openPk', sort: 'openSk' }, recent: { partition: 'recentPk', sort: 'recentSk' } } as const;

function holds(item: Item | undefined, expected: Expectation): boolean {
  for (const name in expected) if (item?.[name] !== expected[name]) return false;
  return true;
}
