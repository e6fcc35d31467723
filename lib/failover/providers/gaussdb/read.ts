import { readError } from './errors.ts';
import { list, object, type Json } from './json.ts';
import type { Reply } from './wire.ts';

/** What a read gave: a value, or why there is none. Never a guess. */
export type Read<T> = { readonly known: T } | { readonly unread: string };

/** The value, if it was read and there is one. */
export function found<T>(read: Read<T | 'none'>): T | undefined {
  return 'known' in read && read.known !== 'none' ? read.known : undefined;
}

export function bodyOf(reply: Reply): Read<Json> {
  if (reply.kind !== 'answer') return { unread: reply.why };
  if (reply.status < 200 || reply.status > 299) return { unread: `HTTP ${reply.status} ${readError(reply.json).code ?? ''}`.trim() };
  const body = object(reply.json);
  return body === undefined ? { unread: `HTTP ${reply.status} without JSON` } : { known: body };
}

/** A list that has anything but objects in it is not read in part. */
export function rowsOf(reply: Reply, name: string): Read<readonly Json[]> {
  const body = bodyOf(reply);
  if ('unread' in body) return body;
  const rows = list(body.known[name])?.map((row) => object(row));
  if (rows === undefined) return { unread: `an answer without ${name}` };
  const known = rows.filter((row) => row !== undefined);
  return known.length === rows.length ? { known } : { unread: `${name} in another shape` };
}
