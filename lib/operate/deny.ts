import { advance } from '../failover/advance.ts';
import type { Failover, TerminalFailover } from '../failover/failover.ts';
import { saveFailover } from '../failover/persist.ts';
import { retire } from '../failover/retire.ts';
import { oneLine } from '../notify/text.ts';
import type { Services } from '../services.ts';
import { already, done, refused, type Answer, type Refused } from './answer.ts';
import { actOf, onTarget, personOf, putOnRecord, wordsProblem, type Doer } from './deed.ts';
import type { Awaiting } from './judge-approval.ts';

/** An approver says no, or the person who asked takes it back: cancelled. The same signals do not ask again (rule 14). */
export async function deny(services: Services, targetId: string, doer: Doer): Promise<Answer<{ failoverId: string }>> {
  const problem = wordsProblem(doer);
  if (problem !== undefined) return problem;
  return onTarget(services, targetId, async (state) => {
    const { failover } = state;
    if (failover?.state === 'cancelled') {
      // Whoever cancelled it died before clearing the target.
      await retire(services, state, failover);
      return { ...already(`${targetId}: the ${failover.operation} is cancelled already: ${failover.why}`), failoverId: failover.id };
    }
    if (failover?.state !== 'awaiting-approval') return nothingPending(failover);
    const stranger = strangerProblem(failover, doer.by);
    if (stranger !== undefined) return stranger;
    const nowMs = services.clock.nowMs();
    const why = `denied by ${oneLine(doer.by)}: ${oneLine(doer.reason)}`;
    const step = { event: 'denied', by: oneLine(doer.by), why, atMs: nowMs } as const;
    const cancelled = advance(failover, step, { state: 'cancelled', endedAtMs: nowMs, why }, { lookAtMs: nowMs }) as TerminalFailover;
    const saved = await saveFailover(services, state, cancelled);
    if (saved === undefined) return 'conflict';
    // The end is told by its own notice; the act stands on record besides.
    await retire(services, saved, cancelled);
    await putOnRecord(services, actOf(services, { targetId, deed: 'deny', ...doer }));
    return { ...done(`${targetId}: the ${failover.operation} is cancelled.`), failoverId: failover.id };
  });
}

function nothingPending(failover: Failover | undefined): Refused {
  return refused('nothing-pending', failover === undefined ? '' : `Its ${failover.operation} is ${failover.state}.`);
}

function strangerProblem({ approval: { approvers }, requestedBy }: Awaiting, by: string): Refused | undefined {
  const may = [requestedBy, ...approvers].map(personOf);
  if (approvers.length === 0 || may.includes(personOf(by))) return undefined;
  const remedy = 'Anybody who may operate can pause the target: it is cancelled when its turn comes in the pause.';
  return refused('not-an-approver', `Approvers are ${approvers.join(', ')}.`, { remedy });
}
