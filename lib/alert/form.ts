import type { Delivery } from './source.ts';

/**
 * The fields of an `application/x-www-form-urlencoded` body. `URLSearchParams` reads what `decodeURIComponent` would leave (`+`) or
 * throw upon (`unit=%`). Of a repeated field the last one counts.
 *
 * @returns `undefined` when the body does not look like a form.
 */
export function formOf(delivery: Delivery): Readonly<Record<string, string>> | undefined {
  const stated = delivery.contentType === 'application/x-www-form-urlencoded';
  if (!stated && !/^[\w.]{1,64}=/.test(delivery.body)) return undefined;
  return Object.fromEntries(new URLSearchParams(delivery.body.trimEnd()));
}

/** The text of one field of a `multipart/form-data` body. The boundary is the body's own first line. */
export function multipartField(body: string, name: string): string | undefined {
  if (!body.startsWith('--')) return undefined;
  const boundary = body.slice(0, Math.min(body.indexOf('\n'), 200)).trimEnd();
  if (boundary.length < 3) return undefined;
  for (const part of body.split(boundary)) {
    const blank = /\r?\n\r?\n/.exec(part);
    if (blank && part.slice(0, blank.index).includes(`name="${name}"`)) return part.slice(blank.index + blank[0].length).trim();
  }
  return undefined;
}
