import { isoSeconds } from '../encoding.ts';
import { Refusal } from '../refusal.ts';
import type { Context, Handled } from '../vendor.ts';
import { DOCUMENTED } from './choices.ts';
import { clusterOf } from './failover.ts';
import type { PolardbCluster, PolardbHaLog, PolardbState } from './model.ts';
import type { RpcRequest } from './parameters.ts';
import { pageOf } from './reads-clusters.ts';
import { answered, badParameter } from './replies.ts';

const MONTH_MS = 30 * 86_400_000;

function timesOf(rpc: RpcRequest, names: readonly [string, string], nowMs: number): { fromMs: number; toMs: number } {
  const [from, to] = names.map((name) => rpc.parameters[name] ?? '');
  return { fromMs: from ? Date.parse(from) : 0, toMs: to ? Date.parse(to) : nowMs };
}

/** §2.3: MySQL only. */
function mysqlOf(state: PolardbState, rpc: RpcRequest): PolardbCluster {
  const cluster = clusterOf(state, rpc.parameters['DBClusterId'] ?? '');
  if (cluster.dbType !== 'MySQL') throw new Refusal(DOCUMENTED.dbType);
  return cluster;
}

function logsOf(state: PolardbState, cluster: PolardbCluster, rpc: RpcRequest, nowMs: number): PolardbHaLog[] {
  const { fromMs, toMs } = timesOf(rpc, ['StartTime', 'EndTime'], nowMs);
  const node = rpc.parameters['DBNodeId'] ?? '';
  const rows = state.haLogs.filter(
    (one) => one.clusterId === cluster.id && one.visibleAtMs <= nowMs && (node === '' || one.nodeId === node),
  );
  return rows.filter((one) => one.startMs >= fromMs && one.startMs <= toMs).toReversed();
}

function item(log: PolardbHaLog): Record<string, string> {
  return {
    SwitchId: log.switchId,
    SwitchStartTime: isoSeconds(log.startMs),
    SwitchFinishTime: log.finishMs === null ? '' : isoSeconds(log.finishMs),
    SwitchCauseCode: log.cause,
    SwitchCauseDetail: log.cause.endsWith('ManualOperations') ? 'Manual switchover' : 'Instance unavailable',
  };
}

/** §2.3: HaStatus is the wrong way round: 0 when there are records, 1 when there are none. */
export function haLogs(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const cluster = mysqlOf(state, rpc);
  const { rows, PageNumber, total } = pageOf(logsOf(state, cluster, rpc, context.nowMs), rpc, 10);
  const body = {
    DBInstanceName: cluster.id,
    DBInstanceType: 'polardb_mysql_rw',
    HaStatus: total > 0 ? 0 : 1,
    TotalRecords: total,
    ItemsNumbers: rows.length,
    PageNumber,
    PageSize: Number(rpc.parameters['PageSize'] || 10),
    HaLogItems: rows.map((log) => item(log)),
  };
  return answered(context, body, { DBClusterId: cluster.id });
}

/** The same idea with more columns. */
export function logFiles(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const cluster = mysqlOf(state, rpc);
  const simulated = rpc.parameters['LogType'] === 'SimulateSwitchLogs';
  const { rows, PageNumber, total } = pageOf(simulated ? [] : logsOf(state, cluster, rpc, context.nowMs), rpc, 10);
  const more = { AffectedSessions: 0, TotalSessions: 0, FromDBType: 'polardb_mysql_rw', SwitchType: 'HaSwitch' };
  const body = {
    DBInstanceName: cluster.id,
    DBInstanceType: 'polardb_mysql_rw',
    HaStatus: total > 0 ? 0 : 1,
    TotalRecords: total,
    ItemsNumbers: rows.length,
    PageNumber,
    HaLogItems: rows.map((log) => ({ ...item(log), ...more })),
  };
  return answered(context, body, { DBClusterId: cluster.id });
}

/** §2.3: only tasks of CreateDBCluster, so a failover never shows up here. */
export function tasks(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const { DBClusterId = '', DBNodeId = '', StartTime, EndTime } = rpc.parameters;
  if (DBClusterId === '' && DBNodeId === '')
    throw new Refusal({ status: 400, code: 'MissingParameter', message: 'DBClusterId or DBNodeId is mandatory.' });
  const { fromMs, toMs } = timesOf(rpc, ['StartTime', 'EndTime'], context.nowMs);
  const cluster = Object.values(state.clusters).find((one) => one.id === DBClusterId || one.nodes.some((node) => node.id === DBNodeId));
  if (!cluster) throw new Refusal(DOCUMENTED.clusterNotFound);
  const created = cluster.createdAtMs >= fromMs && cluster.createdAtMs <= toMs;
  const task = {
    TaskId: `${cluster.createdAtMs}`,
    TaskAction: 'CreateDBCluster',
    Progress: 100,
    CurrentStepName: '',
    Remain: 0,
    TaskErrorCode: '',
    TaskErrorMessage: '',
    BeginTime: isoSeconds(cluster.createdAtMs),
    FinishTime: isoSeconds(cluster.createdAtMs),
    ExpectedFinishTime: '',
  };
  const Task = created ? [task] : [];
  const paging = { PageNumber: 1, PageRecordCount: Task.length, TotalRecordCount: Task.length };
  return answered(context, { DBClusterId: cluster.id, StartTime, EndTime, ...paging, Tasks: { Task } }, { DBClusterId: cluster.id });
}

/** §2.3: 30 days back at most; TotalCount is text. Whether failovers are listed is a choice. */
export function historyTasks(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const { InstanceId = '', TaskId = '', TaskType = '', Status = '' } = rpc.parameters;
  const { fromMs, toMs } = timesOf(rpc, ['FromStartTime', 'ToStartTime'], context.nowMs);
  if (fromMs < context.nowMs - MONTH_MS) throw badParameter(state.choices.invalidParameter, 'FromStartTime');
  const listed = state.choices.historyTasks === 'with-failovers' ? state.tasks : [];
  const mysql = listed.filter(
    (one) => state.clusters[one.clusterId]?.dbType === 'MySQL' && one.startedAtMs >= fromMs && one.startedAtMs <= toMs,
  );
  const asked = (
    [
      ['clusterId', InstanceId],
      ['id', TaskId],
      ['type', TaskType],
      ['status', Status],
    ] as const
  ).filter(([, value]) => value !== '');
  const found = mysql.filter((one) => asked.every(([key, value]) => one[key] === value)).toReversed();
  const { rows, PageNumber, total } = pageOf(found, rpc, 10);
  const Items = rows.map((one) => ({
    TaskId: one.id,
    TaskType: one.type,
    Status: one.status,
    Progress: one.status === 'Running' ? 50 : 100,
    InstanceId: one.clusterId,
    StartTime: isoSeconds(one.startedAtMs),
    EndTime: one.finishedAtMs === null ? '' : isoSeconds(one.finishedAtMs),
    CurrentStepName: '',
    TaskDetail: '{}',
    CallerSource: 'User',
  }));
  return answered(
    context,
    { Items, PageNumber, PageSize: Number(rpc.parameters['PageSize'] || 10), TotalCount: String(total) },
    { InstanceId },
  );
}
