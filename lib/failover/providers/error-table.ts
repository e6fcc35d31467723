import type { StartOutcome } from '../provider.ts';

/** One documented error of a vendor: what it means for a start, and what a person does about it. The docs are generated from the rows. */
export interface ErrorRow {
  /** HTTP statuses that the code is documented with. */
  readonly statuses: readonly number[];
  /** Exact, or with `*` for any text. */
  readonly code: string;
  readonly outcome: 'refused' | 'busy' | 'unknown';
  /** A full sentence for people, after "The provider said no: ". */
  readonly sentence: string;
  readonly remedy: string;
  /** For `busy`: when to try again, if the answer itself does not say. */
  readonly retryAfterMs?: number;
  /** Where it is documented. */
  readonly source: string;
}

/** A row in one line: tables stay readable, and small in a bundle. */
export function row(
  statuses: readonly number[],
  code: string,
  outcome: ErrorRow['outcome'],
  [sentence, remedy]: readonly [string, string],
  source: string,
): ErrorRow {
  return { statuses, code, outcome, sentence, remedy, source };
}

/** An answer that is not a yes. `code` has been cleaned by the vendor's file; foreign text never gets in here (S8). */
export interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
}

export type NotAccepted = Exclude<StartOutcome, { kind: 'accepted' }>;

/** Used where neither the answer nor the row says when to come back. */
const RETRY_AFTER_MS = 30_000;
/** A foreign number must not put a failover off for ever: SQS delays at most this long. */
export const RETRY_AFTER_MAX_MS = 900_000;

/**
 * What an answer that is not a yes means. A listed code counts with the statuses it is documented with and any other 4xx; the same code
 * on a 5xx or a 2xx is no documented answer, so nobody knows. Without a listed code only 401, 403 and 429 are certain (style §3.6):
 * the gateway itself turned the request away.
 */
export function notAccepted(rows: readonly ErrorRow[], refusal: Refusal): NotAccepted {
  const row = findErrorRow(rows, refusal) ?? bareRow(refusal.status);
  const code = refusal.code ?? `http-${refusal.status}`;
  const seen = { code, ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }) };
  if (row === undefined) return { kind: 'unknown', ...seen, cause: `HTTP ${refusal.status} with ${code}, which no document lists.` };
  const why = `${row.sentence} (HTTP ${refusal.status})`;
  if (row.outcome === 'refused') return { kind: 'refused', ...seen, why, remedy: row.remedy };
  if (row.outcome === 'busy') return { kind: 'busy', ...seen, why, retryAfterMs: retryAfterMs(refusal, row) };
  return { kind: 'unknown', ...seen, cause: why };
}

export function findErrorRow(rows: readonly ErrorRow[], refusal: Refusal): ErrorRow | undefined {
  const code = refusal.code;
  if (code === undefined) return undefined;
  const documented = (row: ErrorRow): boolean =>
    row.statuses.includes(refusal.status) || (refusal.status >= 400 && refusal.status < 500 && row.statuses.some((status) => status < 500));
  return rows.find((row) => row.code === code && documented(row)) ?? rows.find((row) => matches(row.code, code) && documented(row));
}

/** The rows as a Markdown table. Pure. */
export function renderErrorTable(rows: readonly ErrorRow[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const line = (row: ErrorRow): string =>
    `| ${row.statuses.join(', ')} | \`${row.code}\` | ${row.outcome} | ${cell(row.sentence)} | ${cell(row.remedy)} | ${cell(row.source)} |`;
  const head = ['| HTTP | code | outcome | what it means | what to do | source |', '| --- | --- | --- | --- | --- | --- |'];
  return [...head, ...rows.map(line), ''].join('\n');
}

function retryAfterMs(refusal: Refusal, row: Pick<ErrorRow, 'retryAfterMs'>): number {
  const asked = refusal.retryAfterMs ?? row.retryAfterMs ?? RETRY_AFTER_MS;
  return Math.min(Math.max(asked, 1000), RETRY_AFTER_MAX_MS);
}

function matches(pattern: string, code: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.at(-1);
  if (tail === undefined) return pattern === code;
  if (!code.startsWith(head) || !code.endsWith(tail)) return false;
  return rest.slice(0, -1).every((middle) => code.includes(middle));
}

function bareRow(status: number): Pick<ErrorRow, 'outcome' | 'sentence' | 'remedy' | 'retryAfterMs'> | undefined {
  if (status === 429) return { outcome: 'busy', sentence: 'Too many requests.', remedy: 'It is tried again by itself.' };
  if (status !== 401 && status !== 403) return undefined;
  return {
    outcome: 'refused',
    sentence: 'The provider does not let this credential do that.',
    remedy: 'Check the credential and its permissions for this operation and this resource.',
  };
}
