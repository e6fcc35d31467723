import { FLEET } from '../../local/simulators/fleet.ts';
import type { Target } from '../../lib/config/config.ts';
import type { ErrorRow } from '../../lib/failover/providers/error-table.ts';
import type { HttpRequest, HttpResponse } from '../../lib/ports.ts';
import type { DocumentedError } from './provider-contract.ts';

/** Ids, credentials and the vendor's reply shapes (provider contracts §2.2–§2.7), for both PolarDB providers. The ids are the simulator's. */
export const CLUSTER = FLEET.polardb.mysqlClusterId;
export const WRITER = FLEET.polardb.mysqlWriterId;
export const [READER_1, READER_2] = FLEET.polardb.mysqlReaderIds;
export const GDN = FLEET.polardb.gdnId;
export const PRIMARY = FLEET.polardb.gdnPrimaryClusterId;
export const STANDBY = FLEET.polardb.gdnStandbyClusterId;
export const REQUEST_ID = 'D0CEC6AC-7760-409A-A0D5-E6CD8660D4AD';
export const SECRET = { id: 'LTAI5tEXAMPLEEXAMPLE', key: 'EXAMPLEkeyEXAMPLEkeyEXAMPLEkey', token: 'CAISowJ1q6Ft5B2yEXAMPLE+STS/token=' };

type Json = Readonly<Record<string, unknown>>;

export function json(status: number, body: Json): HttpResponse {
  return { status, headers: { 'content-type': 'application/json;charset=utf-8' }, body: JSON.stringify(body) };
}

export function yes(body: Json = {}): HttpResponse {
  return json(200, { RequestId: REQUEST_ID, ...body });
}

export function no(error: { readonly status: number; readonly code: string }, message = 'some text'): HttpResponse {
  const recommend = `https://api.example.com/troubleshoot?q=${error.code}`;
  return json(error.status, {
    RequestId: REQUEST_ID,
    HostId: 'polardb.aliyuncs.com',
    Code: error.code,
    Message: message,
    Recommend: recommend,
  });
}

/** Every documented code with every documented status; a `*` stands for what the gateway writes there. */
export function documentedErrors(rows: readonly ErrorRow[]): readonly DocumentedError[] {
  const example: Readonly<Record<string, string>> = {
    'Missing*': 'MissingDBClusterId',
    '*Throttling*': 'Api.Throttling.Flow',
    'InvalidSecurityToken.*': 'InvalidSecurityToken.Expired',
  };
  return rows.flatMap((row) => row.statuses.map((status) => ({ status, code: example[row.code] ?? row.code, outcome: row.outcome })));
}

export function actionOf(request: HttpRequest): string {
  return request.headers['x-acs-action'] ?? '';
}

