import type { Plan, ReconcileOutcome, SentCall, TrackOutcome, VerifyOutcome } from '../../provider.ts';
import { CLUSTER_STATUSES, isSwitching, NODE_STATUSES, writerOf, type Cluster, type ClusterNode, type Unread } from './cluster.ts';
import { attribution, freshSwitches } from './attribution.ts';
import type { HaLog } from './ha-log.ts';

/**
 * What the roles say about one request (provider contracts §2.4): there is no job to ask, so the answer is the difference to what was
 * seen before. `switched`: another node is the writer.
 */
export type Sight =
  | {
      readonly kind: 'switched';
      readonly writer: ClusterNode;
      /** The writer of before. */
      readonly old: string;
      /** The planned node, where another one leads. */
      readonly insteadOf: string | undefined;
      readonly settled: boolean;
      readonly oldIsReader: boolean;
    }
  | { readonly kind: 'switching'; readonly detail: string }
  | { readonly kind: 'unchanged'; readonly writer: string; readonly settled: boolean; readonly status: string }
  | { readonly kind: 'unclear'; readonly why: string };

/** Everything that the three answers are made from. */
export interface Evidence {
  readonly sight: Sight;
  readonly log: HaLog;
  readonly nowMs: number;
  /** From the request on, for this long, an unchanged writer means nothing. */
  readonly graceMs: number;
}

export function sightOf(cluster: Cluster | Unread, plan: Plan): Sight {
  if ('unread' in cluster) return { kind: 'unclear', why: cluster.unread };
  if (isSwitching(cluster)) return { kind: 'switching', detail: `The cluster is ${cluster.status}, a change of roles is under way.` };
  const writer = writerOf(cluster);
  if (writer === undefined) return { kind: 'unclear', why: 'The cluster does not have exactly one writer now.' };
  if (!CLUSTER_STATUSES.has(cluster.status)) return { kind: 'unclear', why: 'The status of the cluster is not a documented one.' };
  if (!NODE_STATUSES.has(writer.status)) return { kind: 'unclear', why: `The status of ${writer.id} is not a documented one.` };
  if (plan.writerBefore === undefined) return { kind: 'unclear', why: 'The plan does not say who was the writer before.' };
  const atRest = cluster.status === 'Running';
  const status = `cluster ${cluster.status}, ${writer.id} ${writer.status}`;
  // The old writer is what has failed: whether it runs says nothing about whether a switch is coming.
  if (writer.id === plan.writerBefore) return { kind: 'unchanged', writer: writer.id, settled: atRest, status };
  const oldIsReader = cluster.nodes.some((node) => node.id === plan.writerBefore && node.role === 'Reader');
  return {
    kind: 'switched',
    writer,
    old: plan.writerBefore,
    insteadOf: plan.promotes === writer.id ? undefined : plan.promotes,
    settled: atRest && writer.status === 'Running',
    oldIsReader,
  };
}

export function trackOf(call: SentCall, evidence: Evidence): TrackOutcome {
  const { sight } = evidence;
  switch (sight.kind) {
    case 'unclear':
      return { kind: 'unknown', why: sight.why };
    case 'switching':
      return { kind: 'running', detail: sight.detail };
    case 'switched':
      return trackSwitched(call, sight, evidence);
    case 'unchanged':
      return trackUnchanged(call, sight, evidence);
  }
}

function trackSwitched(call: SentCall, sight: Extract<Sight, { kind: 'switched' }>, evidence: Evidence): TrackOutcome {
  const said = `${sight.writer.id} is the writer now. ${attribution(call, evidence.log)}`;
  if (!sight.settled) return { kind: 'running', detail: `${said} It is ${sight.writer.status}, not yet running.` };
  if (sight.insteadOf === undefined) return { kind: 'succeeded', detail: said };
  const instead = `Instead of ${sight.insteadOf}, ${said}`;
  return inGrace(call, evidence) ? { kind: 'running', detail: instead } : { kind: 'failed', why: instead };
}

