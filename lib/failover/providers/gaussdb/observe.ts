import type { Target } from '../../../config/config.ts';
import type { Candidate, Observation } from '../../provider.ts';
import { detailsOf, wellNodes, type Reads } from './details.ts';
import { found, type Read } from './read.ts';
import { readInstance, readMonitor, readRelation, readRunningTasks, type Instance, type Monitor } from './reads.ts';
import { relationWord, monitorWord, roleOf } from './situation.ts';
import type { Wire } from './wire.ts';

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
    details: detailsOf(reads),
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

function healthy(instance: Read<Instance | 'none'>): boolean | undefined {
  if ('unread' in instance) return undefined;
  if (instance.known === 'none') return false;
  const { status = '', nodes } = instance.known;
  if (NOT_SERVING.has(status)) return false;
  return SERVING.has(status) && nodes.length > 0 ? wellNodes(instance.known) * 2 > nodes.length : undefined;
}

/** The monitor's `rpo` carries no unit in the document; the engine's own views count seconds, and so do we (§1.5). */
function lagMs(monitor: Read<Monitor>): number | undefined {
  const rpo = found(monitor)?.rpo;
  return rpo === undefined ? undefined : rpo * 1000;
}

function inFlight({ relation, instance, tasks, monitor }: Reads): readonly string[] {
  const jobs = found(tasks)?.map((task) => (task.jobId === undefined ? task.name : `${task.name} ${task.jobId}`)) ?? [];
  const status = found(instance)?.status;
  const busy = status === undefined || IDLE.has(status) ? [] : [`instance ${status}`];
  const word = monitorWord({ monitor });
  const moving = word === 'promote' || word === 'switchover' ? [`monitor ${word}`] : [];
  return [...(found(relation)?.actions ?? []), ...jobs, ...busy, ...moving];
}
/** Statuses in which no operation runs; bad ones are not "in flight", they are unhealthy. */
const IDLE = new Set(['ACTIVE', 'FAILED', 'FROZEN', 'STORAGE FULL']);

function writer({ relation }: Reads, target: Target, role: Observation['standbyRole']): string | undefined {
  if (role === 'primary') return target.gaussdb?.instanceId;
  return role === 'standby' ? found(relation)?.masterInstanceId : undefined;
}

function candidates({ instance }: Reads, target: Target, role: Observation['standbyRole']): readonly Candidate[] {
  const seen = found(instance);
  if (role !== 'standby' || target.gaussdb === undefined || seen === undefined) return [];
  return [{ id: target.gaussdb.instanceId, healthy: healthy(instance) === true, zone: seen.nodes[0]?.zone ?? '', priority: 1 }];
}
