import { hash } from 'node:crypto';

/** SHA-256 in hex: of a plan for its approval, of a trail entry for its chain, of an id for its token. Pure. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = value as Readonly<Record<string, unknown>>;
  const said = Object.keys(fields).filter((name) => fields[name] !== undefined);
  return `{${said
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`)
    .join()}}`;
}
