import { instant } from '../decide/words.ts';
import type { Failover } from '../failover/failover.ts';
import { oneLine } from '../notify/text.ts';
import { refused, type RefusalCode, type Refused } from './answer.ts';
import { personOf } from './deed.ts';

export type Awaiting = Extract<Failover, { state: 'awaiting-approval' }>;
export const PLAN_HASH_CHARS_MIN = 8;

/** What one approval comes to. Pure. */
export type JudgedApproval =
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly refusal: Refused }
  | { readonly kind: 'already'; readonly failover: Failover; readonly told: string }
  | { readonly kind: 'counted'; readonly awaiting: Awaiting; readonly approvedBy: readonly string[]; readonly enough: boolean };

interface Asked {
  readonly by: string;
  readonly planHashPrefix: string;
  readonly consentToLoseData?: boolean;
}

/** Rule 14, in the order in which a person would want to hear of it. */
export function judgeApproval(failover: Failover | undefined, asked: Asked, nowMs: number): JudgedApproval {
  if (failover === undefined) return no('nothing-pending');
  if (failover.state !== 'awaiting-approval') return movedOn(failover, asked);
  const { approval } = failover;
  const mismatch = planProblem(failover, asked.planHashPrefix);
  if (mismatch !== undefined) return mismatch;
  if (nowMs >= approval.expiresAtMs) return no('expired', `It expired at ${instant(approval.expiresAtMs)}.`);
  const stranger = approverProblem(failover, asked.by);
  if (stranger !== undefined) return stranger;
  if (approval.approvedBy.some((name) => personOf(name) === personOf(asked.by))) return countedBefore(failover);
  if (approval.asksDataLoss && asked.consentToLoseData !== true) return no('consent-needed', 'Say so with --consent-to-data-loss.');
  const approvedBy = [...approval.approvedBy, oneLine(asked.by)];
  return { kind: 'counted', awaiting: failover, approvedBy, enough: approvedBy.length >= approval.count };
}

function countedBefore(failover: Awaiting): JudgedApproval {
  const { approvedBy, count } = failover.approval;
  return { kind: 'already', failover, told: `Your approval is counted already: ${approvedBy.length} of ${count}.` };
}

function movedOn(failover: Failover, { planHashPrefix }: Asked): JudgedApproval {
  const same = planProblem(failover, planHashPrefix) === undefined;
  if (same && failover.approved) return { kind: 'already', failover, told: `It was approved before, and is ${failover.state} now.` };
  return no('nothing-pending', `Its ${failover.operation} is ${failover.state}.`);
}

function planProblem({ planHash, targetId }: Failover, prefix: string): JudgedApproval | undefined {
  const wanted = prefix.toLowerCase();
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length < PLAN_HASH_CHARS_MIN)
    return no('invalid', `The plan is named by the first ${PLAN_HASH_CHARS_MIN} or more hex characters of its hash.`);
  if (planHash.startsWith(wanted)) return undefined;
  return no('plan-mismatch', `Pending is ${planHash.slice(0, 12)}. Look at it first: understudy status ${targetId}`);
}

/** Where the policy names nobody (only the loss of data is asked about), everybody may who may operate, except the requester. */
function approverProblem({ approval, requestedBy }: Awaiting, by: string): JudgedApproval | undefined {
  if (personOf(by) === personOf(requestedBy)) return no('approver-is-requester');
  const { approvers } = approval;
  if (approvers.length === 0 || approvers.some((name) => personOf(name) === personOf(by))) return undefined;
  return no('not-an-approver', `Approvers are ${approvers.join(', ')}.`);
}

function no(code: RefusalCode, detail = ''): JudgedApproval {
  return { kind: 'refused', code, refusal: refused(code, detail) };
}
