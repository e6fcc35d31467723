import type { Config, Criterion, Policy, Target } from '../../lib/config/config.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { FleetMember, MemberName, PolicyScript, Script } from './script.ts';

/** What a member of the fleet is called in the clouds. */
export interface Member {
  readonly provider: Target['provider'];
  readonly vendor: 'gaussdb' | 'polardb';
  /** The label by which alerts name it. */
  readonly label: readonly [key: string, value: string];
  /** Takes the outage. */
  readonly primaryId: string;
  readonly standbyIds: readonly string[];
  /** Named by the simulator's events when it is promoted. */
  readonly promotionId: string;
  /** The operation that promotes it, and one that is read before. */
  readonly effect: string;
  /** The vendor keeps a log of switches, by whom and when. */
  readonly switchesLogged: boolean;
  readonly lagId?: string;
}
const { gaussdb: G, polardb: P } = FLEET;
export const MEMBER: Readonly<Record<MemberName, Member>> = {
  orders: {
    provider: 'gaussdb',
    vendor: 'gaussdb',
    label: ['gaussdbv5_instance_id', G.instanceId],
    primaryId: G.primaryInstanceId,
    standbyIds: [G.instanceId],
    promotionId: G.instanceId,
    effect: 'failover',
    switchesLogged: true,
    lagId: G.instanceId,
  },
  payments: {
    provider: 'polardb',
    vendor: 'polardb',
    label: ['clusterId', P.mysqlClusterId],
    primaryId: P.mysqlClusterId,
    standbyIds: P.mysqlReaderIds,
    promotionId: P.mysqlClusterId,
    effect: 'FailoverDBCluster',
    switchesLogged: true,
  },
  ledger: {
    provider: 'polardb-gdn',
    vendor: 'polardb',
    label: ['gdnId', P.gdnId],
    primaryId: P.gdnPrimaryClusterId,
    standbyIds: [P.gdnStandbyClusterId],
    promotionId: P.gdnId,
    effect: 'SwitchOverGlobalDatabaseNetwork',
    switchesLogged: true,
    lagId: P.gdnStandbyClusterId,
  },
  reports: {
    provider: 'polardb',
    vendor: 'polardb',
    label: ['clusterId', P.postgresClusterId],
    primaryId: P.postgresClusterId,
    standbyIds: [P.postgresReaderId],
    promotionId: P.postgresClusterId,
    effect: 'FailoverDBCluster',
    // PostgreSQL has no HA log.
    switchesLogged: false,
  },
};
export const APPROVERS = ['lead@example.com', 'oncall@example.com', 'dba@example.com'] as const;

export function probeHostOf(name: MemberName): string {
  return `${MEMBER[name].primaryId}.db.example.com`;
}

/** The configuration of a history, without a detour through text: its shape is what the compiler gives the functions. */
export function configOf(script: Script, startMs: number): Config {
  const channelIds = script.channels > 1 ? ['ops', 'team'] : ['ops'];
  return {
    version: 1,
    hash: 'simulated',
    targets: Object.fromEntries(script.fleet.map((member) => [member.name, targetOf(member, channelIds)])),
    policies: Object.fromEntries(script.fleet.map(({ name, policy }) => [name, policyOf(name, policy, startMs)])),
    channels: Object.fromEntries(
      channelIds.map((id) => [id, { id, kind: 'webhook', url: `ssm:/understudy/${id}/url`, secret: 'ssm:/understudy/secret' }]),
    ),
    sources: { alertmanager: { name: 'alertmanager', kind: 'alertmanager', observerLabel: 'prometheus', auth: [] } },
    fleet: { brake: script.brake },
  };
}

function targetOf({ name, mode, probed }: FleetMember, channels: readonly string[]): Target {
  const member = MEMBER[name];
  const [key, value] = member.label;
  return {
    id: name,
    description: '',
    provider: member.provider,
    mode,
    policyName: name,
    identities: [{ key, value }],
    channels,
    hooks: { before: [], after: [] },
    ...(probed ? { probe: { host: probeHostOf(name), port: 5432, tls: false, timeoutMs: 2_000 } } : {}),
    ...SETTINGS[name],
  };
}

const ALIBABA = 'ssm:/understudy/alibaba';
const POLARDB = { regionId: P.regionId, endpoint: 'https://polardb.aliyuncs.com', secret: ALIBABA } as const;
const SETTINGS: Readonly<Record<MemberName, Pick<Target, 'gaussdb' | 'polardb' | 'gdn'>>> = {
  orders: {
    gaussdb: {
      region: G.region,
      endpoint: 'https://gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com',
      projectId: G.projectId,
      instanceId: G.instanceId,
      auth: { kind: 'aksk', secret: 'ssm:/understudy/huawei' },
      disasterType: 'stream',
      supportRestore: true,
    },
  },
  payments: { polardb: { ...POLARDB, clusterId: P.mysqlClusterId } },
  reports: { polardb: { ...POLARDB, clusterId: P.postgresClusterId, targetNodeId: P.postgresReaderId } },
  ledger: {
    gdn: {
      regionId: P.gdnStandbyRegionId,
      endpoint: 'https://polardb.cn-hongkong.aliyuncs.com',
      gdnId: P.gdnId,
      clusterId: P.gdnStandbyClusterId,
      secret: ALIBABA,
      forced: true,
    },
  },
};

export function policyOf(name: string, policy: PolicyScript, startMs: number): Policy {
  const { alerts, observers, probe, windowMs, forMs, maxAgeMs, maintenance } = policy;
  const criterion: Criterion = {
    name: 'dead',
    sources: [],
    names: [],
    classes: ['unreachable', 'down'],
    severities: ['critical'],
    match: [],
    quorum: { alerts, observers, windowMs, probe },
    forMs,
    maxAgeMs,
  };
  return {
    name,
    criteria: [criterion],
    guards: {
      coolDownMs: policy.coolDownMs,
      failoversPerDay: policy.failoversPerDay,
      maxLagMs: policy.maxLagMs,
      overLag: policy.overLag,
      providerGraceMs: policy.graceMs,
      approval: {
        required: policy.approvals > 0,
        approvers: policy.approvals > 0 ? APPROVERS : [],
        count: Math.max(1, policy.approvals),
        expiresMs: policy.approvalExpiresMs,
      },
      maintenance: maintenance === undefined ? [] : [windowOf(maintenance)],
      freezes: policy.freezes.map(({ fromMs, toMs }) => ({ fromMs: startMs + fromMs, toMs: startMs + toMs, reason: 'change freeze' })),
      allowedSkewMs: 30_000,
    },
  };
}

function windowOf({ minute, durationMs }: { minute: number; durationMs: number }): Policy['guards']['maintenance'][number] {
  return { name: 'patching', cron: `${minute % 60} ${Math.floor(minute / 60)} * * *`, durationMs, zone: 'UTC' };
}
