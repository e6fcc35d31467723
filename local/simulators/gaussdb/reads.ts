import { isoSeconds } from '../encoding.ts';
import { decodePairs, partsOf } from '../exchange.ts';
import type { Context, Handled } from '../vendor.ts';
import { percentOf } from './model.ts';
import type { GaussdbInstance, GaussdbJob, GaussdbRelation, GaussdbState } from './model.ts';
import { monitorOf, relationStatus, roleOf, visibleRunning } from './presentation.ts';
import { Refusal } from '../refusal.ts';
import { answered, badParameter } from './replies.ts';
import type { Route } from './routes.ts';

export type Query = Readonly<Record<string, string>>;

/** @throws {Refusal} on a malformed query or a parameter that is not of its kind. */
export function queryOf(context: Context, allowed: Readonly<Record<string, RegExp>>): Query {
  const pairs = decodePairs(partsOf(context.request).query, 'plus');
  if (!pairs) throw badParameter('the query is malformed');
  for (const [name, value] of pairs) {
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    // Unlike a body, an unknown query parameter is ignored by every gateway that is documented.
    if (pattern && !pattern.test(value)) throw badParameter(`${name} is not valid`);
  }
  return Object.fromEntries(pairs);
}

const LIMIT = /^([1-9]\d?|100)$/;
const OFFSET = /^\d+$/;

export function page<T>(rows: readonly T[], query: Query): T[] {
  const offset = Number(query['offset'] ?? 0);
  return rows.slice(offset, offset + Number(query['limit'] ?? 100));
}

const RELATION_QUERY = {
  dr_role: /^(master|disaster)$/,
  dr_type: /^(stream|dorado)$/,
  dr_status: /^(normal|failover|pending|pre_check_failed|pre_checking)$/,
  limit: LIMIT,
  offset: OFFSET,
};

/** §1.4: one row for each relation that an instance of this project takes part in. */
export function relations(state: GaussdbState, route: Route, context: Context): Handled {
  const query = queryOf(context, RELATION_QUERY);
  const mine = Object.values(state.instances).filter((one) => one.projectId === route.projectId);
  const listed = state.relations.filter((one) => state.choices.completedRelations === 'list' || one.status !== 'completed');
  const rows = mine.flatMap((instance) =>
    listed
      .filter((one) => one.masterId === instance.id || one.disasterId === instance.id)
      .map((one) => relationRow(state, one, instance, context.nowMs)),
  );
  const wanted = rows.filter((row) => matches(row, query));
  return answered({ total: wanted.length, relations: page(wanted, query) }, { project_id: route.projectId }, context);
}

function matches(row: Readonly<Record<string, unknown>>, query: Query): boolean {
  const filters = {
    instance_id: 'instance_id',
    instance_name: 'instance_name',
    dr_role: 'disaster_role',
    dr_type: 'disaster_type',
    dr_status: 'status',
  };
  return Object.entries(filters).every(([name, field]) => query[name] === undefined || query[name] === '' || row[field] === query[name]);
}

const spaced = (ms: number): string => isoSeconds(ms).replace('T', ' ').replace('Z', '');

function side(instance: GaussdbInstance | undefined): Record<string, string> {
  const { id = '', projectId = '', region = '', privateIps = [] } = instance ?? {};
  return { instance_id: id, project_id: projectId, project_name: region, region_code: region, ip_address: privateIps.join(',') };
}

function relationRow(state: GaussdbState, relation: GaussdbRelation, instance: GaussdbInstance, nowMs: number): Record<string, unknown> {
  const running = visibleRunning(state, relation, nowMs);
  return {
    disaster_type: 'stream',
    name: relation.name,
    disaster_role: roleOf(state, relation, instance.id),
    created: spaced(relation.createdAtMs),
    updated: spaced(relation.updatedAtMs),
    slave_region_instance_info: side(state.instances[relation.disasterId]),
    master_region_instance_info: side(state.instances[relation.masterId]),
    id: relation.rowIds[instance.id],
    synchronization_id: relation.id,
    instance_id: instance.id,
    instance_name: instance.name,
    instance_status: instance.status,
    status: relationStatus(state, relation, nowMs),
    precheck_failed_reason: relation.precheckFailedReason,
    actions: running ? [`DR_${running.operation.replaceAll('-', '_').toUpperCase()}`] : [],
  };
}

