import type { StartOutcome } from '../../provider.ts';
import { notAccepted } from '../error-table.ts';
import { GAUSSDB_ERRORS } from './error-rows.ts';
import { object, text } from './json.ts';

const MINUTE_MS = 60_000;

interface VendorError {
  /** The gateway spells its codes `APIGW.` or `APIG.`; here it is always the first (§1.8). */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** Code and text of an error body in any of its three spellings. */
export function readError(json: unknown): VendorError {
  const body = object(json);
  const nested = object(body?.['error']);
  return {
    code: (text(body, 'error_code') ?? text(body, 'errCode') ?? text(nested, 'code'))?.replace(/^APIG\./, 'APIGW.'),
    message: text(body, 'error_msg') ?? text(body, 'errMsg') ?? text(nested, 'message'),
  };
}

/**
 * The outcome of a request that changes something and was not answered with a job. The vendor's own text is kept for people: the list of
 * its DR errors is not public, so that text may be all there is. It has been cut and cleared of credentials when it was read.
 */
export function outcomeOfError(answer: { status: number; json: unknown; requestId: string | undefined }): StartOutcome {
  const { status, requestId } = answer;
  const { code, message } = readError(answer.json);
  const named = { ...(code === undefined ? {} : { code }), ...(requestId === undefined ? {} : { requestId }) };
  const outcome = notAccepted(GAUSSDB_ERRORS, { status, ...named, ...retryAfter(message) });
  if (message === undefined) return outcome;
  return outcome.kind === 'unknown'
    ? { ...outcome, cause: `${outcome.cause} It says: "${message}"` }
    : { ...outcome, why: `${outcome.why} It says: "${message}"` };
}

/** The gateway tells the period it counts over in its text only: `limit:20,time:1 minute`. */
function retryAfter(message: string | undefined): { readonly retryAfterMs?: number } {
  return message !== undefined && /time:\s*1 minute/.test(message) ? { retryAfterMs: MINUTE_MS } : {};
}
