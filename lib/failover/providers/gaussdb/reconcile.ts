import type { Handle, ReconcileOutcome, SentCall } from '../../provider.ts';
import { OPERATION_ROWS, type OperationRow } from './operations.ts';
import { found, type Read } from './read.ts';
import { readInstance, readRecords, readRunningTasks, type DrRecord, type Instance, type Task } from './reads.ts';
import { describe, isDone, isIn, readSituation, relationWord, roleOf, saysAny, type Situation } from './situation.ts';
import type { Wire } from './wire.ts';

/** Our clock against the vendor's: a record may seem to be this much older than our request. Shorter than any cool-down. */
const SKEW_MS = 120_000;
/** Acceptance delay and lag of the vendor's lists together, with a margin. None of them is documented (provider contracts §1.6). */
export const QUIET_MS = 180_000;

interface Evidence extends Situation {
  readonly records: Read<readonly DrRecord[]>;
  readonly tasks: Read<readonly Task[]>;
  readonly instance: Read<Instance | 'none'>;
}

/**
 * After an answer that nobody saw (rule 17): did the operation happen? The vendor has no token, so its own records decide, then the words
 * of monitor and relation. That nothing happened is only concluded when every read came back, long enough after the last request.
 */
export async function reconcileGaussdb(wire: Wire, call: SentCall): Promise<ReconcileOutcome> {
  const evidence = await gather(wire, call);
  const row = OPERATION_ROWS[call.plan.operation];
  const fresh = freshRecords(evidence.records, call);
  const handle = (jobId?: string): Handle => ({ sentAtMs: call.sentAtMs, ...(jobId === undefined ? {} : { jobId }) });
  const ours = ourRecord(row, fresh);
  if (ours !== undefined) return { kind: 'happened', handle: handle(ours.jobId), evidence: `DR record ${ours.action} since the request` };
  if (showsIt(row, evidence)) return { kind: 'happened', handle: handle(), evidence: describe(evidence) };
  const doubt = whyUnproved(row, evidence, { fresh, waitedMs: wire.nowMs() - (call.lastSentAtMs ?? call.sentAtMs) });
  if (doubt !== undefined) return { kind: 'unproved', why: `${doubt}; ${describe(evidence)}` };
  return { kind: 'nothing-happened', evidence: `no DR record and no task since the request, ${describe(evidence)}` };
}

/** The records hang on the relation's id, so they are read after it. */
async function gather(wire: Wire, { target, deadlineMs }: SentCall): Promise<Evidence> {
  const [situation, tasks, instance] = await Promise.all([
    readSituation(wire, target, deadlineMs),
    readRunningTasks(wire, target, deadlineMs),
    readInstance(wire, target, deadlineMs),
  ]);
  const id = found(situation.relation)?.synchronizationId;
  const records: Evidence['records'] =
    id === undefined ? { unread: 'no relation to read the records of' } : await readRecords(wire, target, id, deadlineMs);
  return { ...situation, tasks, instance, records };
}

/** Records that may stem from our request. One without a readable time may. */
function freshRecords(records: Evidence['records'], call: SentCall): readonly DrRecord[] {
  if ('unread' in records) return [];
  return records.known.filter((record) => record.createdMs === undefined || record.createdMs >= call.sentAtMs - SKEW_MS);
}

/** The newest of this operation's records that carries a readable time; the beginning and the end of one operation name the same job. */
function ourRecord(
  row: OperationRow,
  fresh: readonly DrRecord[],
): { readonly action: string; readonly jobId: string | undefined } | undefined {
  return fresh
    .flatMap(({ action, jobId, createdMs }) =>
      createdMs !== undefined && action !== undefined && row.record.test(action) ? [{ action, jobId, createdMs }] : [],
    )
    .toSorted((a, b) => b.createdMs - a.createdMs)[0];
}

/**
 * The monitor says that it runs or has failed (neither was so at the preflight), or all words that it is done. A relation that is merely
 * gone says nothing: a release looks the same.
 */
function showsIt(row: OperationRow, evidence: Evidence): boolean {
  if (saysAny({ relation: [], monitor: [...row.during.monitor, ...row.failed.monitor] }, evidence)) return true;
  return roleOf(evidence.relation) !== 'none' && relationWord(evidence) !== undefined && isDone(row, evidence);
}

interface Known {
  readonly fresh: readonly DrRecord[];
  readonly waitedMs: number;
}
type Doubt = (evidence: Evidence, known: Known) => string | undefined;

/** Each of them alone keeps the question open. */
const DOUBTS: readonly Doubt[] = [
  (_, { waitedMs }) => (waitedMs < QUIET_MS ? `${waitedMs} ms since the request, ${QUIET_MS} ms must pass` : undefined),
  ({ records }) => ('unread' in records ? `records unread: ${records.unread}` : undefined),
  (_, { fresh }) => (fresh.length > 0 ? `a DR record that is not ours or has no time: ${fresh[0]?.action ?? 'no action'}` : undefined),
  ({ tasks }) => ('unread' in tasks ? `tasks unread: ${tasks.unread}` : undefined),
  ({ tasks }) => named('a task runs', found(tasks)?.[0]?.name),
  ({ instance }) => ('unread' in instance ? `instance unread: ${instance.unread}` : undefined),
  ({ instance }) => (found(instance)?.status === 'ACTIVE' ? undefined : 'instance not ACTIVE'),
  ({ relation }) => named('in progress', found(relation)?.actions[0]),
];

function named(what: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${what}: ${name}`;
}

function whyUnproved(row: OperationRow, evidence: Evidence, known: Known): string | undefined {
  for (const doubt of DOUBTS) {
    const why = doubt(evidence, known);
    if (why !== undefined) return why;
  }
  return isIn(row.before, evidence) ? undefined : 'not in the state in which the request was made';
}
