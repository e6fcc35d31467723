import { jsonHazard } from './json-hazard.ts';

/** What monitoring systems send (alerts §0), and bodies without a type, which scripts send. */
const MEDIA_TYPES =
  /^(?:|application\/(?:[a-z0-9.-]{1,60}\+)?json|text\/(?:plain|json)|application\/x-www-form-urlencoded|multipart\/form-data)$/;
const CHARSETS = /^(?:utf-?8|us-ascii)$/;

/** Media type without parameters, in lower case; `''` when none came. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').replace(/;.*/s, '').trim().toLowerCase();
}

type Headers = Readonly<Record<string, string>>;

/** Nothing is unpacked or recoded: a small body that becomes a large one, or reads differently, does not exist here. */
export function isReadable(headers: Headers): boolean {
  const contentType = headers['content-type'];
  const charset = /;\s*charset\s*=\s*"?([^\s;"]{1,40})/i.exec(contentType?.slice(0, 300) ?? '')?.[1]?.toLowerCase();
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  return (
    MEDIA_TYPES.test(mediaTypeOf(contentType)) &&
    (charset === undefined || CHARSETS.test(charset)) &&
    (encoding === 'identity' || encoding === '')
  );
}

/** The text of a body, without a byte order mark, or what is wrong with it. */
export type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

export function textOf(bytes: Buffer): Text {
  const text = decoded(bytes);
  if (text === undefined) return { ok: false, why: 'the body is not UTF-8' };
  const hazard = /^\s*[[{]/.test(text) ? jsonHazard(text) : undefined;
  return hazard === undefined ? { ok: true, text } : { ok: false, why: hazard };
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
