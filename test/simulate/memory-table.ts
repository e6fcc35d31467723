import type { Attribute, Expectation, Item, Key, QueryOptions, QueryPage, Table } from '../../lib/ports.ts';

/** A table in memory with the semantics of the port: single-item, atomic, conditional. Each call is one synchronous effect. */
export class MemoryTable implements Table {
  readonly items = new Map<string, Record<string, Attribute>>();

  get({ pk, sk }: Key): Promise<Item | undefined> {
    const item = this.items.get(`${pk}\n${sk}`);
    return Promise.resolve(item === undefined ? undefined : { ...item });
  }

  update(
    key: Key,
    { set = {}, remove = [] }: { set?: Item; remove?: readonly string[] },
    expected: Expectation,
  ): Promise<'written' | 'conflict'> {
    const id = `${key.pk}\n${key.sk}`;
    const item = this.items.get(id);
    if (!holds(item, expected)) return Promise.resolve('conflict');
    const next = { ...item, pk: key.pk, sk: key.sk, ...set };
    for (const name of remove) delete next[name];
    this.items.set(id, next);
    return Promise.resolve('written');
  }

  delete(key: Key, expected: Expectation): Promise<'written' | 'conflict'> {
    const id = `${key.pk}\n${key.sk}`;
    if (!holds(this.items.get(id), expected)) return Promise.resolve('conflict');
    this.items.delete(id);
    return Promise.resolve('written');
  }

  queryPartition(pk: string, options: QueryOptions = {}): Promise<QueryPage> {
    return Promise.resolve(this.#page((item) => item['pk'] === pk, 'sk', options));
  }

  queryIndex(index: 'open' | 'recent', pk: string, options: QueryOptions = {}): Promise<QueryPage> {
    return Promise.resolve(this.#page((item) => item[`${index}Pk`] === pk, `${index}Sk`, options));
  }

  #page(
    chosen: (item: Item) => boolean,
    sort: string,
    { limit = 1_000, newestFirst = false, skPrefix = '', cursor }: QueryOptions,
  ): QueryPage {
    const found = [...this.items.values()].filter((item) => chosen(item) && String(item[sort]).startsWith(skPrefix));
    found.sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1) * (newestFirst ? -1 : 1));
    const from = Number(cursor ?? 0);
    const items = found.slice(from, from + limit).map((item) => ({ ...item }));
    return from + limit < found.length ? { items, cursor: String(from + limit) } : { items };
  }
}

function holds(item: Item | undefined, expected: Expectation): boolean {
  return Object.entries(expected).every(([name, value]) => item?.[name] === value);
}
