import { asRecord, parseJson, type JsonRecord } from '../alert/read.ts';
import { isTime, parseIso } from '../alert/time.ts';

/** A topic's message, as its service signs it: the fields that the signature covers and no other. */
export type SignedFields = Readonly<Record<string, string>>;

/** Above this no topic service sends (256 KB), and nothing is parsed for a stranger. */
export const MAX_SIGNED_BYTES = 256 * 1_024;
/** How far the service's clock may be ahead of ours. */
export const AHEAD_MS = 5 * 60_000;

export function messageIn(body: Buffer): JsonRecord | undefined {
  return body.length > MAX_SIGNED_BYTES ? undefined : asRecord(parseJson(body.toString('utf8')));
}

/**
 * Exactly the named fields, in that order. All but the message itself are single lines, so that no text can be cut into fields in two ways.
 *
 * @returns `undefined` when one is missing or is no such text.
 */
export function signedFields(message: JsonRecord, names: readonly string[], free: string): SignedFields | undefined {
  const fields: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(message, name) ? message[name] : undefined;
    if (typeof value !== 'string' || (name !== free && /[\r\n]/.test(value))) return undefined;
    fields[name] = value;
  }
  return fields;
}

/** Each name and each value on a line of its own (alerts §2e, §3a). */
export function stringToSign(fields: SignedFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
}

/** Signatures have no expiry: the signed time is what ends a replay. */
export function isFresh(timestamp: string, nowMs: number, toleranceMs: number): boolean {
  const atMs = parseIso(timestamp);
  return isTime(atMs) && atMs <= nowMs + AHEAD_MS && atMs >= nowMs - toleranceMs;
}
