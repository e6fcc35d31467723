import type { Target } from '../../../config/config.ts';
import type { Candidate, Observation } from '../../provider.ts';
import {
  readInstance,
  readMonitor,
  readRelation,
  readRunningTasks,
  type Instance,
  type Monitor,
  type Read,
  type Relation,
  type Task,
} from './reads.ts';
import { relationWord, monitorWord, roleOf } from './situation.ts';
import type { Wire } from './wire.ts';

interface Reads {
  readonly relation: Read<Relation | 'none'>;
  readonly monitor: Read<Monitor>;
  readonly instance: Read<Instance | 'none'>;
  readonly tasks: Read<readonly Task[]>;
}

/** The four reads run side by side, each with its own deadline; what cannot be read is unknown, and `details` says why. */
export async function observeGaussdb(wire: Wire, target: Target, deadlineMs: number): Promise<Observation> {
  const [relation, monitor, instance, tasks] = await Promise.all([
    readRelation(wire, target, deadlineMs),
    readMonitor(wire, target, deadlineMs),
    readInstance(wire, target, deadlineMs),
    readRunningTasks(wire, target, deadlineMs),
  ]);
  const reads = { relation, monitor, instance, tasks };
  const standbyRole = roleOf(relation);
  return {
    observedAtMs: wire.nowMs(),
    standbyRole,
    relation: relationState(reads, standbyRole),
    standbyHealthy: healthy(instance),
    lagMs: lagMs(monitor),
    inFlight: inFlight(reads),
    writer: writer(reads, target, standbyRole),
    candidates: candidates(reads, target, standbyRole),
    lastSwitchAtMs: undefined,
    details: details(reads),
  };
}

const RELATION_STATES: Readonly<Record<string, Observation['relation']>> = {
  normal: 'healthy',
  pending: 'switching',
  pre_checking: 'switching',
  failed: 'broken',
  completed: 'broken',
  failover: 'broken',
  simulation: 'broken',
  dr_log_keep: 'broken',
  pre_check_failed: 'broken',
};
/** Of the DR side, under a relation that says `normal`: only `recovery` is streaming (provider contracts §1.5). */
const MONITOR_STATES: Readonly<Record<string, Observation['relation']>> = {
  recovery: 'healthy',
  promote: 'switching',
  switchover: 'switching',
  restore: 'switching',
  full_backup: 'switching',
  archive: 'switching',
  normal: 'broken',
  promote_fail: 'broken',
  restore_fail: 'broken',
  recovery_fail: 'broken',
  backup_fail: 'broken',
  archive_fail: 'broken',
};

function relationState(reads: Reads, role: Observation['standbyRole']): Observation['relation'] {
  if (role === 'none') return 'broken';
  const state = RELATION_STATES[relationWord(reads) ?? ''] ?? 'unknown';
  return state === 'healthy' && role !== 'primary' ? (MONITOR_STATES[monitorWord(reads) ?? ''] ?? 'unknown') : state;
}

/** The instance serves in these (§1.7); in the others it does not, and a word outside both lists is unknown. */
const SERVING = new Set(['ACTIVE', 'BACKING UP', 'EXPANDING', 'MODIFYING', 'REDUCING', 'REDUCING REPLICATION', 'UPGRADE TO BE OBSERVED']);
const NOT_SERVING = new Set([
  'BUILD',
  'FAILED',
  'FROZEN',
  'REBOOTING',
  'UPGRADING',
  'RESTORING',
  'STORAGE FULL',
  'REPAIRING',
  'SWITCHOVER',
  'MIGRATING',
]);
const NODE_WELL = new Set(['ACTIVE', 'normal']);

function healthy(instance: Read<Instance | 'none'>): boolean | undefined {
  if ('unread' in instance) return undefined;
  if (instance.known === 'none') return false;
  const { status = '', nodes } = instance.known;
  if (NOT_SERVING.has(status)) return false;
  return SERVING.has(status) && nodes.length > 0 ? wellNodes(instance.known) * 2 > nodes.length : undefined;
}

export function wellNodes(instance: Instance): number {
  return instance.nodes.filter((node) => NODE_WELL.has(node.status ?? '')).length;
}

/** The monitor's `rpo` carries no unit in the document; the engine's own views count seconds, and so do we (§1.5). */
function lagMs(monitor: Read<Monitor>): number | undefined {
  const rpo = 'known' in monitor ? monitor.known.rpo : undefined;
  return rpo === undefined ? undefined : rpo * 1000;
}

function inFlight({ relation, instance, tasks, monitor }: Reads): readonly string[] {
  const actions = 'known' in relation && relation.known !== 'none' ? relation.known.actions : [];
  const jobs = 'known' in tasks ? tasks.known.map((task) => (task.jobId === undefined ? task.name : `${task.name} ${task.jobId}`)) : [];
  const status = 'known' in instance && instance.known !== 'none' ? instance.known.status : undefined;
  const busy = status === undefined || IDLE.has(status) ? [] : [`instance ${status}`];
  const word = monitorWord({ monitor });
  const moving = word === 'promote' || word === 'switchover' ? [`monitor ${word}`] : [];
  return [...actions, ...jobs, ...busy, ...moving];
}
/** Statuses in which no operation runs; bad ones are not "in flight", they are unhealthy. */
const IDLE = new Set(['ACTIVE', 'FAILED', 'FROZEN', 'STORAGE FULL']);

function writer({ relation }: Reads, target: Target, role: Observation['standbyRole']): string | undefined {
  if (role === 'primary') return target.gaussdb?.instanceId;
  return role === 'standby' && 'known' in relation && relation.known !== 'none' ? relation.known.masterInstanceId : undefined;
}

function candidates({ instance }: Reads, target: Target, role: Observation['standbyRole']): readonly Candidate[] {
  if (role !== 'standby' || target.gaussdb === undefined || 'unread' in instance || instance.known === 'none') return [];
  const zone = instance.known.nodes[0]?.zone ?? '';
  return [{ id: target.gaussdb.instanceId, healthy: healthy(instance) === true, zone, priority: 1 }];
}

function details(reads: Reads): Readonly<Record<string, string>> {
  const all = [relationDetails(reads.relation), monitorDetails(reads.monitor), instanceDetails(reads.instance)];
  const tasks = 'known' in reads.tasks ? { tasks: String(reads.tasks.known.length) } : { tasksUnread: reads.tasks.unread };
  const entries = all.flatMap((part) => Object.entries(part)).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...tasks };
}

type Details = Readonly<Record<string, string | undefined>>;

function relationDetails(read: Read<Relation | 'none'>): Details {
  if ('unread' in read) return { relationUnread: read.unread };
  if (read.known === 'none') return { relation: 'none' };
  const { role, status, synchronizationId, masterInstanceId, masterRegion } = read.known;
  return { role, relation: status, synchronizationId, masterInstanceId, masterRegion };
}

function monitorDetails(read: Read<Monitor>): Details {
  if ('unread' in read) return { monitorUnread: read.unread };
  const { status, rpo, rto } = read.known;
  return { monitor: status, rpo: rpo?.toString(), rto: rto?.toString() };
}

function instanceDetails(read: Read<Instance | 'none'>): Details {
  if ('unread' in read) return { instanceUnread: read.unread };
  if (read.known === 'none') return { instance: 'none' };
  const { status, completeVersion, nodes } = read.known;
  return { instance: status, completeVersion, nodes: `${wellNodes(read.known)} of ${nodes.length}` };
}
