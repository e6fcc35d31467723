import type { PolardbSettings } from '../../../config/config.ts';
import { unreadReason } from '../alibaba/answer.ts';
import { fieldsOf, listOf, numberOf, wordOf, type Fields } from '../alibaba/fields.ts';
import type { Rpc } from '../alibaba/rpc.ts';

/** A cluster as DescribeDBClusterAttribute tells it (provider contracts §2.3). Words that were not there are empty. */
export interface Cluster {
  readonly status: string;
  readonly engine: string;
  readonly category: string;
  readonly lockMode: string;
  readonly hotStandby: string;
  readonly dataSyncMode: string;
  readonly nodes: readonly ClusterNode[];
}
export interface ClusterNode {
  readonly id: string;
  readonly role: string;
  readonly status: string;
  readonly zone: string;
  /** 1 to 15, higher first; 0 if it was not told. */
  readonly priority: number;
  /** `Primary`, `Standby` (hot-standby storage cluster), or empty. */
  readonly subCluster: string;
}
export interface Unread {
  readonly unread: string;
}

export const CLUSTER_STATUSES = new Set(
  (
    'Creating Running Deleting Deleted Rebooting Starting Stopped INS_MAINTAINING NS_MAINTAINING Switching DBNodeCreating DBNodeDeleting ' +
    'ClassChanging NetAddressCreating NetAddressDeleting NetAddressModifying MinorVersionUpgrading STORAGE_EXPANDIN UPGRADE_FORBIDDEN ' +
    'Transing TRANSING SSL_MODIFYING TDEModifying CONFIG_SWITCHING ROLE_SWITCHING ClassChanged MajorVersionUpgrading StandbyTransing'
  ).split(' '),
);
export const NODE_STATUSES = new Set(
  (
    'Creating Running Deleting Rebooting DBNodeCreating DBNodeDeleting ClassChanging NetAddressCreating NetAddressDeleting ' +
    'NetAddressModifying MinorVersionUpgrading Maintaining Switching'
  ).split(' '),
);
const SWITCHING = new Set(['Switching', 'ROLE_SWITCHING', 'StandbyTransing']);

export async function readCluster(rpc: Rpc, settings: PolardbSettings, deadlineMs: number): Promise<Cluster | Unread> {
  const action = 'DescribeDBClusterAttribute';
  const answer = await rpc.read({ target: settings, action, parameters: { DBClusterId: settings.clusterId }, deadlineMs });
  if (answer.kind !== 'yes') return { unread: `${action}: ${unreadReason(answer)}` };
  return parseCluster(answer.body, settings.clusterId) ?? { unread: `${action}: the answer was not understood.` };
}

/**
 * Roles by node id as DescribeDBClusters tells them: the only reply that names column-store and AI nodes (`ColumnReader`, `AI`), which
 * cannot be promoted. Its nesting differs from the attribute call's.
 */
export async function readNodeRoles(
  rpc: Rpc,
  settings: PolardbSettings,
  deadlineMs: number,
): Promise<ReadonlyMap<string, string> | Unread> {
  const action = 'DescribeDBClusters';
  const parameters = { DBClusterIds: settings.clusterId, PageNumber: '1', PageSize: '30', RegionId: settings.regionId };
  const answer = await rpc.read({ target: settings, action, parameters, deadlineMs });
  if (answer.kind !== 'yes') return { unread: `${action}: ${unreadReason(answer)}` };
  const clusters = listOf(fieldsOf(answer.body['Items'])?.['DBCluster']) ?? [];
  const cluster = clusters.find((fields) => fields['DBClusterId'] === settings.clusterId);
  const nodes = listOf(fieldsOf(cluster?.['DBNodes'])?.['DBNode']);
  if (nodes === undefined) return { unread: `${action}: the cluster is not in the list.` };
  return new Map(nodes.map((node) => [wordOf(node['DBNodeId']) ?? '', wordOf(node['DBNodeRole']) ?? '']));
}

/** The one writer; `undefined` if none or several are told. */
export function writerOf(cluster: Cluster): ClusterNode | undefined {
  const writers = cluster.nodes.filter((node) => node.role === 'Writer');
  return writers.length === 1 ? writers[0] : undefined;
}

/** Whether a change of roles is being carried out now, by whomever (provider contracts §2.4). */
export function isSwitching(cluster: Cluster): boolean {
  return SWITCHING.has(cluster.status) || cluster.nodes.some((node) => node.status === 'Switching');
}

export function hasHotStandby(cluster: Cluster): boolean {
  return !['', 'StandbyClusterOFF', 'OFF', 'false'].includes(cluster.hotStandby);
}

function parseCluster(body: Fields, clusterId: string): Cluster | undefined {
  const nodes = listOf(body['DBNodes'])?.map(parseNode);
  if (body['DBClusterId'] !== clusterId || nodes === undefined || nodes.length === 0) return undefined;
  const word = (name: string): string => wordOf(body[name]) ?? '';
  return {
    status: word('DBClusterStatus'),
    engine: word('DBType'),
    category: word('Category'),
    lockMode: word('LockMode'),
    hotStandby: word('HotStandbyCluster'),
    dataSyncMode: word('DataSyncMode'),
    nodes,
  };
}

function parseNode(fields: Fields): ClusterNode {
  const word = (name: string): string => wordOf(fields[name]) ?? '';
  // A node with the column index is told as a plain Reader here; it is marked only by this switch.
  const role = word('ImciSwitch') === 'ON' && word('DBNodeRole') === 'Reader' ? 'ColumnReader' : word('DBNodeRole');
  return {
    id: word('DBNodeId'),
    role,
    status: word('DBNodeStatus'),
    zone: word('ZoneId'),
    priority: numberOf(fields['FailoverPriority']) ?? 0,
    subCluster: word('SubCluster'),
  };
}
