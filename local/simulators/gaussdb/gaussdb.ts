import type { SimulatorEvent } from '../event.ts';
import type { SimulatedRequest, SimulatedResponse } from '../exchange.ts';
import type { FaultParams } from '../faults.ts';
import type { Context, FormedFault, Handled, Vendor } from '../vendor.ts';
import { authenticate, regionOf } from './authenticate.ts';
import { bend } from './bend.ts';
import { construct, deleteRecord, operate, resetConfig } from './effects.ts';
import { issueToken } from './iam.ts';
import { instances } from './instances.ts';
import { relationOf, runningOn } from './model.ts';
import type { GaussdbInstance, GaussdbState } from './model.ts';
import { takesConnections } from './presentation.ts';
import { advance, nextWakeMs, startOperation } from './progress.ts';
import * as reads from './reads.ts';
import { Refusal } from '../refusal.ts';
import { badParameter, errorResponse } from './replies.ts';
import { GAUSSDB_OPERATIONS, routeOf } from './routes.ts';
import type { Route } from './routes.ts';

/** §1.1: 32 letters and digits; 36 letters and digits. */
const PROJECT_ID = /^[0-9A-Za-z]{32}$/;
const INSTANCE_ID = /^[0-9A-Za-z]{36}$/;

/** Huawei Cloud GaussDB after provider contracts §1. */
export const gaussdb: Vendor<GaussdbState> = {
  name: 'gaussdb',
  operations: GAUSSDB_OPERATIONS,
  identify: (request) => routeOf(request)?.operation ?? 'unknown',
  handle,
  advance,
  nextWakeMs,
  failOverByItself,
  form,
  bend,
  setOutage,
  setLag: (state, id, lagSeconds) => {
    const relation = relationOf(state, id);
    if (!relation) throw new Error(`no relation of ${id}`);
    relation.rpoSeconds = lagSeconds ?? null;
  },
  endpoints: (state) => Object.fromEntries(Object.values(state.instances).map((one) => [one.id, takesConnections(state, one)])),
};

function handle(state: GaussdbState, context: Context): Handled {
  const route = routeOf(context.request);
  try {
    if (!route)
      throw new Refusal(
        { status: 404, code: 'APIGW.0101', message: 'The API does not exist or has not been published in the environment.' },
        false,
      );
    return dispatch(state, route, context);
  } catch (error) {
    if (error instanceof Refusal) return refused(error, route, context);
    throw error;
  }
}

function refused(refusal: Refusal, route: Route | undefined, context: Context): Handled {
  const requestId = context.newId();
  const ids = { project_id: route?.projectId ?? '', instance_id: route?.instanceId ?? '' };
  const { answer, signatureOk } = refusal;
  return { response: errorResponse(answer, requestId), ids, signatureOk, outcome: 'refused', requestId, code: answer.code, events: [] };
}

function dispatch(state: GaussdbState, route: Route, context: Context): Handled {
  if ((context.request.endpoint === 'iam') !== (route.operation === 'token') && context.request.endpoint !== undefined) {
    throw new Refusal(
      { status: 404, code: 'APIGW.0101', message: 'The API does not exist or has not been published in the environment.' },
      false,
    );
  }
  if (route.operation === 'token') return issueToken(state, context);
  authenticate(state, context.request, route.projectId, context.nowMs);
  if (!PROJECT_ID.test(route.projectId)) throw badParameter('project_id');
  checkRegion(state, route, context.request);
  return route.instanceId === '' ? onProject(state, route, context) : onInstance(state, route, instanceOf(state, route), context);
}

/** A project belongs to one region, and each region answers only for its own (§1.10, our choice of code). */
function checkRegion(state: GaussdbState, route: Route, request: SimulatedRequest): void {
  const region = regionOf(state, request);
  const home = Object.values(state.instances).find((one) => one.projectId === route.projectId)?.region;
  if (home === undefined || (region !== undefined && region !== home)) throw new Refusal(state.choices.wrongRegion);
}

function instanceOf(state: GaussdbState, route: Route): GaussdbInstance {
  if (!INSTANCE_ID.test(route.instanceId)) throw badParameter('instance_id');
  const instance = state.instances[route.instanceId];
  if (!instance) throw new Refusal(state.choices.unknownInstance);
  if (instance.projectId !== route.projectId) throw new Refusal(state.choices.wrongRegion);
  return instance;
}

function onProject(state: GaussdbState, route: Route, context: Context): Handled {
  switch (route.operation) {
    case 'relations':
      return reads.relations(state, route, context);
    case 'job':
      return reads.job(state, route, context);
    case 'tasks':
      return reads.tasks(state, route, context);
    case 'instances':
      return instances(state, route, context);
    case 'delete-record':
      return deleteRecord(state, route, context);
    default:
      throw new Error(`${route.operation} names an instance`);
  }
}

function onInstance(state: GaussdbState, route: Route, instance: GaussdbInstance, context: Context): Handled {
  switch (route.operation) {
    case 'monitor':
      return reads.monitor(state, instance, context);
    case 'records':
      return reads.records(state, instance, context);
    case 'construct':
      return construct(state, route, instance, context);
    case 'reset-dr-config':
      return resetConfig(state, route, instance, context);
    default:
      return operate(state, route, instance, context);
  }
}

/** Another person promotes the DR instance from the console. */
function failOverByItself(
  state: GaussdbState,
  target: { request?: SimulatedRequest; id?: string },
  context: Omit<Context, 'request'>,
): SimulatorEvent[] {
  const route = target.request && routeOf(target.request);
  const id = target.id ?? route?.instanceId ?? '';
  const relation = state.relations.find((one) => one.status === 'normal' && (id === '' || one.disasterId === id || one.masterId === id));
  if (!relation || runningOn(state, relation)) return [];
  const start = { relation, operation: 'failover', instanceId: relation.disasterId, by: 'vendor' as const, supportsRestore: true };
  return startOperation(state, { ...context, ...start }).events;
}

function form(fault: FormedFault, params: FaultParams, context: Omit<Context, 'effects'>): SimulatedResponse {
  const standard = FORMS[fault];
  const code = String(params['code'] ?? '');
  const status = Number(params['status'] ?? standard.status);
  return errorResponse({ ...standard, status, code: code === '' ? standard.code : code }, context.newId());
}
const FORMS = {
  busy: { status: 409, code: 'DBS.200019', message: 'Another operation is being performed on the instance. Try again later.' },
  throttling: {
    status: 429,
    code: 'APIGW.0308',
    message: 'The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute',
  },
  'expired-credentials': { status: 401, code: 'APIGW.0307', message: 'The token must be updated.' },
  'server-error': { status: 500, code: 'DBS.200005', message: 'Server failure.' },
} as const;

/** An instance dies with all its nodes, or one node does. */
function setOutage(state: GaussdbState, id: string, down: boolean, nowMs: number): SimulatorEvent[] {
  const instance = state.instances[id];
  const nodes = instance?.nodes ?? Object.values(state.instances).flatMap((one) => one.nodes.filter((node) => node.id === id));
  if (nodes.length === 0) throw new Error(`no such instance or node: ${id}`);
  for (const node of nodes) node.status = down ? 'FAILED' : 'ACTIVE';
  if (instance) Object.assign(instance, { status: down ? 'FAILED' : 'ACTIVE', outageSinceMs: down ? nowMs : null, updatedAtMs: nowMs });
  const detail = down ? 'down' : 'back';
  return [{ atMs: nowMs, vendor: 'gaussdb', kind: 'outage', operation: 'outage', id, promotion: false, by: 'vendor', percent: 0, detail }];
}
