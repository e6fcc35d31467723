import type { Rules } from '../decide/decide.ts';
import { tokenOf } from '../decide/act.ts';
import { lookAtWorld } from '../decide/look.ts';
import { instant } from '../decide/words.ts';
import { firstEntry } from '../failover/advance.ts';
import type { Failover, FailoverState } from '../failover/failover.ts';
import { sha256 } from '../failover/hash.ts';
import { OPERATIONS } from '../failover/provider.ts';
import { sendLook } from '../failover/send-look.ts';
import { oneLine } from '../notify/text.ts';
import { rulesFor, type Services } from '../services.ts';
import { already, done, refused, type Answer, type Refused } from './answer.ts';
import { actOf, knownTarget, onTarget, putOnRecord, wordsProblem } from './deed.ts';
import { askedNotice } from './notices.ts';
import {
  approversProblem,
  planProblem,
  propose,
  recordProblem,
  recordWarnings,
  type OperationRequest,
  type Proposal,
} from './operation.ts';

/** What would be done, and nothing is: the same looks and checks as when it is asked for. */
export async function planOperation(services: Services, targetId: string, request: OperationRequest): Promise<Answer<Proposal>> {
  const found = await proposalFor(services, targetId, request);
  if ('ok' in found) return found;
  const { rules, proposal } = found;
  const state = await services.targets.load(targetId);
  const nowMs = services.clock.nowMs();
  const problem = recordProblem(state, request, nowMs);
  if (problem !== undefined) return problem;
  const warnings = [...recordWarnings(state, rules, nowMs), ...proposal.warnings];
  return { ...already(`${targetId}: this ${request.operation} can be asked for.`), ...proposal, warnings };
}

/**
 * An operation that a person asks for: one conditional write puts it on record, and the failover step carries it out as any other. No
 * alerts are needed; the block, what is in flight and the provider's own checks hold all the same.
 */
export async function requestOperation(
  services: Services,
  targetId: string,
  request: OperationRequest,
): Promise<Answer<Proposal & { failoverId: string }>> {
  const id = idOf(services, targetId, request);
  const before = request.requestId === undefined ? undefined : await repeated(services, targetId, id);
  if (before !== undefined) return before;
  const found = await proposalFor(services, targetId, request);
  if ('ok' in found) return found;
  const { rules, proposal } = found;
  return onTarget(services, targetId, async (state) => {
    const nowMs = services.clock.nowMs();
    if (state.failover?.id === id) return sameAgain(services, state.failover);
    const problem = recordProblem(state, request, nowMs);
    if (problem !== undefined) return problem;
    const failover = newOperation({ id, rules, request, proposal, nowMs });
    if ((await services.targets.save(state, { failover }, ['controls'])) === 'conflict') return 'conflict';
    const warnings = [...recordWarnings(state, rules, nowMs), ...proposal.warnings];
    await sendLook(services, failover);
    const { operation: deed, by, reason } = request;
    await putOnRecord(services, actOf(services, { targetId, deed, by, reason }), askedNotice(failover, warnings));
    return { ...done(toldOf(failover), warnings), ...proposal, warnings, failoverId: id };
  });
}

interface Found {
  readonly rules: Rules;
  readonly proposal: Proposal;
}

async function proposalFor(services: Services, targetId: string, request: OperationRequest): Promise<Found | Refused> {
  const problem = wordsProblem(request) ?? knownTarget(services, targetId);
  if (problem !== undefined) return problem;
  const rules = rulesFor(services.config, targetId);
  const provider = services.provider(rules.target.provider);
  if (!OPERATIONS.includes(request.operation)) return refused('invalid', `There is no operation ${request.operation.slice(0, 40)}.`);
  if (!provider.operations.includes(request.operation)) return refused('unsupported', `It has ${provider.operations.join(', ')}.`);
  const unapproved = approversProblem(rules, request);
  if (unapproved !== undefined) return unapproved;
  const proposal = propose(provider, rules, await lookAtWorld(services, rules, request.operation), request);
  if ('ok' in proposal) return proposal;
  return planProblem(proposal, request.planHashPrefix) ?? { rules, proposal };
}

/** A repetition of the same request is the same failover, and so the same token (rule 7); never that of another target. */
function idOf(services: Services, targetId: string, { operation, requestId }: OperationRequest): string {
  return requestId === undefined ? services.entropy.id() : sha256(`${targetId} ${operation} ${requestId}`).slice(0, 32);
}

/** Before the world is looked at: what the first one has begun would forbid the second. */
async function repeated(services: Services, targetId: string, id: string): Promise<Answer<Proposal & { failoverId: string }> | undefined> {
  const { failover } = await services.targets.load(targetId);
  const same = failover?.id === id ? failover : await services.records.failover(targetId, id);
  return same === undefined ? undefined : sameAgain(services, same);
}

/** What follows the record may have been lost with the first answer: sent again, under the same identity. */
async function sameAgain(services: Services, failover: Failover): Promise<Answer<Proposal & { failoverId: string }>> {
  if (failover.state === 'requested' || failover.state === 'awaiting-approval') await sendLook(services, failover);
  const { id: failoverId, plan, planHash, checks } = failover;
  return {
    ...already(`This request was taken before; its ${failover.operation} is ${failover.state}.`),
    failoverId,
    plan,
    planHash,
    checks,
  };
}

interface NewOperation {
  readonly id: string;
  readonly rules: Rules;
  readonly request: OperationRequest;
  readonly proposal: Proposal;
  readonly nowMs: number;
}

function newOperation({ id, rules, request, proposal, nowMs }: NewOperation): Failover {
  const state = firstState(rules, request, nowMs);
  const waits = state.state === 'awaiting-approval';
  const [by, reason] = [oneLine(request.by), oneLine(request.reason)];
  return {
    id,
    targetId: rules.target.id,
    operation: request.operation,
    token: tokenOf(id),
    plan: proposal.plan,
    planHash: proposal.planHash,
    cause: 'person',
    requestedBy: by,
    reason,
    requestedAtMs: nowMs,
    beganAtMs: nowMs,
    approved: false,
    dataLossConsented: !waits && request.operation === 'failover' && request.consentToLoseData === true,
    attempt: 0,
    starts: 0,
    look: { number: 0, atMs: waits ? state.approval.expiresAtMs : nowMs },
    checks: proposal.checks,
    trail: [firstEntry(state.state, by, reason, nowMs)],
    ...state,
  };
}

function firstState(
  { policy }: Rules,
  { operation, consentToLoseData }: OperationRequest,
  nowMs: number,
): Extract<FailoverState, { state: 'requested' | 'awaiting-approval' }> {
  const { required, approvers, count, expiresMs } = policy.guards.approval;
  if (!required || operation !== 'failover') return { state: 'requested' };
  const asksDataLoss = consentToLoseData === true;
  return { state: 'awaiting-approval', approval: { expiresAtMs: nowMs + expiresMs, count, approvers, approvedBy: [], asksDataLoss } };
}

function toldOf(failover: Failover): string {
  const { targetId, operation } = failover;
  if (failover.state !== 'awaiting-approval') return `${targetId}: the ${operation} is requested.`;
  const { count, expiresAtMs } = failover.approval;
  return `${targetId}: the ${operation} waits for ${count} approvals until ${instant(expiresAtMs)}.`;
}