export function parametersOf(request: HttpRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

/** Action and parameters exactly as they travel; nonce, date and signature are headers. */
export function intentOf(request: HttpRequest): string | undefined {
  const action = actionOf(request);
  return action.startsWith('Describe') ? undefined : `${action}?${new URL(request.url).search}`;
}

export interface NodeReply {
  readonly id: string;
  readonly role?: string;
  readonly status?: string;
  readonly zone?: string;
  readonly priority?: number | string;
  readonly subCluster?: string;
  readonly imci?: string;
}

/** Three nodes in two zones, as the vendor's page shows them. */
export const NODES: readonly NodeReply[] = [
  { id: WRITER, role: 'Writer', zone: 'cn-hangzhou-i', priority: 1 },
  { id: READER_1, zone: 'cn-hangzhou-i', priority: 5 },
  { id: READER_2, zone: 'cn-hangzhou-j', priority: 9 },
];

/** DescribeDBClusterAttribute. */
export function attributeReply(nodes: readonly NodeReply[] = NODES, overrides: Json = {}): Json {
  return {
    DBClusterId: CLUSTER,
    DBClusterStatus: 'Running',
    DBType: 'MySQL',
    DBVersion: '8.0',
    Category: 'Normal',
    RegionId: 'cn-hangzhou',
    ZoneIds: 'cn-hangzhou-i,cn-hangzhou-j',
    LockMode: 'Unlock',
    DBNodes: nodes.map((node) => ({
      DBNodeId: node.id,
      DBNodeRole: node.role ?? 'Reader',
      DBNodeStatus: node.status ?? 'Running',
      FailoverPriority: node.priority ?? 1,
      ZoneId: node.zone ?? 'cn-hangzhou-i',
      HotReplicaMode: 'OFF',
      ...(node.subCluster === undefined ? {} : { SubCluster: node.subCluster }),
      ...(node.imci === undefined ? {} : { ImciSwitch: node.imci }),
    })),
    ...overrides,
  };
}

/** DescribeDBClusters: another nesting, and other words for roles. */
export function clustersReply(nodes: readonly NodeReply[] = NODES): Json {
  const DBNode = nodes.map((node) => ({ DBNodeId: node.id, DBNodeRole: node.role ?? 'Reader', ZoneId: node.zone ?? 'cn-hangzhou-i' }));
  return { Items: { DBCluster: [{ DBClusterId: CLUSTER, DBNodes: { DBNode } }] }, PageNumber: 1, PageRecordCount: 1, TotalRecordCount: 1 };
}

export interface SwitchReply {
  readonly startMs: number;
  readonly finishMs?: number;
  readonly cause?: string;
}

/** DescribeHALogs; `HaStatus` is inverted. */
export function haLogReply(switches: readonly SwitchReply[] = []): Json {
  const time = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const HaLogItems = switches.map((row, index) => ({
    SwitchId: `switch-${index + 1}`,
    SwitchStartTime: time(row.startMs),
    SwitchFinishTime: row.finishMs === undefined ? '' : time(row.finishMs),
    SwitchCauseCode: row.cause ?? 'Platform.Ha.AuroraService.ManualOperations',
    SwitchCauseDetail: 'some text',
  }));
  const counted = { TotalRecords: switches.length, ItemsNumbers: switches.length, PageNumber: 1, PageSize: 50 };
  return { DBInstanceName: CLUSTER, DBInstanceType: 'polardb_mysql_rw', HaStatus: switches.length > 0 ? 0 : 1, HaLogItems, ...counted };
}

export interface MemberReply {
  readonly id: string;
  readonly role: string;
  readonly status?: string;
  readonly lag?: unknown;
}
export const MEMBERS: readonly MemberReply[] = [
  { id: PRIMARY, role: 'primary', lag: '' },
  { id: STANDBY, role: 'standby', lag: '2' },
];

/** DescribeGlobalDatabaseNetwork. */
export function networkReply(members: readonly MemberReply[] = MEMBERS, status = 'active'): Json {
  const DBClusters = members.map((member) => ({
    DBClusterId: member.id,
    Role: member.role,
    RegionId: member.id === PRIMARY ? FLEET.polardb.regionId : FLEET.polardb.gdnStandbyRegionId,
    DBClusterStatus: member.status ?? 'Running',
    ReplicaLag: member.lag,
    DBNodes: [],
  }));
  return { GDNId: GDN, GDNStatus: status, GDNDescription: 'some text', Labels: { GDNVersion: '1.0' }, Connections: [], DBClusters };
}

const TARGET = {
  id: 'orders',
  description: '',
  mode: 'act',
  policyName: 'standard',
  identities: [],
  channels: [],
  hooks: { before: [], after: [] },
} as const;

export function polardbTarget(endpoint: string, settings: Partial<Target['polardb']> = {}): Target {
  const polardb = { regionId: 'cn-hangzhou', endpoint, clusterId: CLUSTER, secret: 'env:POLARDB', ...settings };
  return { ...TARGET, provider: 'polardb', polardb };
}

export function gdnTarget(endpoint: string, settings: Partial<Target['gdn']> = {}): Target {
  const gdn = {
    regionId: FLEET.polardb.gdnStandbyRegionId,
    endpoint,
    gdnId: GDN,
    clusterId: STANDBY,
    secret: 'env:POLARDB',
    forced: true,
    ...settings,
  };
  return { ...TARGET, provider: 'polardb-gdn', gdn };
}
