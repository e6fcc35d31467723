import type { FaultOrder } from '../../local/simulators/fault-switch.ts';
import type { End } from './drive.ts';
import type { Fault } from './fault-matrix.ts';

/** A fault of the matrix and the orders to the simulator that make it; `EFFECT` stands for the operation of the row. */
export interface GaussdbFault extends Fault {
  readonly orders: readonly FaultOrder[];
}
const EFFECT = '<operation>';
const READS = ['relations', 'monitor', 'records', 'job', 'tasks', 'instances'] as const;

type Expected = NonNullable<Fault['expected']>;
const ends = (...pairs: readonly (readonly [End, 0 | 1])[]): Expected => pairs.map(([end, effects]) => ({ end, effects }));
const ONCE = ends(['succeeded', 1]);

interface Row {
  readonly expected: Expected;
  readonly fromStart?: true;
  readonly except?: NonNullable<Fault['except']>;
}
function fault(name: string, what: string, row: Row, ...orders: readonly Partial<FaultOrder>[]): GaussdbFault {
  return { name, what, ...row, orders: orders.map((order) => ({ operation: EFFECT, fault: 'busy', ...order })) };
}

/** The answer to an accepted request is lost: the records give the job back. */
const LOST = (
  ['accept-then-drop', 'accept-then-hang', 'accept-then-5xx', 'html-502-after', 'partial-reply', 'invalid-json', 'empty-reply'] as const
).map((name) => fault(name, 'accepted, and the answer is lost', { expected: ONCE }, { fault: name }));
/** Nothing was done, and nobody says so: after the quiet time the provider's own state does. */
const VAIN = (['drop-before', 'hang-before', '5xx-before', 'html-502-before', 'xml-error'] as const).map((name) =>
  fault(name, 'lost on its way, no effect', { expected: ONCE }, { fault: name }),
);

const PLAIN: readonly GaussdbFault[] = [
  fault('none', 'nothing goes wrong', { expected: ONCE }),
  fault(
    'lost twice',
    'accepted and lost; the reads after it are lost for a while',
    { expected: ONCE, fromStart: true },
    { fault: 'accept-then-drop' },
    ...READS.map((operation) => ({ operation, fault: 'drop-before' as const, times: 3 })),
  ),
  fault('vain twice', 'two requests are lost on their way', { expected: ends(['unproved', 0]) }, { fault: 'drop-before', times: 2 }),
  fault('busy', '409 once', { expected: ONCE }, { fault: 'busy' }),
  fault('409 storm', '409 for ever', { expected: ends(['busy', 0]) }, { fault: 'busy', times: 'always' }),
  fault('busy, errCode', '409 in the other spelling', { expected: ONCE }, { fault: 'errCode-spelling' }, { fault: 'busy' }),
  fault('throttling', '429 once', { expected: ONCE }, { fault: 'throttling' }),
  fault('throttling storm', '429 for ever', { expected: ends(['busy', 0]) }, { fault: 'throttling', times: 'always' }),
  fault('expired-credentials', '401 on the request', { expected: ends(['refused', 0]) }, { fault: 'expired-credentials' }),
  fault('slow', 'answered late, but in time', { expected: ONCE }, { fault: 'slow', params: { delayMs: 50 } }),
  fault('too slow', 'answered after the deadline', { expected: ONCE }, { fault: 'slow', params: { delayMs: 600 } }),
  fault('effect-later, hang', 'held up for 30 s, then accepted; the caller hangs', { expected: ONCE }, { fault: 'effect-later' }),
  fault(
    'effect-later, drop',
    'held up for 2 min, then accepted; the caller is cut off',
    { expected: ONCE },
    { fault: 'effect-later', params: { delayMs: 120_000, client: 'drop' } },
  ),
  fault(
    'refuse-connection',
    'no connection for 1.5 s from the request on: it is known that nothing was sent',
    { expected: ONCE, fromStart: true },
    { operation: '*', fault: 'refuse-connection', params: { durationMs: 1500 } },
  ),
  fault(
    'refuse-connection for ever',
    'no connection from the request on',
    { expected: ends(['preflight', 0], ['unproved', 0]), fromStart: true },
    { operation: '*', fault: 'refuse-connection' },
  ),
  fault(
    'somebody else',
    'another person promotes just before',
    { expected: ends(['preflight', 0]), except: ['restore', 'simulation-stop'] },
    { fault: 'automatic-failover-meanwhile' },
  ),
  fault(
    'accept-without-effect',
    'accepted, and nothing is ever done',
    { expected: ends(['unverified', 0], ['stuck', 0]) },
    { fault: 'accept-without-effect' },
  ),
  fault('stuck-running', 'stops at 60 %', { expected: ends(['stuck', 1]) }, { fault: 'stuck-running' }),
  fault('promote-fail', 'runs, then fails', { expected: ends(['failed', 1]) }, { fault: 'promote-fail' }),
];

