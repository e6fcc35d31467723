import type { Target } from '../../../config/config.ts';
import { amount, list, object, percent, text, timeMs, type Json } from './json.ts';
import { readError } from './errors.ts';
import { bodyOf, rowsOf, type Read } from './read.ts';
import type { Wire } from './wire.ts';

export interface Relation {
  /** The vendor's word for the role of this region's instance: `master`, `disaster`, or anything else. */
  readonly role: string | undefined;
  readonly status: string | undefined;
  /** Operations that the vendor carries out on the instance now. */
  readonly actions: readonly string[];
  readonly synchronizationId: string | undefined;
  readonly masterInstanceId: string | undefined;
  readonly masterRegion: string | undefined;
}
export interface Monitor {
  readonly status: string | undefined;
  readonly rpo: number | undefined;
  readonly rto: number | undefined;
  readonly failoverPercent: number | undefined;
  readonly switchoverPercent: number | undefined;
}
export interface Instance {
  readonly status: string | undefined;
  readonly completeVersion: string | undefined;
  readonly nodes: readonly { readonly id: string; readonly status: string | undefined; readonly zone: string }[];
}
export interface Task {
  readonly jobId: string | undefined;
  readonly name: string;
}
export interface DrRecord {
  readonly action: string | undefined;
  readonly jobId: string | undefined;
  readonly createdMs: number | undefined;
}
export interface Job {
  readonly status: string | undefined;
  readonly percent: number | undefined;
  readonly failReason: string | undefined;
}

const PAGE = 100;

/** The DR relation of the target's instance; `none` when the vendor lists none. More than one that is not dissolved cannot be told apart. */
export async function readRelation(wire: Wire, target: Target, deadlineMs: number): Promise<Read<Relation | 'none'>> {
  const { projectId, instanceId } = idsOf(target);
  const query = { instance_id: instanceId, limit: String(PAGE) };
  const reply = await wire.get(target, `/v3.5/${projectId}/disaster-recovery/relations`, query, deadlineMs);
  const rows = rowsOf(reply, 'relations');
  if ('unread' in rows) return rows;
  const ours = rows.known.filter((row) => text(row, 'instance_id') === instanceId);
  if (ours.length === 0) return rows.known.length === 0 ? { known: 'none' } : { unread: 'the relations listed are of other instances' };
  const open = ours.filter((row) => text(row, 'status') !== 'completed');
  if (open.length > 1) return { unread: `${open.length} relations of one instance` };
  return { known: toRelation(open[0] ?? newestOf(ours)) };
}

function newestOf(rows: readonly Json[]): Json | undefined {
  const created = (row: Json): string => text(row, 'created') ?? '';
  return rows.toSorted((a, b) => created(b).localeCompare(created(a)))[0];
}

function toRelation(row: Json | undefined): Relation {
  const master = object(row?.['master_region_instance_info']);
  return {
    role: text(row, 'disaster_role'),
    status: text(row, 'status'),
    actions: (list(row?.['actions']) ?? []).map((action) => text({ action }, 'action') ?? 'an action without a name'),
    synchronizationId: text(row, 'synchronization_id'),
    masterInstanceId: text(master, 'instance_id'),
    masterRegion: text(master, 'region_code'),
  };
}

export async function readMonitor(wire: Wire, target: Target, deadlineMs: number): Promise<Read<Monitor>> {
  const query = { disaster_type: target.gaussdb?.disasterType ?? 'stream' };
  const reply = await wire.get(target, `${instancePath(target, 'v3.5')}/disaster-recovery/monitor`, query, deadlineMs);
  const body = bodyOf(reply);
  if ('unread' in body) return body;
  return {
    known: {
      status: text(body.known, 'status'),
      rpo: amount(body.known, 'rpo'),
      rto: amount(body.known, 'rto'),
      failoverPercent: percent(body.known, 'failover_progress'),
      switchoverPercent: percent(body.known, 'switchover_progress'),
    },
  };
}

