/** Careful reading of foreign JSON: whatever is not as documented is simply not there. */
export type Json = Readonly<Record<string, unknown>>;

/** Vendor words go into records and notices: they are cut, and stripped of control characters. */
const TEXT_MAX = 200;

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** @returns the text, or `undefined` for an absent, empty or non-text field. */
export function text(from: Json | undefined, name: string): string | undefined {
  const value = from === undefined || !Object.hasOwn(from, name) ? undefined : from[name];
  if (typeof value !== 'string') return undefined;
  const clean = value
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, TEXT_MAX);
  return clean === '' ? undefined : clean;
}

/** `"12"`, `"1.5"` or a number; nothing negative, no other spelling. */
export function amount(from: Json | undefined, name: string): number | undefined {
  const value = from?.[name];
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  const digits = text(from, name);
  return digits !== undefined && /^\d{1,12}(\.\d{1,6})?$/.test(digits) ? Number(digits) : undefined;
}

/** `"60%"` or `"60"`. */
export function percent(from: Json | undefined, name: string): number | undefined {
  const digits = /^(\d{1,3})%?$/.exec(text(from, name) ?? '')?.[1];
  return digits === undefined || Number(digits) > 100 ? undefined : Number(digits);
}

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:Z|([+-]\d\d):?(\d\d))$/;

/**
 * `2021-07-12T09:22:04+0800`: the vendor writes the offset without a colon, which ECMA-262 does not promise to read (provider contracts
 * §1.7).
 *
 * @returns epoch milliseconds.
 */
export function timeMs(from: Json | undefined, name: string): number | undefined {
  const [whole, day, time, hours, minutes] = TIME.exec(text(from, name) ?? '') ?? [];
  if (whole === undefined) return undefined;
  const ms = Date.parse(`${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
  return Number.isNaN(ms) ? undefined : ms;
}
