import type { Delivery } from './source.ts';

/** The only headers that a source reads: the attributes of a binary CloudEvent (alerts §12). Nothing else needs to be kept of a request. */
export const isSourceHeader = (name: string): boolean => name.startsWith('ce-') && name.length <= 64;

const MEDIA_TYPES: readonly (readonly [suffix: string, mediaType: string])[] = [
  ['.json', 'application/json'],
  ['.form.txt', 'application/x-www-form-urlencoded'],
  ['.multipart.txt', 'multipart/form-data'],
];

/**
 * A delivery from a file as `events/` holds them: `.json`, `.form.txt` and `.multipart.txt` are bodies, `.http.txt` is a whole request.
 *
 * @param receivedAtMs epoch ms that stands for the moment of receipt.
 */
export function deliveryOfFile(fileName: string, text: string, receivedAtMs: number): Delivery {
  if (fileName.endsWith('.http.txt')) return deliveryOfRequest(text, receivedAtMs);
  const contentType = MEDIA_TYPES.find(([suffix]) => fileName.endsWith(suffix))?.[1] ?? '';
  return { contentType, headers: {}, body: text, receivedAtMs };
}

function deliveryOfRequest(text: string, receivedAtMs: number): Delivery {
  const [head = '', ...rest] = text.trimStart().split(/\r?\n\r?\n/);
  const headers: Record<string, string> = {};
  for (const line of head.split('\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => isSourceHeader(name)));
  return { contentType, headers: kept, body: rest.join('\n\n'), receivedAtMs };
}