/** v3.3, because `complete_version` is missing before v3.2 (provider contracts §1.7). A missing instance is an empty list. */
export async function readInstance(wire: Wire, target: Target, deadlineMs: number): Promise<Read<Instance | 'none'>> {
  const { projectId, instanceId } = idsOf(target);
  const rows = rowsOf(await wire.get(target, `/v3.3/${projectId}/instances`, { id: instanceId }, deadlineMs), 'instances');
  if ('unread' in rows) return rows;
  const row = rows.known.find((one) => text(one, 'id') === instanceId);
  if (row === undefined) return rows.known.length === 0 ? { known: 'none' } : { unread: 'the instances listed are others' };
  const nodes = (list(row['nodes']) ?? []).map((node) => object(node));
  return {
    known: {
      status: text(row, 'status'),
      completeVersion: text(object(row['datastore']), 'complete_version'),
      nodes: nodes.map((node) => ({
        id: text(node, 'id') ?? '',
        status: text(node, 'status'),
        zone: text(node, 'availability_zone') ?? '',
      })),
    },
  };
}

/** Tasks that run now on the target's instance. A task that does not say whose it is counts as ours. */
export async function readRunningTasks(wire: Wire, target: Target, deadlineMs: number): Promise<Read<readonly Task[]>> {
  const { projectId, instanceId } = idsOf(target);
  const tasks: Task[] = [];
  for (let offset = 0; offset < PAGE * 10; offset += PAGE) {
    const query = { status: 'Running', limit: String(PAGE), offset: String(offset) };
    const rows = rowsOf(await wire.get(target, `/v3/${projectId}/tasks`, query, deadlineMs), 'tasks');
    if ('unread' in rows) return rows;
    for (const row of rows.known) {
      const owner = text(object(row['instance_info']), 'instance_id');
      if (owner === undefined || owner === instanceId)
        tasks.push({ jobId: text(row, 'job_id'), name: text(row, 'name') ?? 'a task without a name' });
    }
    if (rows.known.length < PAGE) return { known: tasks };
  }
  return { unread: 'more running tasks than are read' };
}

/** DR records of one relation, in any order. */
export async function readRecords(
  wire: Wire,
  target: Target,
  synchronizationId: string,
  deadlineMs: number,
): Promise<Read<readonly DrRecord[]>> {
  const records: DrRecord[] = [];
  for (let offset = 0; offset < PAGE * 10; offset += PAGE) {
    const query = { entity_id: synchronizationId, entity_type: 'dr', limit: String(PAGE), offset: String(offset) };
    const rows = rowsOf(await wire.get(target, `${instancePath(target, 'v3')}/disaster-recovery/records`, query, deadlineMs), 'records');
    if ('unread' in rows) return rows;
    for (const row of rows.known) {
      records.push({ action: text(row, 'action'), jobId: text(row, 'job_id'), createdMs: timeMs(row, 'created_at') });
    }
    if (rows.known.length < PAGE) return { known: records };
  }
  return { unread: 'more records than are read' };
}

/** `absent`: the vendor answers that there is no such job, which it also does while the job is not visible yet (§1.7). */
export async function readJob(wire: Wire, target: Target, jobId: string, deadlineMs: number): Promise<Read<Job | 'absent'>> {
  const { projectId } = idsOf(target);
  const reply = await wire.get(target, `/v3/${projectId}/jobs`, { id: jobId }, deadlineMs);
  // A gateway's 404 says that the address is wrong, not that the job is missing.
  if (reply.kind === 'answer' && reply.status === 404 && readError(reply.json).code?.startsWith('DBS.') === true)
    return { known: 'absent' };
  const body = bodyOf(reply);
  if ('unread' in body) return body;
  const job = object(body.known['job']);
  if (job === undefined) return { unread: 'an answer without a job' };
  const id = text(job, 'id');
  if (id !== undefined && id !== jobId) return { unread: 'an answer about another job' };
  return { known: { status: text(job, 'status'), percent: percent(job, 'progress'), failReason: text(job, 'fail_reason') } };
}

export function idsOf(target: Target): { readonly projectId: string; readonly instanceId: string } {
  return { projectId: target.gaussdb?.projectId ?? '', instanceId: target.gaussdb?.instanceId ?? '' };
}

export function instancePath(target: Target, version: 'v3' | 'v3.5'): string {
  const { projectId, instanceId } = idsOf(target);
  return `/${version}/${projectId}/instances/${instanceId}`;
}
