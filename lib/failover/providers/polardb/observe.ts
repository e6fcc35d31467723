import type { PolardbSettings } from '../../../config/config.ts';
import type { Candidate, Observation } from '../../provider.ts';
import { chooseCandidate } from './candidates.ts';
import { hasHotStandby, isSwitching, writerOf, type Cluster, type ClusterNode, type Unread } from './cluster.ts';
import type { HaLog } from './ha-log.ts';

/** What was read of one cluster, in the order in which it was asked for. */
export interface Look {
  readonly cluster: Cluster | Unread;
  readonly roles: ReadonlyMap<string, string> | Unread;
  readonly log: HaLog;
  readonly observedAtMs: number;
}

/** Editions whose nodes share one storage (provider contracts §2.3); `Basic` has one node, `NormalMultimaster` several writers. */
export const FAILOVER_CATEGORIES = ['Normal', 'SENormal', 'Archive'];

/** The cluster in neutral words. Pure. */
export function observePolardb(settings: PolardbSettings, look: Look): Observation {
  const { cluster, observedAtMs } = look;
  if ('unread' in cluster) return unreadObservation(observedAtMs, cluster.unread);
  const candidates = candidatesOf(settings, cluster, look.roles);
  const chosen = chooseCandidate(settings, candidates);
  const promoted = cluster.nodes.find((node) => node.id === chosen?.id);
  const newest = look.log.kind === 'read' ? look.log.switches[0] : undefined;
  return {
    observedAtMs,
    standbyRole: standbyRole(settings, cluster, chosen),
    relation: relationOf(cluster, chosen),
    standbyHealthy: chosen?.healthy ?? false,
    lagMs: lagMs(settings, cluster, promoted),
    inFlight: inFlight(cluster),
    writer: writerOf(cluster)?.id,
    candidates,
    lastSwitchAtMs: newest === undefined ? undefined : (newest.finishedAtMs ?? newest.startedAtMs),
    details: detailsOf(cluster, look),
  };
}

export function unreadObservation(observedAtMs: number, why: string): Observation {
  return {
    observedAtMs,
    standbyRole: 'unknown',
    relation: 'unknown',
    standbyHealthy: undefined,
    lagMs: undefined,
    inFlight: [],
    writer: undefined,
    candidates: [],
    lastSwitchAtMs: undefined,
    details: { unread: why },
  };
}

/**
 * Read-only nodes that could be promoted: no column-store or AI node, and, unless the target asks for the hot standby, none of the
 * hot-standby storage cluster, whose data may be behind.
 */
function candidatesOf(settings: PolardbSettings, cluster: Cluster, roles: Look['roles']): readonly Candidate[] {
  const listed = (node: ClusterNode): string => ('unread' in roles ? node.role : (roles.get(node.id) ?? node.role));
  const inZone = (node: ClusterNode): boolean => node.subCluster === '' || node.subCluster === (settings.targetZoneType ?? 'Primary');
  return cluster.nodes
    .filter((node) => node.role === 'Reader' && ['Reader', 'Writer'].includes(listed(node)))
    .filter((node) => inZone(node) || node.id === settings.targetNodeId)
    .map((node) => ({ id: node.id, healthy: node.status === 'Running', zone: node.zone, priority: node.priority }));
}

function standbyRole(settings: PolardbSettings, cluster: Cluster, chosen: Candidate | undefined): Observation['standbyRole'] {
  if (chosen !== undefined) return 'standby';
  return settings.targetNodeId !== undefined && writerOf(cluster)?.id === settings.targetNodeId ? 'primary' : 'none';
}

/** The API tells no state of the replication. A running cluster with a running reader is all that can be seen; the provider checks the rest. */
function relationOf(cluster: Cluster, chosen: Candidate | undefined): Observation['relation'] {
  if (isSwitching(cluster)) return 'switching';
  if (cluster.status !== 'Running' || writerOf(cluster) === undefined) return 'unknown';
  return chosen?.healthy === true ? 'healthy' : 'broken';
}

/**
 * Loss of data by a promotion, in ms. The nodes of a cluster share one storage with all data and redo logs
 * (alibabacloud.com/help/doc-detail/253912), so a reader of the same storage lacks nothing: 0. The hot-standby storage cluster is a copy,
 * synchronous or not (`DataSyncMode`), and no API tells how far it is behind: unknown, which rule 10 refuses.
 */
function lagMs(settings: PolardbSettings, cluster: Cluster, promoted: ClusterNode | undefined): number | undefined {
  if (promoted === undefined || !FAILOVER_CATEGORIES.includes(cluster.category)) return undefined;
  if (settings.targetZoneType === 'Standby' || promoted.subCluster === 'Standby') return undefined;
  if (!hasHotStandby(cluster)) return 0;
  // With a hot standby the provider may choose it by itself, unless it is told the zone or the node.
  const named = settings.targetZoneType === 'Primary' || namesNode(settings, cluster.engine);
  return named && promoted.subCluster === 'Primary' ? 0 : undefined;
}

/** PostgreSQL and Oracle require a node; MySQL picks one by its own priorities unless the target states a wish. */
export function namesNode(settings: PolardbSettings, engine: string | undefined): boolean {
  return engine !== 'MySQL' || settings.targetNodeId !== undefined || settings.preferredZone !== undefined;
}

function inFlight(cluster: Cluster): readonly string[] {
  const cluster_ = cluster.status === 'Running' ? [] : [`cluster ${cluster.status === '' ? 'without a status' : cluster.status}`];
  return [...cluster_, ...cluster.nodes.filter((node) => node.status === 'Switching').map((node) => `${node.id} Switching`)];
}

function detailsOf(cluster: Cluster, look: Look): Record<string, string> {
  const nodes = cluster.nodes.map((node) =>
    [node.id, node.role, node.status, node.zone, node.subCluster].filter((word) => word !== '').join(' '),
  );
  return {
    clusterStatus: cluster.status,
    engine: cluster.engine,
    category: cluster.category,
    lockMode: cluster.lockMode,
    hotStandby: cluster.hotStandby,
    dataSyncMode: cluster.dataSyncMode,
    writerStatus: writerOf(cluster)?.status ?? '',
    nodes: nodes.join(', '),
    haLog: haLogDetail(look.log),
    ...('unread' in look.roles ? { nodeRoles: look.roles.unread } : {}),
  };
}

function haLogDetail(log: HaLog): string {
  if (log.kind !== 'read') return `${log.kind}: ${log.why}`;
  const newest = log.switches[0];
  return newest === undefined ? 'read: no switch in the last day' : `read: last by ${newest.by} (${newest.cause})`;
}
