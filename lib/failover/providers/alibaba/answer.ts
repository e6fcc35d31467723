import type { HttpResponse } from '../../../ports.ts';
import type { StartOutcome } from '../../provider.ts';
import { notAccepted, type ErrorRow, type Refusal } from '../error-table.ts';
import { parseFields, type Fields } from './fields.ts';

/** `no-answer`: the request may have been acted upon. Everything in it is clean of foreign text (S8). */
export type Answer =
  | { readonly kind: 'yes'; readonly body: Fields; readonly requestId?: string }
  | { readonly kind: 'no'; readonly refusal: Refusal }
  | { readonly kind: 'not-sent'; readonly why: string }
  | { readonly kind: 'no-answer'; readonly why: string };

/** When nothing was sent there is nothing to wait for but a name service or a network to come back. */
const NOT_SENT_RETRY_MS = 10_000;

/**
 * A yes is a 2xx with a JSON object that carries a `RequestId` and no error `Code`; anything else is not one (provider contracts §2.2,
 * §2.7: errors come as JSON, as XML from the edge, or as any page).
 */
export function readAnswer(response: HttpResponse): Answer {
  const body = parseFields(response.body);
  const ok = response.status >= 200 && response.status < 300;
  if (ok && body !== undefined && typeof body['RequestId'] === 'string' && body['RequestId'] !== '' && body['Code'] === undefined) {
    return { kind: 'yes', body, ...optional('requestId', cleanRequestId(body['RequestId'])) };
  }
  return { kind: 'no', refusal: readRefusal(response, body) };
}

/** What an answer means for the start of an operation. */
export function startOutcome(answer: Answer, rows: readonly ErrorRow[], sentAtMs: number): StartOutcome {
  switch (answer.kind) {
    case 'yes':
      return { kind: 'accepted', handle: { sentAtMs, ...optional('requestId', answer.requestId) } };
    case 'no':
      return notAccepted(rows, answer.refusal);
    case 'not-sent':
      return { kind: 'busy', code: 'not-sent', why: `Nothing was sent: ${answer.why}`, retryAfterMs: NOT_SENT_RETRY_MS };
    case 'no-answer':
      return { kind: 'unknown', code: 'no-answer', cause: `No answer came: ${answer.why}` };
  }
}

/** Why a read gave nothing, in one clause without foreign text. */
export function unreadReason(answer: Exclude<Answer, { kind: 'yes' }>): string {
  if (answer.kind !== 'no') return answer.why;
  const { status, code, requestId } = answer.refusal;
  const named = code === undefined ? `HTTP ${status} without a readable code` : `HTTP ${status} ${code}`;
  return requestId === undefined ? named : `${named} (request ${requestId})`;
}

function readRefusal(response: HttpResponse, body: Fields | undefined): Refusal {
  const code = body === undefined ? xmlText(response.body, 'Code') : body['Code'];
  const requestId = body === undefined ? xmlText(response.body, 'RequestId') : body['RequestId'];
  return {
    status: response.status,
    ...optional('code', cleanCode(code)),
    ...optional('requestId', cleanRequestId(requestId ?? response.headers['x-acs-request-id'])),
    ...optional('retryAfterMs', retryAfterMs(response)),
  };
}

/** Milliseconds, as the vendor's SDK uses it (provider contracts §2.7). */
function retryAfterMs(response: HttpResponse): number | undefined {
  const text = response.headers['x-acs-retry-after'];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function xmlText(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]{1,200})</${element}>`).exec(xml)?.[1];
}

function cleanCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9._-]{0,99}$/.test(value) ? value : undefined;
}

/** This vendor's request ids are UUIDs; anything else may be an echo of what we sent. */
function cleanRequestId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/.test(value) ? value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
