/**
 * The fault menu: everything that can go wrong on the way to a cloud or inside it, by name. One table; both simulators, the admin port
 * and the tests read it.
 *
 * `stage` says when it strikes: `listener` no connection is accepted · `before` instead of handling the request · `world` something else
 * happens first · `effect` the accepted operation goes another way · `reply` the answer says something else · `answer` the answer gets lost
 * or bent on its way back. One call meets at most one fault each of `before`, `reply` and `answer`, in the order they were set.
 */
export interface FaultRow {
  readonly stage: 'listener' | 'before' | 'world' | 'effect' | 'reply' | 'answer';
  /** Operations it makes sense for. */
  readonly on: 'any' | 'effect' | 'read';
  readonly vendors: readonly ('gaussdb' | 'polardb')[];
  /** Parameters with their defaults. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly says: string;
}
const BOTH = ['gaussdb', 'polardb'] as const;

export const FAULTS = {
  'refuse-connection': {
    stage: 'listener',
    on: 'any',
    vendors: BOTH,
    params: { durationMs: 0 },
    says: 'No connection is accepted until it is cleared, or for durationMs if that is not 0. It counts no calls, so `times` means nothing to it.',
  },
  'drop-before': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'The request is read, has no effect, and the connection is cut.',
  },
  'hang-before': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'The request is read, has no effect, and is never answered.',
  },
  '5xx-before': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: { status: 500 },
    says: 'Answers a server error in the form of the vendor, without effect.',
  },
  'html-502-before': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: { status: 502 },
    says: 'A proxy answers an HTML page; the request had no effect.',
  },
  'xml-error': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: { status: 503 },
    says: 'The edge answers an XML error, whatever format was asked for; no effect.',
  },
  busy: {
    stage: 'before',
    on: 'effect',
    vendors: BOTH,
    params: { code: '' },
    says: 'Another operation runs: 409 DBS.200019 (GaussDB), 403 OperationDenied.DBClusterStatus (PolarDB); `code` picks another.',
  },
  throttling: {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: { code: '', retryAfterMs: 0 },
    says: 'Throttled: 429 APIGW.0308 (GaussDB), 400 Throttling.User (PolarDB, with x-acs-retry-after if retryAfterMs is not 0).',
  },
  'expired-credentials': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: { code: '' },
    says: 'The credentials are no longer good: 401 APIGW.0307 (GaussDB), 400 InvalidAccessKeyId.Inactive (PolarDB).',
  },
  'effect-later': {
    stage: 'before',
    on: 'any',
    vendors: BOTH,
    params: { delayMs: 30_000, client: 'hang' },
    says: 'The request is held up on its way and handled delayMs later; the caller sees `client`: hang or drop.',
  },
  'automatic-failover-meanwhile': {
    stage: 'world',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'Just before the request is handled, the vendor itself (PolarDB) or another person (GaussDB) starts a failover of the same database.',
  },
  'accept-without-effect': {
    stage: 'effect',
    on: 'effect',
    vendors: BOTH,
    params: {},
    says: 'Accepted and answered, but nothing is ever done, and no job, record or log shows it.',
  },
  'stuck-running': {
    stage: 'effect',
    on: 'effect',
    vendors: BOTH,
    params: { percent: 60 },
    says: 'The accepted operation stops at `percent` and never ends.',
  },
  'promote-fail': {
    stage: 'effect',
    on: 'effect',
    vendors: BOTH,
    params: { reason: 'The standby could not replay its logs.' },
    says: 'The accepted operation runs, then fails, and the roles stay as they were.',
  },
  'job-not-visible': {
    stage: 'effect',
    on: 'effect',
    vendors: ['gaussdb'],
    params: { ms: 30_000 },
    says: 'The job of the accepted operation is 404 for the first `ms`.',
  },
  'records-lag': {
    stage: 'effect',
    on: 'effect',
    vendors: BOTH,
    params: { ms: 60_000 },
    says: 'The DR records (GaussDB) or HA logs (PolarDB) of the accepted operation show up `ms` late.',
  },
  'state-lag': {
    stage: 'effect',
    on: 'effect',
    vendors: BOTH,
    params: { ms: 30_000 },
    says: 'Monitor, relation, nodes and roles keep showing the old state for `ms` after the acceptance.',
  },
  'wrong-role': {
    stage: 'reply',
    on: 'read',
    vendors: BOTH,
    params: {},
    says: 'Reads tell the roles the other way round: the standby is shown as the primary.',
  },
  'status-outside-set': {
    stage: 'reply',
    on: 'read',
    vendors: BOTH,
    params: { status: 'QUIESCING' },
    says: 'Every status in the answer is a word that the documents do not list.',
  },
  'errCode-spelling': {
    stage: 'reply',
    on: 'any',
    vendors: ['gaussdb'],
    params: { spelling: 'errCode' },
    says: 'The next error is spelled `errCode`/`errMsg`, or nested as `error`, instead of error_code/error_msg.',
  },
  'accept-then-drop': {
    stage: 'answer',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'Handled in full, then the connection is cut with no answer.',
  },
  'accept-then-5xx': {
    stage: 'answer',
    on: 'any',
    vendors: BOTH,
    params: { status: 500 },
    says: 'Handled in full, then answered with a server error in the form of the vendor.',
  },
  'accept-then-hang': { stage: 'answer', on: 'any', vendors: BOTH, params: {}, says: 'Handled in full, never answered.' },
  'html-502-after': {
    stage: 'answer',
    on: 'any',
    vendors: BOTH,
    params: { status: 502 },
    says: 'Handled in full, then a proxy answers an HTML page.',
  },
  slow: { stage: 'answer', on: 'any', vendors: BOTH, params: { delayMs: 5000 }, says: 'Handled at once, answered delayMs later.' },
  'partial-reply': {
    stage: 'answer',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'Handled in full; the answer breaks off in the middle of its body.',
  },
  'invalid-json': {
    stage: 'answer',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'Handled in full; the status is right, the body is not JSON.',
  },
  'empty-reply': {
    stage: 'answer',
    on: 'any',
    vendors: BOTH,
    params: {},
    says: 'Handled in full; the status is right, the body is empty.',
  },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof FAULTS;
export type FaultParams = Readonly<Record<string, string | number | boolean>>;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
