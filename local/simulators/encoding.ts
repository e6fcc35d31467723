import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** RFC 3986: everything but the unreserved characters is escaped, in upper-case hex. Both vendors' canonical forms use it. */
export function percentEncode(text: string): string {
  return /^[\w.~-]*$/.test(text)
    ? text
    : encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}

export function hmacSha256Hex(key: string, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}

export function hmacSha1Base64(key: string, text: string): string {
  return createHmac('sha1', key).update(text, 'utf8').digest('base64');
}

export function equalText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Code unit order, as both vendors sort: `localeCompare` would put lower case before upper case. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Identifiers by counting, so that the same history gives the same ids on every run. */
export function uuidFrom(seed: string, sequence: number): string {
  const hex = sha256Hex(`${seed}:${sequence}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** `2026-01-02T03:04:05Z` or undefined; strict, because a lenient parser would accept what the vendor refuses. */
export function parseIsoSeconds(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? validMs(text) : undefined;
}

/** `20260102T030405Z` or undefined. */
export function parseBasicDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return validMs(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function validMs(iso: string): number | undefined {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `2026-01-02T03:04:05Z`. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