function trackUnchanged(call: SentCall, sight: Extract<Sight, { kind: 'unchanged' }>, evidence: Evidence): TrackOutcome {
  if (!sight.settled) return { kind: 'running', detail: `${sight.writer} is still the writer: ${sight.status}.` };
  if (inGrace(call, evidence)) return { kind: 'running', detail: `${sight.writer} is still the writer: the switch has not begun yet.` };
  const fresh = freshSwitches(call, evidence.log);
  if (evidence.log.kind === 'unread') return { kind: 'unknown', why: `${sight.writer} is still the writer, and ${evidence.log.why}` };
  if (fresh.some((row) => row.finishedAtMs === undefined)) return { kind: 'running', detail: attribution(call, evidence.log) };
  return {
    kind: 'failed',
    why: `${sight.writer} is still the writer ${seconds(call, evidence)} s after the request. ${attribution(call, evidence.log)}`,
  };
}

export function reconcileOf(call: SentCall, evidence: Evidence): ReconcileOutcome {
  const { sight } = evidence;
  switch (sight.kind) {
    case 'unclear':
      return { kind: 'unproved', why: sight.why };
    case 'switching':
      return { kind: 'unproved', why: sight.detail };
    case 'switched':
      return happened(call, `${sight.writer.id} is the writer, no longer ${sight.old}. ${attribution(call, evidence.log)}`);
    case 'unchanged':
      return reconcileUnchanged(call, sight, evidence);
  }
}

function reconcileUnchanged(call: SentCall, sight: Extract<Sight, { kind: 'unchanged' }>, evidence: Evidence): ReconcileOutcome {
  const { log } = evidence;
  if (!sight.settled) return { kind: 'unproved', why: `The cluster is not at rest: ${sight.status}.` };
  if (log.kind === 'unread') return { kind: 'unproved', why: log.why };
  const fresh = freshSwitches(call, log);
  const finishedByUs = fresh.some((row) => row.by !== 'the provider itself' && row.finishedAtMs !== undefined);
  if (finishedByUs) return happened(call, `${sight.writer} is the writer again, but the cluster was switched. ${attribution(call, log)}`);
  if (fresh.length > 0) return { kind: 'unproved', why: attribution(call, log) };
  if (inGrace(call, evidence)) return { kind: 'unproved', why: `Only ${seconds(call, evidence)} s have passed since the request.` };
  const evidenceOfLog = log.kind === 'read' ? 'the HA log has no new switch' : log.why;
  return {
    kind: 'nothing-happened',
    evidence: `${seconds(call, evidence)} s after the request ${sight.writer} is still the writer, the cluster is at rest, and ${evidenceOfLog}.`,
  };
}

export function verifyOf(
  call: SentCall,
  evidence: Evidence,
  promoted: (sight: Extract<Sight, { kind: 'switched' }>) => VerifyOutcome,
): VerifyOutcome {
  const { sight } = evidence;
  switch (sight.kind) {
    case 'unclear':
      return { kind: 'unknown', why: sight.why };
    case 'switching':
      return { kind: 'not-yet', why: sight.detail };
    case 'switched':
      return sight.insteadOf === undefined && sight.settled ? promoted(sight) : verifySwitched(call, sight, evidence);
    case 'unchanged':
      if (!sight.settled || inGrace(call, evidence))
        return { kind: 'not-yet', why: `${sight.writer} is still the writer: ${sight.status}.` };
      return { kind: 'not-promoted', why: `${sight.writer} is still the writer.` };
  }
}

function verifySwitched(call: SentCall, sight: Extract<Sight, { kind: 'switched' }>, evidence: Evidence): VerifyOutcome {
  const why = `${sight.writer.id} (${sight.writer.status}) is the writer, planned was ${call.plan.promotes ?? 'any reader'}.`;
  return { kind: sight.insteadOf === undefined || inGrace(call, evidence) ? 'not-yet' : 'not-promoted', why };
}

function happened(call: SentCall, evidence: string): ReconcileOutcome {
  return { kind: 'happened', handle: call.handle ?? { sentAtMs: call.sentAtMs }, evidence };
}

/** The last request counts: an earlier one's time must not shorten the quiet of a later one. */
function sentAtMs(call: SentCall): number {
  return Math.max(call.sentAtMs, call.lastSentAtMs ?? 0, call.handle?.sentAtMs ?? 0);
}

function inGrace(call: SentCall, evidence: Evidence): boolean {
  return evidence.nowMs - sentAtMs(call) < evidence.graceMs;
}

function seconds(call: SentCall, evidence: Evidence): number {
  return Math.floor((evidence.nowMs - sentAtMs(call)) / 1000);
}
