/**
 * Reading unknown JSON without trusting it: every reader takes anything, throws never, and answers `undefined` for what is not there.
 * Only own properties count, so that a body cannot reach `constructor` and the like.
 */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** What lies at the path, e.g. `at(body, 'detail', 'state', 'value')`. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    const record = asRecord(here);
    if (!record || !Object.hasOwn(record, key)) return undefined;
    here = record[key];
  }
  return here;
}

/** A text that says something: numbers and booleans as they are written, never blank, never the word `null` that several systems send for nothing. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text === 'null' ? undefined : text;
}

export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => asText(at(value, ...path));

/** The first of several spellings of one field that says something. */
export function firstText(record: unknown, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textAt(record, key);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** JSON text as its value, a value that is no text as it is, anything else `undefined`. */
export function asNestedJson(value: unknown): unknown {
  return typeof value === 'string' ? parseJson(value) : value;
}

/** @returns `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How deep a value may be nested before anything that recurses (an expression language, a comparison) is let near it. */
export const MAX_DEPTH = 32;

/** Level by level instead of by recursion, so that no depth can exhaust the stack. */
export function isTooDeep(value: unknown, maxDepth = MAX_DEPTH): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= maxDepth; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const child of Object.values(item)) next.push(child);
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}
