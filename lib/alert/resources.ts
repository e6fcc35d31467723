import type { Resource } from './alert.ts';
import { MAX_LABEL_CHARS } from './alert.ts';
import { asText } from './read.ts';

/** No alert names more things than this; the rest is left out. */
export const MAX_RESOURCES = 64;

/** Under this key stands what the configuration's `resourceAliases` made of an id. No sender can use it. */
export const ALIAS_KEY = '(alias)';

const ID_NAMES: ReadonlySet<string> = new Set(
  `id instance cluster host hostname node database db server resource target endpoint database_name db_name cluster_name
   instance_name resource_name host_name node_name server_name`.split(/\s+/),
);

/** Ids of something else than the thing itself. */
const FOREIGN_ID = /(?:^|_)(?:region|rule|user|account|integration|tenant|alert|event|project)_id$/;

/** Whether a label of this name says which thing the alert is about, rather than what is wrong with it. */
export function isIdName(name: string): boolean {
  if (name.endsWith('_id')) return !FOREIGN_ID.test(name);
  return name.endsWith('Id') || name.endsWith('_instance') || name.endsWith('_cluster') || ID_NAMES.has(name);
}

/** Adds an id once. An id is never cut: half an id could be another's whole one. */
export function addResource(resources: Resource[], key: string, value: unknown): void {
  const text = typeof value === 'string' ? value : asText(value);
  if (text === undefined || text === '' || text === 'null' || text.length > MAX_LABEL_CHARS || key === ALIAS_KEY) return;
  if (resources.length >= MAX_RESOURCES || resources.some((known) => known.value === text && known.key === key)) return;
  resources.push({ key, value: text });
}

/** The ids among the fields of a record (labels, tags, dimensions), by their names. */
export function addIds(resources: Resource[], record: unknown): void {
  if (typeof record !== 'object' || record === null) return;
  for (const key in record) {
    if (isIdName(key)) addResource(resources, key, (record as Record<string, unknown>)[key]);
  }
}
