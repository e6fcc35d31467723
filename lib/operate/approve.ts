import { REASONS } from '../decide/reason.ts';
import { instant } from '../decide/words.ts';
import { advance } from '../failover/advance.ts';
import { isTerminal, type Failover } from '../failover/failover.ts';
import { mayGoOn, stillJustified } from '../failover/justify.ts';
import { saveFailover } from '../failover/persist.ts';
import { sendLook } from '../failover/send-look.ts';
import { oneLine } from '../notify/text.ts';
import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { already, done, refused, type Answer, type Refused } from './answer.ts';
import { actOf, onTarget, putOnRecord, wordsProblem } from './deed.ts';
import { judgeApproval, type Awaiting } from './judge-approval.ts';
import { approvedNotice } from './notices.ts';

export interface Approval {
  readonly by: string;
  /** The first 8 or more hex characters of the plan's hash: what is approved is what runs (rule 14). */
  readonly planHashPrefix: string;
  /** A consent of its own (rule 10): the lag is over the limit, and what was not replicated is lost. */
  readonly consentToLoseData?: boolean;
  readonly reason?: string;
}
/** How far it has come. */
export interface Counted {
  readonly failoverId: string;
  readonly counted: number;
  readonly needed: number;
}

/** Counts one approval, and with the last one sends the failover on. Every approval is one conditional write. */
export async function approve(services: Services, targetId: string, request: Approval): Promise<Answer<Counted>> {
  const doer = { by: request.by, reason: request.reason ?? 'approved' };
  const problem = wordsProblem(doer);
  if (problem !== undefined) return problem;
  let failoverId: string | undefined;
  const answer = await onTarget(services, targetId, async (state) => {
    const judged = judgeApproval(state.failover, request, services.clock.nowMs());
    if (judged.kind === 'refused') return judged.code === 'nothing-pending' ? nothingPending(services, targetId, request) : judged.refusal;
    if (judged.kind === 'already') {
      if (judged.failover.state === 'requested') await sendLook(services, judged.failover);
      return { ...already(judged.told), ...countOf(judged.failover) };
    }
    const { awaiting, approvedBy, enough } = judged;
    failoverId = awaiting.id;
    const next = enough ? await goOn(services, state, awaiting, { approvedBy, by: request.by }) : counted(awaiting, approvedBy);
    if ('ok' in next) return next;
    if ((await saveFailover(services, state, next)) === undefined) return 'conflict';
    return follow(services, next, { doer, awaiting, approvedBy });
  });
  if (failoverId !== undefined && !answer.ok) await giveBackIfEnded(services, targetId, failoverId);
  return answer;
}

/** It ended while we approved it: whoever ended it gave its slot back before we took it again. */
async function giveBackIfEnded(services: Services, targetId: string, failoverId: string): Promise<void> {
  const { failover } = await services.targets.load(targetId);
  if (failover?.id !== failoverId || isTerminal(failover)) await services.brake.giveBack(failoverId);
}

function counted(awaiting: Awaiting, approvedBy: readonly string[]): Failover {
  return { ...awaiting, approval: { ...awaiting.approval, approvedBy } };
}

function countOf(failover: Failover): Counted {
  const { id: failoverId } = failover;
  if (failover.state !== 'awaiting-approval') return { failoverId, counted: 0, needed: 0 };
  return { failoverId, counted: failover.approval.approvedBy.length, needed: failover.approval.count };
}

/** The last approval: it must still be justified, and automation needs its slot under the fleet brake. */
async function goOn(
  services: Services,
  state: TargetState,
  awaiting: Awaiting,
  { approvedBy, by }: { approvedBy: readonly string[]; by: string },
): Promise<Failover | Refused> {
  // Whoever was counted for a plan that asks for it has consented.
  const dataLossConsented = awaiting.approval.asksDataLoss;
  const verdict = stillJustified(services, state, { ...awaiting, approved: true, dataLossConsented });
  if (verdict !== undefined && !mayGoOn(verdict))
    return refused('no-longer-justified', REASONS[verdict.reason], { checks: verdict.checks });
  const braked = await reserveSlot(services, awaiting);
  if (braked !== undefined) return braked;
  const nowMs = services.clock.nowMs();
  const why = `approved by ${approvedBy.join(', ')}${dataLossConsented ? ', with consent to lose data' : ''}`;
  const step = { event: 'approved', by: oneLine(by), why, atMs: nowMs } as const;
  return advance(awaiting, step, { state: 'requested' }, { approved: true, dataLossConsented, lookAtMs: nowMs });
}

/** Rule 12 brakes automation; what a person asked for is not counted. The slot is kept under the failover's id, so twice is once. */
async function reserveSlot(services: Services, { id, targetId, cause }: Failover): Promise<Refused | undefined> {
  if (cause === 'person') return undefined;
  const { fleet } = rulesFor(services.config, targetId);
  const reserved = await services.brake.reserve(id, fleet.brake, services.clock.nowMs());
  if (reserved === 'reserved') return undefined;
  const remedy = 'Find the common cause, then: understudy release-brake. Or act by hand: understudy operate TARGET failover';
  return refused('brake-on', reserved === 'on' ? 'It is on.' : 'Its limit of failovers is reached.', { remedy });
}

async function follow(
  services: Services,
  next: Failover,
  { doer, awaiting, approvedBy }: { doer: { by: string; reason: string }; awaiting: Awaiting; approvedBy: readonly string[] },
): Promise<Answer<Counted>> {
  const needed = awaiting.approval.count;
  const progress = { counted: approvedBy.length, needed, atMs: services.clock.nowMs() };
  const { targetId, id: failoverId } = next;
  const enough = next.state === 'requested';
  if (enough) await sendLook(services, next);
  await putOnRecord(services, actOf(services, { targetId, deed: 'approve', ...doer }), approvedNotice(next, doer, progress));
  const told = enough
    ? `${targetId}: approved ${progress.counted} of ${needed}, the ${next.operation} begins.`
    : `${targetId}: ${progress.counted} of ${needed} approvals; it expires at ${instant(awaiting.approval.expiresAtMs)}.`;
  return { ...done(told), failoverId, counted: progress.counted, needed };
}

/** Whoever comes too late wants to know what became of it. */
async function nothingPending(services: Services, targetId: string, { planHashPrefix }: Approval): Promise<Refused> {
  const ended = await services.records.failovers(targetId, 5);
  const same = ended.find((failover) => planHashPrefix.length >= 8 && failover.planHash.startsWith(planHashPrefix.toLowerCase()));
  return refused('nothing-pending', same === undefined ? '' : `That one ended at ${instant(same.endedAtMs)} as ${same.state}: ${same.why}`);
}