/** §1.5: the document requires `disaster_type` in the query. */
export function monitor(state: GaussdbState, instance: GaussdbInstance, context: Context): Handled {
  const query = queryOf(context, { disaster_type: /^stream$/ });
  if (query['disaster_type'] === undefined) throw badParameter('disaster_type is required');
  return answered(monitorOf(state, instance, context.nowMs), { instance_id: instance.id, project_id: instance.projectId }, context);
}

/** §1.6: both of `entity_id` and `entity_type` are required; newest first. */
export function records(state: GaussdbState, instance: GaussdbInstance, context: Context): Handled {
  const query = queryOf(context, { entity_type: /^dr$/, limit: LIMIT, offset: OFFSET });
  if (query['entity_id'] === undefined || query['entity_type'] === undefined) throw badParameter('entity_id and entity_type are required');
  const related = state.relations.some((one) => one.id === query['entity_id'] && [one.masterId, one.disasterId].includes(instance.id));
  const rows = state.records
    .filter((one) => related && one.relationId === query['entity_id'] && one.visibleAtMs <= context.nowMs)
    .toReversed();
  const listed = rows.map(({ id, action, status, message, relationId, jobId, instanceId, createdAtMs, updatedAtMs }) => ({
    id,
    action,
    status,
    message,
    entity_id: relationId,
    entity_type: 'dr',
    job_id: jobId,
    instance_id: instanceId,
    created_at: isoSeconds(createdAtMs),
    updated_at: isoSeconds(updatedAtMs),
    extended_info: '',
  }));
  return answered({ records: page(listed, query) }, { instance_id: instance.id, project_id: instance.projectId }, context);
}

/** §1.7: a numeric offset without a colon. */
const jobTime = (ms: number): string => isoSeconds(ms).replace('Z', '+0000');

function progressText(state: GaussdbState, job: GaussdbJob, nowMs: number): string {
  const running = state.running.find((one) => one.jobId === job.id);
  return running && job.status === 'Running' ? `${percentOf(running, nowMs)}%` : '';
}

function seenJobs(state: GaussdbState, route: Route, nowMs: number): GaussdbJob[] {
  return state.jobs.filter((one) => one.projectId === route.projectId && one.visibleAtMs <= nowMs);
}

/** §1.7. */
export function job(state: GaussdbState, route: Route, context: Context): Handled {
  const { id } = queryOf(context, { id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i });
  if (id === undefined) throw badParameter('id is required');
  const found = seenJobs(state, route, context.nowMs).find((one) => one.id === id);
  if (!found) throw new Refusal(state.choices.unknownJob);
  const instance = { id: found.instanceId, name: state.instances[found.instanceId]?.name ?? '' };
  const { name, status, createdAtMs, endedAtMs, failReason } = found;
  const progress = progressText(state, found, context.nowMs);
  const times = { created: jobTime(createdAtMs), ended: endedAtMs === null ? '' : jobTime(endedAtMs) };
  return answered(
    { job: { id, name, status, ...times, progress, instance, fail_reason: failReason } },
    { job_id: id, project_id: route.projectId },
    context,
  );
}

const TASK_QUERY = { status: /^(Running|Completed|Failed)$/, start_time: /^\d{13}$/, end_time: /^\d{13}$/, limit: LIMIT, offset: OFFSET };
const MONTH_MS = 31 * 86_400_000;

/** §1.7: what /jobs calls `progress` is `process` here. */
export function tasks(state: GaussdbState, route: Route, context: Context): Handled {
  const query = queryOf(context, TASK_QUERY);
  const fromMs = Number(query['start_time'] ?? context.nowMs - MONTH_MS);
  const toMs = Number(query['end_time'] ?? context.nowMs);
  const found = seenJobs(state, route, context.nowMs).filter(
    (one) =>
      one.createdAtMs >= fromMs &&
      one.createdAtMs <= toMs &&
      (query['status'] ?? one.status) === one.status &&
      (query['name'] ?? one.name) === one.name,
  );
  const rows = found.toReversed().map((one) => ({
    instance_info: { instance_id: one.instanceId, instance_name: state.instances[one.instanceId]?.name ?? '' },
    job_id: one.id,
    name: one.name,
    status: one.status,
    process: progressText(state, one, context.nowMs),
    fail_reason: one.failReason,
    created_at: jobTime(one.createdAtMs),
    ended_at: one.endedAtMs === null ? '' : jobTime(one.endedAtMs),
  }));
  return answered({ tasks: page(rows, query), total_count: rows.length }, { project_id: route.projectId }, context);
}
