import type { Credential } from '../credential.ts';
import type { PolardbChoices } from './choices.ts';

export interface PolardbNode {
  readonly id: string;
  role: 'Writer' | 'Reader' | 'ColumnReader' | 'AI';
  status: string;
  /** 1–15, higher first. */
  failoverPriority: number;
  hotReplicaMode: 'ON' | 'OFF';
  readonly zoneId: string;
  readonly subCluster: 'Primary' | 'Standby';
  readonly nodeClass: string;
  readonly createdAtMs: number;
  alive: boolean;
}
export interface PolardbCluster {
  readonly id: string;
  readonly description: string;
  readonly regionId: string;
  readonly zoneIds: readonly string[];
  readonly dbType: 'MySQL' | 'PostgreSQL' | 'Oracle';
  readonly dbVersion: string;
  category: string;
  status: string;
  lockMode: 'Unlock' | 'ManualLock' | 'LockByExpiration';
  hotStandbyCluster: 'ON' | 'OFF';
  standbyHaMode: 'ON' | 'OFF' | '0';
  dataSyncMode: 'AsyncSync' | 'SemiSync';
  distributedEdition: boolean;
  replicationHealthy: boolean;
  readonly createdAtMs: number;
  lastSwitchAtMs: number | null;
  /** RollBackForDisaster: the node to switch back to once it lives again. */
  rollBackTo: string | null;
  /** The vendor's own failover is due then. */
  automaticFailoverAtMs: number | null;
  nodes: PolardbNode[];
}
export interface PolardbGdnMember {
  readonly clusterId: string;
  role: 'primary' | 'standby';
  /** Seconds; `null`: the field is empty. */
  replicaLagSeconds: number | null;
}
export interface PolardbGdn {
  readonly id: string;
  readonly description: string;
  readonly version: string;
  status: 'creating' | 'active' | 'deleting' | 'locked' | 'removing_member';
  readonly createdAtMs: number;
  members: PolardbGdnMember[];
}
export interface PolardbRunning {
  readonly operation: 'FailoverDBCluster' | 'SwitchOverGlobalDatabaseNetwork';
  /** Of the cluster or the network. */
  readonly id: string;
  readonly requestId: string;
  readonly by: 'request' | 'vendor';
  /** The writer node or primary cluster before and after. */
  readonly from: string;
  readonly to: string;
  readonly cause: string;
  readonly startedAtMs: number;
  readonly switchAtMs: number;
  readonly endsAtMs: number;
  /** It fails at its end, for this reason. */
  failure: string | null;
  readonly stuckPercent: number | null;
  readonly logDelayMs: number;
  readonly rollBack: boolean;
  switching: boolean;
  toldPercent: number;
}
export interface PolardbHaLog {
  readonly switchId: string;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly startMs: number;
  finishMs: number | null;
  readonly cause: string;
  readonly visibleAtMs: number;
}
export interface KnownToken {
  readonly key: string;
  readonly parametersHash: string;
  readonly requestId: string;
  readonly atMs: number;
  /** The answer of a refused request, if such tokens are kept. */
  readonly refusedWith: { readonly status: number; readonly code: string; readonly message: string } | null;
}
export interface PolardbTask {
  readonly id: string;
  readonly clusterId: string;
  readonly type: string;
  readonly startedAtMs: number;
  finishedAtMs: number | null;
  status: 'Running' | 'Succeed' | 'Failed';
}
export interface PolardbState {
  readonly choices: PolardbChoices;
  readonly speed: number;
  readonly host: string;
  readonly credentials: readonly Credential[];
  nonces: Record<string, number>;
  noncesPrunedAtMs: number;
  tokens: KnownToken[];
  clusters: Record<string, PolardbCluster>;
  gdns: Record<string, PolardbGdn>;
  haLogs: PolardbHaLog[];
  tasks: PolardbTask[];
  running: PolardbRunning[];
}

export function runningOn(state: PolardbState, id: string): PolardbRunning | undefined {
  return state.running.find((one) => one.id === id);
}
export function networkOf(state: PolardbState, clusterId: string): PolardbGdn | undefined {
  return Object.values(state.gdns).find((gdn) => gdn.members.some((member) => member.clusterId === clusterId));
}
export function writerOf(cluster: PolardbCluster): PolardbNode | undefined {
  return cluster.nodes.find((node) => node.role === 'Writer');
}
export function writerAlive(state: PolardbState, clusterId: string): boolean {
  const cluster = state.clusters[clusterId];
  return cluster !== undefined && writerOf(cluster)?.alive === true;
}
