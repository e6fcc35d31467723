import type { Credential } from '../credential.ts';
import type { GaussdbChoices } from './choices.ts';

export interface GaussdbNode {
  readonly id: string;
  readonly name: string;
  role: 'master' | 'slave';
  status: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
}
export interface GaussdbInstance {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly projectId: string;
  status: string;
  readonly type: 'Ha' | 'Enterprise';
  /** As in `datastore.version`. */
  readonly majorVersion: string;
  /** As in `complete_version`: `V2.0-8.102.0`. */
  completeVersion: string;
  switchStrategy: 'reliability' | 'availability';
  readonly createdAtMs: number;
  updatedAtMs: number;
  nodes: GaussdbNode[];
  readonly privateIps: string[];
  readonly port: number;
  outageSinceMs: number | null;
  oppositeDataCidr: string;
}
/** Where the streaming of a relation stands, as the monitor of the DR side tells it. */
export type Streaming = 'recovery' | 'recovery_fail' | 'restore' | 'restore_fail';
export interface GaussdbRelation {
  /** `synchronization_id`, and `entity_id` of the records. */
  readonly id: string;
  readonly name: string;
  masterId: string;
  disasterId: string;
  /** Row ids of the two sides. */
  readonly rowIds: Record<string, string>;
  status: 'pending' | 'normal' | 'failed' | 'completed' | 'failover' | 'simulation' | 'dr_log_keep' | 'pre_checking' | 'pre_check_failed';
  streaming: Streaming;
  /** Seconds; `null`: the monitor shows an empty string. */
  rpoSeconds: number | null;
  rtoSeconds: number | null;
  supportsRestore: boolean;
  /** The DR instance after a failover. */
  promotedId: string | null;
  /** A promotion failed: the monitor says promote_fail. */
  promoteFailed: boolean;
  precheckFailedReason: string;
  createdAtMs: number;
  updatedAtMs: number;
}
export interface GaussdbJob {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly instanceId: string;
  status: 'Running' | 'Completed' | 'Failed';
  readonly createdAtMs: number;
  endedAtMs: number | null;
  failReason: string;
  readonly visibleAtMs: number;
}
export interface GaussdbRecord {
  readonly id: string;
  readonly action: string;
  status: string;
  readonly message: string;
  readonly relationId: string;
  readonly jobId: string;
  readonly instanceId: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  readonly visibleAtMs: number;
}
/** An operation under way. */
export interface GaussdbRunning {
  readonly operation: string;
  readonly relationId: string;
  /** The instance that the request named, which is the one promoted if the operation promotes. */
  readonly instanceId: string;
  readonly jobId: string;
  readonly by: 'request' | 'vendor';
  readonly startedAtMs: number;
  readonly endsAtMs: number;
  /** Until then the reads show the state before. */
  readonly visibleAtMs: number;
  readonly recordsDelayMs: number;
  /** It fails at its end, for this reason. */
  failure: string | null;
  /** It stops here and never ends. */
  readonly stuckPercent: number | null;
  readonly supportsRestore: boolean;
  toldPercent: number;
}
export interface IssuedToken {
  readonly sha256: string;
  readonly projectId: string;
  readonly region: string;
  readonly expiresAtMs: number;
}
export interface IamUser {
  readonly name: string;
  readonly password: string;
  readonly domain: string;
  readonly projectIds: readonly string[];
}
export interface GaussdbState {
  readonly choices: GaussdbChoices;
  /** Durations are divided by it; signatures keep real time. */
  readonly speed: number;
  /** Which region a host name belongs to. */
  readonly hosts: Record<string, string>;
  readonly credentials: readonly Credential[];
  readonly users: readonly IamUser[];
  tokens: IssuedToken[];
  instances: Record<string, GaussdbInstance>;
  relations: GaussdbRelation[];
  jobs: GaussdbJob[];
  records: GaussdbRecord[];
  running: GaussdbRunning[];
}

export function runningOn(state: GaussdbState, relation: GaussdbRelation): GaussdbRunning | undefined {
  return state.running.find((one) => one.relationId === relation.id);
}
/** A step must be reached at the very millisecond that was computed for it. */
const ROUNDING = 1e-6;

/** 0 to 99 while it runs. */
export function percentOf(running: GaussdbRunning, nowMs: number): number {
  const share = (nowMs - running.startedAtMs) / Math.max(1, running.endsAtMs - running.startedAtMs);
  return Math.min(Math.max(0, Math.floor(share * 100 + ROUNDING)), running.stuckPercent ?? 99, 99);
}
export function relationOf(state: GaussdbState, instanceId: string): GaussdbRelation | undefined {
  return state.relations.find((one) => (one.masterId === instanceId || one.disasterId === instanceId) && one.status !== 'completed');
}
/** The newest relation, dissolved ones too. */
export function lastRelationOf(state: GaussdbState, instanceId: string): GaussdbRelation | undefined {
  return relationOf(state, instanceId) ?? state.relations.findLast((one) => one.masterId === instanceId || one.disasterId === instanceId);
}
