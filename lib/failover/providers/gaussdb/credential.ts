import type { GaussdbSettings } from '../../../config/config.ts';
import type { HuaweiCredentials } from '../../../platform/huawei-signature.ts';

/** How a request proves itself, after the secret was read. */
export type GaussdbAuth =
  | { readonly kind: 'aksk'; readonly credentials: HuaweiCredentials }
  | { readonly kind: 'token'; readonly token: string };

/** Visible ASCII: anything else could not be a header's value, and a newline could make a header of its own. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/**
 * Reads a secret's value: `accessKey:secretKey[:securityToken]` for `aksk`, `token:<X-Auth-Token>` or the bare token for `token`.
 *
 * @returns `undefined` when the value has another shape; it is never quoted anywhere.
 */
export function parseAuth(kind: GaussdbSettings['auth']['kind'], secret: string): GaussdbAuth | undefined {
  const value = secret.trim();
  if (kind === 'token') {
    const token = value.startsWith('token:') ? value.slice('token:'.length) : value;
    return HEADER_SAFE.test(token) ? { kind, token } : undefined;
  }
  const [accessKey = '', secretKey = '', ...rest] = value.split(':');
  const credentials = rest.length === 0 ? { accessKey, secretKey } : { accessKey, secretKey, securityToken: rest.join(':') };
  if (accessKey === 'token' || !Object.values(credentials).every((part) => HEADER_SAFE.test(part))) return undefined;
  return { kind, credentials };
}

/** Takes the parts of a credential out of foreign text: some gateways write into an error what they were sent. */
export function redact(text: string, auth: GaussdbAuth): string {
  return redacted(text, partsOf(auth));
}

/** The same in every text within a JSON value. */
export function redactWithin(json: unknown, auth: GaussdbAuth): unknown {
  return within(json, partsOf(auth));
}

function within(json: unknown, parts: readonly string[]): unknown {
  if (typeof json === 'string') return redacted(json, parts);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((item) => within(item, parts));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, within(value, parts)]));
}

function partsOf(auth: GaussdbAuth): readonly string[] {
  return auth.kind === 'token' ? [auth.token] : Object.values(auth.credentials);
}

function redacted(text: string, parts: readonly string[]): string {
  return parts.reduce((clean, part) => (clean.includes(part) ? clean.replaceAll(part, '***') : clean), text);
}
