import { headerOf } from '../exchange.ts';
import type { SimulatorEvent } from '../event.ts';
import type { Context, Handled } from '../vendor.ts';
import { isText, readBody } from './body.ts';
import { relationFor } from './checks.ts';
import { lastRelationOf, relationOf } from './model.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbState } from './model.ts';
import { OPERATION_ROWS } from './operations.ts';
import type { OperationRow } from './operations.ts';
import { startOperation } from './progress.ts';
import { Refusal } from '../refusal.ts';
import { accepted, badParameter } from './replies.ts';
import type { Route } from './routes.ts';

/** Every POST of §1.2 and §1.3 that works on a relation. */
export function operate(state: GaussdbState, route: Route, instance: GaussdbInstance, context: Context): Handled {
  const row = OPERATION_ROWS[route.operation];
  if (!row) throw new Error(`no row for ${route.operation}`);
  checkLanguage(context);
  const body = readBody(state, context.request, row.fields, row.required);
  const relation = relationFor(state, instance, lastRelationOf(state, instance.id), row.side);
  row.check(state, relation, instance, body);
  const promotes = promotedBy(row, relation, instance.id);
  const start = {
    relation,
    operation: route.operation,
    instanceId: promotes,
    by: 'request' as const,
    supportsRestore: body['is_support_restore'] === true,
  };
  const { jobId, events } = startOperation(state, { ...start, nowMs: context.nowMs, effects: context.effects, newId: context.newId });
  return reply(state, context, { instance_id: instance.id, project_id: route.projectId, job_id: jobId }, events);
}

/** A switchover may be called from either side, and promotes the DR side all the same. */
function promotedBy(row: OperationRow, relation: GaussdbRelation, instanceId: string): string {
  return row.promotes ? relation.disasterId : instanceId;
}

function reply(state: GaussdbState, context: Context, ids: Record<string, string>, events: SimulatorEvent[]): Handled {
  return accepted({ status: state.choices.successStatus, body: { job_id: ids['job_id'] } }, ids, context, events);
}

function checkLanguage(context: Context): void {
  const language = headerOf(context.request, 'x-language') ?? 'en-us';
  if (language !== 'en-us' && language !== 'zh-cn') throw badParameter('X-Language must be en-us or zh-cn');
}

const CONSTRUCT_FIELDS = {
  disaster_type: (value: unknown) => value === 'stream',
  dr_ip: isText,
  dr_user_name: isText,
  dr_user_password: isText,
  dr_task_name: isText,
};

/** §1.3 construct: the DR side is named by its address. Its user and password are looked at and forgotten. */
export function construct(state: GaussdbState, route: Route, instance: GaussdbInstance, context: Context): Handled {
  checkLanguage(context);
  const body = readBody(state, context.request, CONSTRUCT_FIELDS, ['disaster_type', 'dr_ip', 'dr_user_name', 'dr_user_password']);
  const standby = Object.values(state.instances).find((one) => one.id !== instance.id && one.privateIps.includes(String(body['dr_ip'])));
  if (!standby) throw badParameter('dr_ip belongs to no instance');
  if (relationOf(state, instance.id) ?? relationOf(state, standby.id)) throw new Refusal(state.choices.busy);
  const relation = newRelation(
    { master: instance, standby, name: typeof body['dr_task_name'] === 'string' ? body['dr_task_name'] : 'dr-task' },
    context,
  );
  state.relations.push(relation);
  const start = { relation, operation: 'construct', instanceId: instance.id, by: 'request' as const, supportsRestore: false };
  const { jobId, events } = startOperation(state, { ...start, nowMs: context.nowMs, effects: context.effects, newId: context.newId });
  return reply(state, context, { instance_id: instance.id, project_id: route.projectId, job_id: jobId }, events);
}

function newRelation(given: { master: GaussdbInstance; standby: GaussdbInstance; name: string }, context: Context): GaussdbRelation {
  const { master, standby, name } = given;
  return {
    id: context.newId(),
    name,
    masterId: master.id,
    disasterId: standby.id,
    rowIds: { [master.id]: context.newId(), [standby.id]: context.newId() },
    status: 'pending',
    streaming: 'restore',
    rpoSeconds: 0,
    rtoSeconds: 0,
    supportsRestore: false,
    promotedId: null,
    promoteFailed: false,
    precheckFailedReason: '',
    createdAtMs: context.nowMs,
    updatedAtMs: context.nowMs,
  };
}

/** §1.3 reset-dr-config: a comma list of networks, or `""` to clear it; empty response. */
export function resetConfig(state: GaussdbState, route: Route, instance: GaussdbInstance, context: Context): Handled {
  const isList = (value: unknown): boolean => typeof value === 'string' && /^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}(,|$))*$/.test(value);
  const body = readBody(state, context.request, { opposite_data_cidr: isList }, ['opposite_data_cidr']);
  if (!context.effects['accept-without-effect']) instance.oppositeDataCidr = String(body['opposite_data_cidr']);
  const ids = { instance_id: instance.id, project_id: route.projectId };
  return accepted({ status: 200, body: undefined }, ids, context, []);
}

/** §1.3 delete record: the row of a dissolved relation, by its 36 characters. */
export function deleteRecord(state: GaussdbState, route: Route, context: Context): Handled {
  const body = readBody(state, context.request, { id: (value) => typeof value === 'string' && value.length === 36 }, ['id']);
  const relation = state.relations.find((one) => Object.values(one.rowIds).includes(String(body['id'])));
  if (!relation) throw new Refusal(state.choices.noRelation);
  if (relation.status !== 'completed') throw new Refusal(state.choices.busy);
  if (!context.effects['accept-without-effect']) state.relations.splice(state.relations.indexOf(relation), 1);
  return accepted({ status: 200, body: undefined }, { project_id: route.projectId, id: relation.id }, context, []);
}
