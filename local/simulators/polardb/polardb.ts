import type { SimulatorEvent } from '../event.ts';
import { partsOf } from '../exchange.ts';
import type { SimulatedRequest, SimulatedResponse } from '../exchange.ts';
import type { FaultParams } from '../faults.ts';
import { Refusal } from '../refusal.ts';
import type { Context, FormedFault, Handled, Vendor } from '../vendor.ts';
import { POLARDB_OPERATIONS, checkParameters } from './actions.ts';
import { authenticate } from './authenticate.ts';
import { bend } from './bend.ts';
import { failover } from './failover.ts';
import { switchOver } from './gdn.ts';
import { networkOf } from './model.ts';
import type { PolardbCluster, PolardbState } from './model.ts';
import { setOutage } from './outage.ts';
import { readRpc } from './parameters.ts';
import type { RpcRequest } from './parameters.ts';
import { takesConnections } from './presentation.ts';
import { advance, failOverAutomatically, nextWakeMs } from './progress.ts';
import * as clusters from './reads-clusters.ts';
import * as history from './reads-history.ts';
import { errorResponse, requestIdFrom } from './replies.ts';

const API_VERSION = '2017-08-01';

/** Alibaba Cloud PolarDB after provider contracts §2. */
export const polardb: Vendor<PolardbState> = {
  name: 'polardb',
  operations: POLARDB_OPERATIONS,
  identify: (request) => {
    const { action } = readRpc(request);
    return Object.hasOwn(POLARDB_OPERATIONS, action) ? action : 'unknown';
  },
  handle,
  advance,
  nextWakeMs,
  failOverByItself,
  form,
  bend,
  setOutage,
  setLag,
  endpoints: (state) => Object.fromEntries(Object.values(state.clusters).map((one) => [one.id, takesConnections(state, one)])),
};

const noApi = { status: 404, code: 'InvalidApi.NotFound', message: 'Specified api is not found, please check your url and method.' };
type Reader = (state: PolardbState, rpc: RpcRequest, context: Context) => Handled;
const READERS: Readonly<Record<string, Reader>> = {
  SwitchOverGlobalDatabaseNetwork: switchOver,
  DescribeDBClusterAttribute: clusters.attribute,
  DescribeDBClusters: clusters.clusters,
  DescribeHALogs: history.haLogs,
  DescribeDBLogFiles: history.logFiles,
  DescribeTasks: history.tasks,
  DescribeHistoryTasks: history.historyTasks,
  DescribeGlobalDatabaseNetwork: clusters.network,
  DescribeGlobalDatabaseNetworks: clusters.networks,
};

function handle(state: PolardbState, context: Context): Handled {
  const rpc = readRpc(context.request);
  try {
    return dispatch(state, rpc, context);
  } catch (error) {
    if (error instanceof Refusal) return refused(state, error, rpc, context);
    throw error;
  }
}

function dispatch(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const { method } = context.request;
  const known = partsOf(context.request).path === '/' && (method === 'GET' || method === 'POST') && rpc.version === API_VERSION;
  if (!known || context.operation === 'unknown') throw new Refusal(noApi, false);
  const credential = authenticate(state, context.request, rpc, context.nowMs);
  checkParameters(state, context.operation, rpc.parameters);
  if (context.operation === 'FailoverDBCluster') return failover(state, rpc, credential, context);
  const reader = READERS[context.operation];
  if (!reader) throw new Error(`no handler for ${context.operation}`);
  return reader(state, rpc, context);
}

function refused(state: PolardbState, refusal: Refusal, rpc: RpcRequest, context: Context): Handled {
  const requestId = requestIdFrom(context);
  const { DBClusterId = '', GDNId = '', ClientToken } = rpc.parameters;
  const { answer, signatureOk } = refusal;
  const response = errorResponse(context, answer, requestId, state.host);
  const token = ClientToken === undefined ? {} : { token: ClientToken };
  return { response, ids: { DBClusterId, GDNId }, signatureOk, outcome: 'refused', requestId, code: answer.code, events: [], ...token };
}

/** The vendor's own HA. Of a network it is the failover within the cluster that is asked about. */
function failOverByItself(
  state: PolardbState,
  target: { request?: SimulatedRequest; id?: string },
  context: Omit<Context, 'request'>,
): SimulatorEvent[] {
  const asked = target.request ? readRpc(target.request).parameters : { DBClusterId: target.id, GDNId: target.id };
  const cluster = state.clusters[asked['DBClusterId'] ?? ''] ?? primaryOf(state, asked['GDNId'] ?? '');
  return cluster ? failOverAutomatically(state, cluster, context.nowMs) : [];
}

function primaryOf(state: PolardbState, gdnId: string): PolardbCluster | undefined {
  const primary = state.gdns[gdnId]?.members.find((member) => member.role === 'primary');
  return primary && state.clusters[primary.clusterId];
}

const FORMS = {
  busy: {
    status: 403,
    code: 'OperationDenied.DBClusterStatus',
    message: 'The operation is not permitted due to the status of the cluster.',
  },
  throttling: { status: 400, code: 'Throttling.User', message: 'Request was denied due to user flow control.' },
  'expired-credentials': { status: 400, code: 'InvalidAccessKeyId.Inactive', message: 'Specified access key is disabled.' },
  'server-error': { status: 500, code: 'InternalError', message: 'The request processing has failed due to some unknown error.' },
} as const;

function form(fault: FormedFault, params: FaultParams, context: Omit<Context, 'effects'>): SimulatedResponse {
  const standard = FORMS[fault];
  const given = String(params['code'] ?? '');
  const status = Number(params['status'] ?? standard.status);
  const unavailable = fault === 'server-error' && status === 503 ? 'ServiceUnavailable' : standard.code;
  const answer = { ...standard, status, code: given === '' ? unavailable : given };
  const response = errorResponse(context, answer, requestIdFrom(context), partsOf(context.request).host);
  const retryAfterMs = Number(params['retryAfterMs'] ?? 0);
  if (fault !== 'throttling' || retryAfterMs === 0) return response;
  return { ...response, headers: { ...response.headers, 'x-acs-retry-after': String(retryAfterMs) } };
}

/** Of a standby cluster in a network; for a lone cluster an unknown lag means that its replication is not healthy. */
function setLag(state: PolardbState, id: string, lagSeconds: number | undefined): void {
  const member = networkOf(state, id)?.members.find((one) => one.clusterId === id);
  if (member) {
    member.replicaLagSeconds = lagSeconds ?? null;
    return;
  }
  const cluster = state.clusters[id];
  if (!cluster) throw new Error(`no such cluster: ${id}`);
  cluster.replicationHealthy = lagSeconds !== undefined;
}
