import { hash } from 'node:crypto';

/** SHA-256 in hex: of a plan for its approval, of a trail entry for its chain, of an id for its token. Pure. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  let said = '';
  for (const name of Object.keys(fields).sort())
    if (fields[name] !== undefined) said += `${said === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(fields[name])}`;
  return `{${said}}`;
}
