import { Refusal } from '../refusal.ts';
import type { PolardbState } from './model.ts';
import { COMMON, OWNER } from './parameters.ts';
import { badParameter } from './replies.ts';

/** Every action of provider contracts §2, and whether it changes something. */
export const POLARDB_OPERATIONS = {
  FailoverDBCluster: 'effect',
  SwitchOverGlobalDatabaseNetwork: 'effect',
  DescribeDBClusterAttribute: 'read',
  DescribeDBClusters: 'read',
  DescribeHALogs: 'read',
  DescribeDBLogFiles: 'read',
  DescribeTasks: 'read',
  DescribeHistoryTasks: 'read',
  DescribeGlobalDatabaseNetwork: 'read',
  DescribeGlobalDatabaseNetworks: 'read',
} as const satisfies Record<string, 'effect' | 'read'>;
export type PolardbOperation = keyof typeof POLARDB_OPERATIONS;

interface Parameter {
  readonly pattern: RegExp;
  readonly required?: boolean;
}
type Parameters = Readonly<Record<string, Parameter>>;

const TEXT = { pattern: /^/ };
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const MINUTES = /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/;
const PAGE = { PageNumber: { pattern: /^[1-9]\d*$/ }, PageSize: { pattern: /^(30|50|100)$/ } };
const SMALL_PAGE = { PageNumber: PAGE.PageNumber, PageSize: { pattern: /^([5-9]|[1-4]\d|50)$/ } };

const PARAMETERS: Readonly<Record<PolardbOperation, Parameters>> = {
  FailoverDBCluster: {
    DBClusterId: { ...TEXT, required: true },
    TargetDBNodeId: TEXT,
    RollBackForDisaster: { pattern: /^(true|false)$/ },
    ClientToken: TEXT,
    TargetZoneType: { pattern: /^(Primary|Standby)$/ },
  },
  SwitchOverGlobalDatabaseNetwork: {
    GDNId: { ...TEXT, required: true },
    DBClusterId: TEXT,
    Forced: { pattern: /^(true|false)$/ },
    RegionId: TEXT,
    ResourceGroupId: TEXT,
  },
  DescribeDBClusterAttribute: { DBClusterId: { ...TEXT, required: true }, DescribeType: { pattern: /^AI$/ } },
  DescribeDBClusters: {
    RegionId: { ...TEXT, required: true },
    DBClusterIds: TEXT,
    DBNodeIds: TEXT,
    DBClusterStatus: TEXT,
    DBType: { pattern: /^(MySQL|PostgreSQL|Oracle)$/ },
    DescribeType: { pattern: /^Simple$/ },
    ...PAGE,
  },
  DescribeHALogs: {
    DBClusterId: { ...TEXT, required: true },
    LogType: { pattern: /^HaSwitchLogList$/, required: true },
    DBNodeId: TEXT,
    StartTime: { pattern: SECONDS },
    EndTime: { pattern: SECONDS },
    ...SMALL_PAGE,
  },
  DescribeDBLogFiles: {
    DBClusterId: { ...TEXT, required: true },
    LogType: { pattern: /^(HaSwitchLogList|HaSwitchLogInfo|SimulateSwitchLogs)$/, required: true },
    DBNodeId: TEXT,
    StartTime: { pattern: SECONDS },
    EndTime: { pattern: SECONDS },
    ...SMALL_PAGE,
  },
  DescribeTasks: {
    DBClusterId: TEXT,
    DBNodeId: TEXT,
    StartTime: { pattern: MINUTES, required: true },
    EndTime: { pattern: MINUTES, required: true },
    Status: { pattern: /^(Waiting|Running|Finished|Closed|Pause|Stop)$/ },
    ...PAGE,
  },
  DescribeHistoryTasks: {
    FromStartTime: { pattern: SECONDS, required: true },
    ToStartTime: { pattern: SECONDS, required: true },
    RegionId: TEXT,
    InstanceId: TEXT,
    InstanceType: { pattern: /^Instance$/ },
    TaskId: TEXT,
    TaskType: TEXT,
    Status: { pattern: /^(Scheduled|Running|Succeed|Failed|Cancelling|Canceled|Waiting)$/ },
    PageNumber: PAGE.PageNumber,
    PageSize: { pattern: /^([1-9]\d|100)$/ },
  },
  DescribeGlobalDatabaseNetwork: { GDNId: { ...TEXT, required: true }, RegionId: TEXT, ResourceGroupId: TEXT },
  DescribeGlobalDatabaseNetworks: { GDNId: TEXT, DBClusterId: TEXT, RegionId: TEXT, ResourceGroupId: TEXT, ...PAGE },
};

/** @throws {Refusal} when a required parameter is missing, one is not of its set, or one is not the action's at all. */
export function checkParameters(state: PolardbState, operation: string, given: Readonly<Record<string, string>>): void {
  const { choices } = state;
  const known = PARAMETERS[operation as PolardbOperation];
  const missing = Object.keys(known).find((name) => known[name]?.required === true && (given[name] ?? '') === '');
  if (missing !== undefined) throw missingParameter(choices.missingParameter, missing);
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    if (rule && value !== '' && !rule.pattern.test(value)) throw badParameter(choices.invalidParameter, name);
    const passes = rule !== undefined || COMMON.has(name) || OWNER.some((one) => one === name);
    if (!passes && choices.unknownParameters === 'refuse') throw badParameter(choices.invalidParameter, name);
  }
}

function missingParameter(style: 'MissingParameter' | 'MissingName', name: string): Refusal {
  const code = style === 'MissingParameter' ? 'MissingParameter' : `Missing${name}`;
  return new Refusal({
    status: 400,
    code,
    message: `The input parameter ${name} that is mandatory for processing this request is not supplied.`,
  });
}
