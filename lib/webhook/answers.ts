import type { WebhookAnswer } from './request.ts';

/** No monitoring system sends more (alerts §8: at most 256 KB). */
export const MAX_BODY_BYTES = 256 * 1_024;

/** All that a stranger ever hears; the same words whether a source exists, is closed, or got a wrong secret. */
export const METHOD: WebhookAnswer = { status: 405, reason: 'method not allowed', headers: { allow: 'POST, PUT' } };
export const NOWHERE: WebhookAnswer = { status: 404, reason: 'not found' };
export const TOO_LARGE: WebhookAnswer = { status: 413, reason: `body over ${MAX_BODY_BYTES} bytes` };
export const UNREADABLE: WebhookAnswer = { status: 415, reason: 'content type or encoding not accepted' };
// Google Cloud sends its password only when it is asked (alerts §10).
export const UNPROVEN: WebhookAnswer = {
  status: 401,
  reason: 'not authenticated',
  headers: { 'www-authenticate': 'Basic realm="hooks", Bearer' },
};
export const UNSURE: WebhookAnswer = { status: 503, reason: 'try again', headers: { 'retry-after': '5' } };
export const tooMany = (afterSeconds: number): WebhookAnswer => ({
  status: 429,
  reason: 'too many requests',
  headers: { 'retry-after': String(afterSeconds) },
});
