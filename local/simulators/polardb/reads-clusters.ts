import { isoSeconds } from '../encoding.ts';
import type { Context, Handled } from '../vendor.ts';
import { clusterOf } from './failover.ts';
import { networkById } from './gdn.ts';
import type { PolardbCluster, PolardbGdn, PolardbNode, PolardbState } from './model.ts';
import type { RpcRequest } from './parameters.ts';
import { clusterStatus, nodeStatus } from './presentation.ts';
import { answered } from './replies.ts';
import type { Json } from './replies.ts';

export interface Page<T> {
  readonly rows: T[];
  readonly PageNumber: number;
  readonly total: number;
}
export function pageOf<T>(rows: readonly T[], rpc: RpcRequest, standardSize: number): Page<T> {
  const PageNumber = Number(rpc.parameters['PageNumber'] || 1);
  const size = Number(rpc.parameters['PageSize'] || standardSize);
  return { rows: rows.slice((PageNumber - 1) * size, PageNumber * size), PageNumber, total: rows.length };
}

function attributeNode(state: PolardbState, cluster: PolardbCluster, node: PolardbNode): Json {
  return {
    DBNodeId: node.id,
    DBNodeRole: node.role,
    DBNodeStatus: nodeStatus(state, cluster, node),
    FailoverPriority: node.failoverPriority,
    HotReplicaMode: node.hotReplicaMode,
    ZoneId: node.zoneId,
    SubCluster: node.subCluster,
    DBNodeClass: node.nodeClass,
    CreationTime: isoSeconds(node.createdAtMs),
    ImciSwitch: 'OFF',
    MasterId: '',
    MirrorInsName: '',
  };
}

/** §2.3: a flat object, and DBNodes is an array. */
export function attribute(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const cluster = clusterOf(state, rpc.parameters['DBClusterId'] ?? '');
  const body = {
    DBClusterId: cluster.id,
    DBClusterDescription: cluster.description,
    DBClusterStatus: clusterStatus(state, cluster),
    DBType: cluster.dbType,
    DBVersion: cluster.dbVersion,
    Category: cluster.category,
    RegionId: cluster.regionId,
    ZoneIds: cluster.zoneIds.join(','),
    LockMode: cluster.lockMode,
    HotStandbyCluster: cluster.hotStandbyCluster,
    StandbyHAMode: cluster.standbyHaMode,
    DataSyncMode: cluster.dataSyncMode,
    ImperceptibleSwitch: 'false',
    ProxyStatus: 'Running',
    CreationTime: isoSeconds(cluster.createdAtMs),
    DBNodes: cluster.nodes.map((node) => attributeNode(state, cluster, node)),
  };
  return answered(context, body, { DBClusterId: cluster.id });
}

/** §2.3: another nesting than the attribute call, and no DBNodeStatus nor FailoverPriority. */
function listedCluster(state: PolardbState, cluster: PolardbCluster): Json {
  const nodes = cluster.nodes.map((node) => ({
    DBNodeId: node.id,
    DBNodeRole: node.role,
    DBNodeClass: node.nodeClass,
    ZoneId: node.zoneId,
    RegionId: cluster.regionId,
    HotReplicaMode: node.hotReplicaMode,
  }));
  return {
    DBClusterId: cluster.id,
    DBClusterDescription: cluster.description,
    DBClusterStatus: clusterStatus(state, cluster),
    DBType: cluster.dbType,
    DBVersion: cluster.dbVersion,
    Category: cluster.category,
    RegionId: cluster.regionId,
    ZoneId: cluster.zoneIds[0] ?? '',
    LockMode: cluster.lockMode,
    DBNodeNumber: nodes.length,
    CreateTime: isoSeconds(cluster.createdAtMs),
    DBNodes: { DBNode: nodes },
  };
}

function inList(list: string | undefined, values: readonly string[]): boolean {
  return (list ?? '') === '' || (list ?? '').split(',').some((one) => values.includes(one));
}

export function clusters(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const { RegionId, DBClusterIds, DBNodeIds, DBClusterStatus, DBType } = rpc.parameters;
  const found = Object.values(state.clusters).filter(
    (one) =>
      one.regionId === RegionId &&
      inList(DBClusterIds, [one.id]) &&
      inList(DBClusterStatus, [clusterStatus(state, one)]) &&
      inList(DBType, [one.dbType]) &&
      inList(
        DBNodeIds,
        one.nodes.map((node) => node.id),
      ),
  );
  const { rows, PageNumber, total } = pageOf(found, rpc, 30);
  const listed = rows.map((one) => listedCluster(state, one));
  return answered(context, { Items: { DBCluster: listed }, PageNumber, PageRecordCount: rows.length, TotalRecordCount: total }, {});
}

function member(state: PolardbState, gdn: PolardbGdn, index: number): Json {
  const one = gdn.members[index];
  const cluster = one && state.clusters[one.clusterId];
  if (!cluster) return {};
  return {
    DBClusterId: cluster.id,
    Role: one.role,
    RegionId: cluster.regionId,
    DBClusterStatus: clusterStatus(state, cluster),
    // §2.5: seconds, as text; the primary has none to tell.
    ReplicaLag: one.role === 'primary' || one.replicaLagSeconds === null ? '' : String(one.replicaLagSeconds),
    DBType: cluster.dbType,
    DBVersion: cluster.dbVersion,
    Category: cluster.category,
    DBNodes: cluster.nodes.map((node) => attributeNode(state, cluster, node)),
  };
}

/** §2.5. */
export function network(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const gdn = networkById(state, rpc.parameters['GDNId'] ?? '');
  const body = {
    GDNId: gdn.id,
    GDNStatus: gdn.status,
    GDNDescription: gdn.description,
    GlobalDomainName: `${gdn.id}.gdn.rds.aliyuncs.com`,
    Labels: { GDNVersion: gdn.version },
    Connections: [],
    CreateTime: isoSeconds(gdn.createdAtMs),
    DBClusters: gdn.members.map((_, index) => member(state, gdn, index)),
  };
  return answered(context, body, { GDNId: gdn.id });
}

export function networks(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const { GDNId = '', DBClusterId = '' } = rpc.parameters;
  const found = Object.values(state.gdns).filter(
    (gdn) => (GDNId === '' || gdn.id === GDNId) && (DBClusterId === '' || gdn.members.some((one) => one.clusterId === DBClusterId)),
  );
  const { rows, PageNumber, total } = pageOf(found, rpc, 30);
  const Items = rows.map((gdn) => ({
    GDNId: gdn.id,
    GDNStatus: gdn.status,
    GDNDescription: gdn.description,
    CreateTime: isoSeconds(gdn.createdAtMs),
    DBClusters: gdn.members.map((one) => ({
      DBClusterId: one.clusterId,
      RegionId: state.clusters[one.clusterId]?.regionId ?? '',
      Role: one.role,
    })),
  }));
  return answered(context, { Items, PageNumber, PageRecordCount: rows.length, TotalRecordCount: total }, {});
}
