import type { StartOutcome } from '../../provider.ts';
import { GAUSSDB_ERRORS, type ErrorRow } from './error-table.ts';
import { object, text } from './json.ts';

const BY_CODE_AND_STATUS = new Map(GAUSSDB_ERRORS.map((row) => [`${row.code} ${row.status}`, row]));
const BY_CODE = new Map(GAUSSDB_ERRORS.map((row) => [row.code, row]));

/** Terraform looks again after this long when an instance is busy (provider contracts §1.2). */
const BUSY_RETRY_MS = 10_000;
const THROTTLED_RETRY_MS = 5000;
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
 * The outcome of a request that changes something and was not answered with a job. Only a documented 4xx, and 401, 403 and 429 by
 * themselves, are certain; everything else may have had an effect.
 */
export function outcomeOfError(answer: { status: number; json: unknown; requestId: string | undefined }): StartOutcome {
  const { status } = answer;
  const error = readError(answer.json);
  const certain = documented(error.code, status) ?? certainByStatus(status);
  const code = error.code ?? `http-${status}`;
  const quoted = error.message === undefined ? '' : ` ("${error.message}")`;
  const extra = answer.requestId === undefined ? {} : { requestId: answer.requestId };
  if (certain === undefined) return { kind: 'unknown', code, cause: `HTTP ${status}: ${meaning(error.code)}${quoted}`, ...extra };
  const why = `HTTP ${status}: ${certain.says}${quoted}`;
  return certain.outcome === 'refused'
    ? { kind: 'refused', code, why, remedy: certain.remedy, ...extra }
    : { kind: 'busy', code, why, retryAfterMs: retryAfterMs(status, error.message), ...extra };
}

/** Gateway statuses are from memory (§1.8), so a code counts under any 4xx; a failing server is never believed, whatever its code. */
function documented(code: string | undefined, status: number): ErrorRow | undefined {
  if (code === undefined || status < 400 || status > 499) return undefined;
  const row = BY_CODE_AND_STATUS.get(`${code} ${status}`) ?? BY_CODE.get(code);
  return row?.outcome === 'unknown' ? undefined : row;
}

const BY_STATUS: Readonly<Record<number, Pick<ErrorRow, 'outcome' | 'says' | 'remedy'>>> = {
  401: {
    outcome: 'refused',
    says: 'Not authenticated.',
    remedy: "Check the access key or token behind the target's secret, and the clock.",
  },
  403: { outcome: 'refused', says: 'Not allowed.', remedy: "Check the account's rights in the DR region's project." },
  429: { outcome: 'busy', says: 'Too many calls.', remedy: '' },
};
function certainByStatus(status: number): Pick<ErrorRow, 'outcome' | 'says' | 'remedy'> | undefined {
  return BY_STATUS[status];
}

function meaning(code: string | undefined): string {
  if (code === undefined) return 'no error code.';
  return BY_CODE.get(code)?.says ?? 'not a documented code.';
}

/** The gateway tells the period it counts over in its text only: `limit:20,time:1 minute`. */
function retryAfterMs(status: number, message: string | undefined): number {
  if (status !== 429) return BUSY_RETRY_MS;
  return /time:\s*1 minute/.test(message ?? '') ? MINUTE_MS : THROTTLED_RETRY_MS;
}