/** Delays of the vendor's own lists, alone and after a lost answer. */
const LAGS: readonly GaussdbFault[] = [
  fault('job-not-visible', 'the job is 404 for 30 s', { expected: ONCE }, { fault: 'job-not-visible' }),
  fault('records-lag', 'records a minute late', { expected: ONCE }, { fault: 'records-lag' }),
  fault('state-lag', 'states half a minute late', { expected: ONCE }, { fault: 'state-lag' }),
  fault(
    'lost, records-lag',
    'the answer is lost and the records are late',
    { expected: ONCE },
    { fault: 'records-lag' },
    { fault: 'accept-then-drop' },
  ),
  fault(
    'lost, state-lag',
    'the answer is lost and the states are late',
    { expected: ONCE },
    { fault: 'state-lag' },
    { fault: 'accept-then-drop' },
  ),
  fault(
    'lost, both lag, job hidden',
    'the answer is lost, and everything is late',
    { expected: ONCE },
    { fault: 'records-lag' },
    { fault: 'state-lag' },
    { fault: 'job-not-visible' },
    { fault: 'accept-then-hang' },
  ),
  fault(
    'lost, stuck',
    'the answer is lost and it stops at 60 %',
    { expected: ends(['stuck', 1]) },
    { fault: 'stuck-running' },
    { fault: 'accept-then-drop' },
  ),
  fault(
    'lost, promote-fail',
    'the answer is lost and it fails',
    { expected: ends(['failed', 1]) },
    { fault: 'promote-fail' },
    { fault: 'accept-then-drop' },
  ),
];

/** Reads that fail or lie before anything is asked stop it; afterwards they only make it slower, or leave it to people. */
const BEFORE: readonly GaussdbFault[] = READS.filter((read) => read !== 'records' && read !== 'job').flatMap((operation) => [
  fault(
    `${operation} unread before`,
    'the read is lost',
    { expected: ends(['preflight', 0], ['succeeded', 1]) },
    { operation, fault: 'html-502-before' },
  ),
  fault(
    `${operation} hang before`,
    'the read hangs',
    { expected: ends(['preflight', 0], ['succeeded', 1]) },
    { operation, fault: 'hang-before' },
  ),
  fault(
    `${operation} foreign before`,
    'every status is a word that no document lists',
    { expected: ends(['preflight', 0], ['succeeded', 1]) },
    { operation, fault: 'status-outside-set' },
  ),
]);
const AFTER: readonly GaussdbFault[] = READS.flatMap((operation) => [
  fault(
    `${operation} unread for a while`,
    'five reads are lost, and the answer too',
    { expected: ONCE, fromStart: true },
    { fault: 'accept-then-drop' },
    { operation, fault: 'html-502-before', times: 5 },
  ),
  fault(
    `${operation} unread for ever`,
    'never read again, and the answer is lost',
    { expected: ends(['succeeded', 1], ['unproved', 1], ['unverified', 1]), fromStart: true },
    { fault: 'accept-then-drop' },
    { operation, fault: '5xx-before', times: 'always' },
  ),
  fault(
    `${operation} foreign for ever`,
    'every status is a word that no document lists',
    { expected: ends(['succeeded', 1], ['unverified', 1], ['stuck', 1]), fromStart: true },
    { operation, fault: 'status-outside-set', times: 'always' },
  ),
]);
const LIES: readonly GaussdbFault[] = [
  fault(
    'wrong-role before',
    'the roles are told the other way round',
    { expected: ends(['preflight', 0], ['succeeded', 1], ['unverified', 1]) },
    { operation: 'relations', fault: 'wrong-role', times: 'always' },
  ),
  fault(
    'wrong-role after',
    'the roles are told the other way round',
    { expected: ends(['succeeded', 1], ['unverified', 1]), fromStart: true },
    { operation: 'relations', fault: 'wrong-role', times: 'always' },
  ),
  fault(
    'everything throttled after',
    '429 on every read',
    { expected: ends(['unverified', 1]), fromStart: true },
    ...READS.map((operation) => ({ operation, fault: 'throttling' as const, times: 'always' as const })),
  ),
];

export const GAUSSDB_FAULTS: readonly GaussdbFault[] = [...PLAIN, ...LOST, ...VAIN, ...LAGS, ...BEFORE, ...AFTER, ...LIES];

/** The orders of one row, for its operation. */
export function ordersOf(name: string, operation: string): readonly FaultOrder[] {
  const found = GAUSSDB_FAULTS.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`no such fault: ${name}`);
  return found.orders.map((order) => (order.operation === EFFECT ? { ...order, operation } : order));
}
