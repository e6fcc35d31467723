import type { Plan, ReconcileOutcome, SentCall, TrackOutcome, VerifyOutcome } from '../../provider.ts';
import { CLUSTER_STATUSES } from '../polardb/cluster.ts';
import { isMoving, memberOf, NETWORK_STATUSES, primaryOf, type Member, type Network, type Unread } from './network.ts';

/**
 * What the roles say: the only thing there is, because the API has neither a token nor a job (provider contracts §2.5). `primary` is who
 * leads now; `settled` that the network and the cluster that is to lead are at rest.
 */
export type Sight =
  | {
      readonly kind: 'led';
      readonly by: 'target' | 'old primary' | 'another';
      readonly settled: boolean;
      readonly primary: Member;
      /** The cluster that is to lead. */
      readonly target: Member;
      readonly old?: Member;
    }
  | { readonly kind: 'switching'; readonly detail: string }
  | { readonly kind: 'unclear'; readonly why: string };

export interface Evidence {
  readonly sight: Sight;
  readonly nowMs: number;
  /** From the request on, for this long, unchanged roles mean nothing. */
  readonly graceMs: number;
}

export function sightOf(network: Network | Unread, plan: Plan): Sight {
  if ('unread' in network) return { kind: 'unclear', why: network.unread };
  if (!NETWORK_STATUSES.has(network.status)) return { kind: 'unclear', why: 'The status of the network is not a documented one.' };
  if (isMoving(network)) return { kind: 'switching', detail: `The network is ${network.status}, and a switch may be under way.` };
  const target = memberOf(network, plan.promotes);
  const primary = primaryOf(network);
  if (target === undefined) return { kind: 'unclear', why: `${plan.promotes ?? 'The planned cluster'} is not a member of the network.` };
  if (primary === undefined) return { kind: 'unclear', why: 'The network does not have exactly one primary now.' };
  return unclear(target, primary) ?? led(network, plan, { target, primary });
}

function unclear(target: Member, primary: Member): Sight | undefined {
  if (primary !== target && target.role !== 'standby') return { kind: 'unclear', why: `The role of ${target.id} is not a documented one.` };
  const foreign = [target, primary].find((member) => !CLUSTER_STATUSES.has(member.status));
  return foreign === undefined ? undefined : { kind: 'unclear', why: `The status of ${foreign.id} is not a documented one.` };
}

function led(network: Network, plan: Plan, { target, primary }: { target: Member; primary: Member }): Sight {
  const settled = network.status === 'active' && target.status === 'Running';
  const old = memberOf(network, plan.writerBefore);
  return { kind: 'led', by: leader(plan, primary), settled, primary, target, ...(old === undefined ? {} : { old }) };
}

function leader(plan: Plan, primary: Member): 'target' | 'old primary' | 'another' {
  if (primary.id === plan.promotes) return 'target';
  return primary.id === plan.writerBefore ? 'old primary' : 'another';
}

export function trackOf(call: SentCall, evidence: Evidence): TrackOutcome {
  const { sight } = evidence;
  if (sight.kind === 'unclear') return { kind: 'unknown', why: sight.why };
  if (sight.kind === 'switching') return { kind: 'running', detail: sight.detail };
  const said = sentence(call, evidence, sight);
  if (sight.by === 'target' && sight.settled) return { kind: 'succeeded', detail: said };
  if (sight.by === 'target' || !sight.settled || inGrace(call, evidence)) return { kind: 'running', detail: said };
  return { kind: 'failed', why: said };
}

export function reconcileOf(call: SentCall, evidence: Evidence): ReconcileOutcome {
  const { sight } = evidence;
  if (sight.kind === 'unclear') return { kind: 'unproved', why: sight.why };
  if (sight.kind === 'switching') return { kind: 'unproved', why: sight.detail };
  const said = sentence(call, evidence, sight);
  if (sight.by === 'target') return { kind: 'happened', handle: call.handle ?? { sentAtMs: call.sentAtMs }, evidence: said };
  // Another cluster leads: somebody else switched the network. Whether our request is still coming cannot be told, and must not be repeated.
  if (sight.by === 'another') return { kind: 'unproved', why: said };
  if (!sight.settled || inGrace(call, evidence)) return { kind: 'unproved', why: said };
  return { kind: 'nothing-happened', evidence: `${said} The network is active.` };
}

export function verifyOf(call: SentCall, evidence: Evidence): VerifyOutcome {
  const { sight } = evidence;
  if (sight.kind === 'unclear') return { kind: 'unknown', why: sight.why };
  if (sight.kind === 'switching') return { kind: 'not-yet', why: sight.detail };
  const said = sentence(call, evidence, sight);
  if (sight.by === 'target' && sight.settled) return promoted(call, sight, said);
  if (sight.by === 'target' || !sight.settled || inGrace(call, evidence)) return { kind: 'not-yet', why: said };
  return { kind: 'not-promoted', why: said };
}

/**
 * The old primary is fenced when the provider itself lists it as a running standby, which is read-only. After a forced switch away from a
 * site that is cut off, nobody has told the old primary anything: not fenced (rule 15).
 */
function promoted(call: SentCall, sight: Extract<Sight, { kind: 'led' }>, detail: string): VerifyOutcome {
  const fenced = sight.old?.role === 'standby' && sight.old.status === 'Running';
  const old = call.plan.writerBefore ?? 'the old primary';
  const { id, region } = sight.primary;
  const move = `Point applications to ${id}${region === '' ? '' : ` in ${region}`}: the connection addresses of the clusters are not swapped.`;
  const block = `Block writes to ${old} (whitelist, accounts, or its applications): it is not seen as a running standby, so nothing keeps it from writing.`;
  return {
    kind: 'promoted',
    newWriter: id,
    oldPrimary: fenced ? 'fenced' : 'not-fenced',
    manualSteps: fenced ? [move] : [block, move],
    detail,
  };
}

function sentence(call: SentCall, evidence: Evidence, sight: Extract<Sight, { kind: 'led' }>): string {
  const after = `${Math.floor((evidence.nowMs - sentAtMs(call)) / 1000)} s after the request`;
  const wanted = sight.by === 'target' ? '' : `, not ${sight.target.id}`;
  return `${after} ${sight.primary.id} (${sight.primary.status}) is the primary${wanted}.`;
}

/** The last request counts: an earlier one's time must not shorten the quiet of a later one. */
function sentAtMs(call: SentCall): number {
  return Math.max(call.sentAtMs, call.lastSentAtMs ?? 0, call.handle?.sentAtMs ?? 0);
}

function inGrace(call: SentCall, evidence: Evidence): boolean {
  return evidence.nowMs - sentAtMs(call) < evidence.graceMs;
}
