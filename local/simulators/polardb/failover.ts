import type { Credential } from '../credential.ts';
import { Refusal } from '../refusal.ts';
import type { Context, Handled } from '../vendor.ts';
import { candidate } from './candidates.ts';
import { DOCUMENTED } from './choices.ts';
import { rememberToken, replayOf, tokenOf } from './client-token.ts';
import type { TokenUse } from './client-token.ts';
import { runningOn, writerOf } from './model.ts';
import type { PolardbCluster, PolardbState } from './model.ts';
import type { RpcRequest } from './parameters.ts';
import { clusterStatus } from './presentation.ts';
import { startOperation } from './progress.ts';
import { accepted, requestIdFrom } from './replies.ts';

/** §2.2. */
const CLUSTER_ID = /^pc-[a-z0-9]+$/;

export function clusterOf(state: PolardbState, id: string): PolardbCluster {
  if (!CLUSTER_ID.test(id)) throw new Refusal(DOCUMENTED.clusterId);
  const cluster = state.clusters[id];
  if (!cluster) throw new Refusal(DOCUMENTED.clusterNotFound);
  return cluster;
}

/** FailoverDBCluster (§2.2, §2.9): the token first, then the rules about the cluster, then the node. */
export function failover(state: PolardbState, rpc: RpcRequest, credential: Credential, context: Context): Handled {
  const { parameters } = rpc;
  const use = tokenOf(state, credential.accessKeyId, rpc.action, parameters);
  const cluster = clusterOf(state, parameters['DBClusterId'] ?? '');
  const ids = { DBClusterId: cluster.id };
  const known = replayOf(state, use, cluster.id, context.nowMs);
  const told = use ? { token: use.token } : {};
  if (known) return accepted(context, { ids, requestId: known.requestId, events: [], outcome: 'replayed', ...told });
  try {
    const { requestId, events } = begin(state, rpc, cluster, context);
    rememberToken(state, use, { requestId, atMs: context.nowMs, refusedWith: null });
    return accepted(context, { ids, requestId, events, outcome: 'accepted', ...told });
  } catch (error) {
    keepRefused(state, use, error, context.nowMs);
    throw error;
  }
}

function keepRefused(state: PolardbState, use: TokenUse | undefined, error: unknown, nowMs: number): void {
  if (!(error instanceof Refusal) || state.choices.tokenOfRefused === 'forgotten') return;
  rememberToken(state, use, { requestId: '', atMs: nowMs, refusedWith: error.answer });
}

function begin(
  state: PolardbState,
  rpc: RpcRequest,
  cluster: PolardbCluster,
  context: Context,
): { requestId: string; events: Handled['events'][number][] } {
  const { TargetDBNodeId, TargetZoneType, RollBackForDisaster } = rpc.parameters;
  checkCluster(state, cluster, context.nowMs);
  const target = candidate(state, cluster, TargetDBNodeId, TargetZoneType);
  if (!cluster.replicationHealthy) throw new Refusal(state.choices.unhealthyReplication);
  const requestId = requestIdFrom(context);
  const start = { operation: 'FailoverDBCluster', id: cluster.id, requestId, by: 'request', cause: state.choices.manualCause } as const;
  const from = writerOf(cluster)?.id ?? '';
  const events = startOperation(state, {
    ...start,
    from,
    to: target.id,
    rollBack: RollBackForDisaster === 'true',
    nowMs: context.nowMs,
    effects: context.effects,
  });
  return { requestId, events };
}

/** What the cluster as a whole must be for a failover. @throws {Refusal} */
function checkCluster(state: PolardbState, cluster: PolardbCluster, nowMs: number): void {
  const { choices } = state;
  if (cluster.lockMode !== 'Unlock') throw new Refusal(DOCUMENTED.lockMode);
  if (choices.categoriesRefused.includes(cluster.category)) throw new Refusal(DOCUMENTED.category);
  if (cluster.distributedEdition) throw new Refusal(choices.distributedEdition);
  if (choices.frequencyRule === 'before-status') checkFrequency(state, cluster, nowMs);
  if (runningOn(state, cluster.id)) throw new Refusal(choices.whileSwitching);
  if (clusterStatus(state, cluster) !== 'Running') throw new Refusal(DOCUMENTED.clusterStatus);
  if (choices.frequencyRule === 'after-status') checkFrequency(state, cluster, nowMs);
}

/** The vendor's own guard against a second failover, counted from the acceptance of the last one. */
function checkFrequency(state: PolardbState, cluster: PolardbCluster, nowMs: number): void {
  const quietMs = state.choices.frequencyMs / state.speed;
  const tooSoon = cluster.lastSwitchAtMs !== null && nowMs < cluster.lastSwitchAtMs + quietMs;
  if (tooSoon) throw new Refusal(DOCUMENTED.tooOften);
}
