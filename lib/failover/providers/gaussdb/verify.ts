import type { Target } from '../../../config/config.ts';
import type { Operation, SentCall, VerifyOutcome } from '../../provider.ts';
import { OPERATION_ROWS } from './operations.ts';
import { found } from './read.ts';
import { idsOf } from './reads.ts';
import { describe, isDone, readSituation, roleOf, saysAny, type Situation } from './situation.ts';
import type { Wire } from './wire.ts';

/** Looks at the roles after the operation (rule 15). The vendor's failover does not fence the old primary, and says so (§1.2). */
export async function verifyGaussdb(wire: Wire, call: SentCall): Promise<VerifyOutcome> {
  const situation = await readSituation(wire, call.target, call.deadlineMs);
  const row = OPERATION_ROWS[call.plan.operation];
  const now = describe(situation);
  if (isDone(row, situation)) return { kind: 'promoted', ...settled(call, situation), detail: now };
  if (saysAny(row.failed, situation)) return { kind: 'not-promoted', why: now };
  const words = [situation.relation, situation.monitor];
  const read = words.every((one) => 'known' in one) && roleOf(situation.relation) !== 'unknown';
  return read ? { kind: 'not-yet', why: now } : { kind: 'unknown', why: now };
}

type Settled = Pick<Extract<VerifyOutcome, { kind: 'promoted' }>, 'newWriter' | 'oldPrimary' | 'manualSteps'>;

/** Who writes now, and what is left for people. */
function settled({ plan, target }: SentCall, { relation }: Situation): Settled {
  const ours = idsOf(target).instanceId;
  const master = found(relation)?.masterInstanceId;
  // A simulation opens both sides and moves nobody: the primary is the one it was.
  const moves = plan.operation !== 'simulation-start' && plan.operation !== 'simulation-stop';
  const newWriter = moves ? ours : (master ?? plan.writerBefore ?? 'the primary');
  const old = plan.writerBefore ?? 'the old primary';
  return { newWriter, ...AFTERWARDS[plan.operation](old, target) };
}

type Afterwards = (old: string, target: Target) => Omit<Settled, 'newWriter'>;

const AFTERWARDS: Readonly<Record<Operation, Afterwards>> = {
  failover: (old) => ({
    oldPrimary: 'not-fenced',
    manualSteps: [
      `Make sure that nothing writes to ${old} any more: stop its applications, close its security group, or stop the instance.`,
      'Point applications and DNS at the promoted instance.',
      `Stop the DR task of ${old} from its own region once that is back; it does not end by itself.`,
      'Set the Reset Configuration whitelist again: the vendor clears it at a promotion.',
      'Afterwards re-establish the DR relation (operation restore), or build a new one if it was dissolved.',
    ],
  }),
  switchover: (old) => ({
    oldPrimary: 'fenced',
    manualSteps: [`Point applications and DNS at the new primary; ${old} is its standby now.`],
  }),
  restore: () => ({ oldPrimary: 'fenced', manualSteps: [] }),
  'simulation-start': (old) => ({
    oldPrimary: 'not-fenced',
    manualSteps: [`The drill is on: both sides take writes, and ${old} stays the primary. Write only test data to the DR instance.`],
  }),
  'simulation-stop': () => ({ oldPrimary: 'fenced', manualSteps: [] }),
};
