import type { Credential } from './credential.ts';
import type { GaussdbInstance, GaussdbRelation, IamUser } from './gaussdb/model.ts';
import type { PolardbCluster, PolardbGdn, PolardbNode } from './polardb/model.ts';

/**
 * The databases of the example: made up, with ids in the documented formats. `understudy.yml`, the events and the tests name these.
 */
export const FLEET = {
  gaussdb: {
    primaryRegion: 'ap-southeast-3',
    primaryProjectId: '5a1c9e0f7b3d4c2e8f6a0b1d2c3e4f5a',
    primaryInstanceId: '7d2f4b8e1c3a4f5d9e6b0a1c2d3e4f50in14',
    region: 'ap-southeast-1',
    projectId: '0483b6b16e954cb88930a360d2c4e663',
    instanceId: 'c04c789b6baa4b6dbcc139c5226f3a2cin14',
    relationId: '2f6c1d0e-9a4b-4c7d-8e5f-1a2b3c4d5e6f',
    accessKeyId: 'AKIDEXAMPLE0000000AK',
    secretKey: 'SKEXAMPLE000000000000000000000000000000SK',
  },
  polardb: {
    regionId: 'cn-hangzhou',
    mysqlClusterId: 'pc-bp1abcdefghijk01',
    mysqlWriterId: 'pi-bp1abcdefghijk01',
    mysqlReaderIds: ['pi-bp1abcdefghijk02', 'pi-bp1abcdefghijk03'],
    postgresClusterId: 'pc-bp1mnopqrstuv02',
    postgresWriterId: 'pi-bp1mnopqrstuv01',
    postgresReaderId: 'pi-bp1mnopqrstuv02',
    gdnId: 'gdn-bp1fedcba987654',
    gdnPrimaryClusterId: 'pc-bp1gdnprimary003',
    gdnStandbyClusterId: 'pc-j6cgdnstandby004',
    gdnStandbyRegionId: 'cn-hongkong',
    accessKeyId: 'LTAIEXAMPLE000000000AK',
    secretKey: 'EXAMPLE0000000000000000000SK',
  },
} as const;

/** 2026-01-05: before any test's clock. */
const BUILT_AT_MS = Date.UTC(2026, 0, 5, 8, 30);

export function gaussdbCredentials(): Credential[] {
  const { accessKeyId, secretKey } = FLEET.gaussdb;
  return [{ accessKeyId, secretKey }];
}
export function gaussdbUsers(): IamUser[] {
  const { projectId, primaryProjectId } = FLEET.gaussdb;
  return [{ name: 'understudy', password: 'Example-Passw0rd', domain: 'example-domain', projectIds: [projectId, primaryProjectId] }];
}

function gaussdbInstance(given: Pick<GaussdbInstance, 'id' | 'name' | 'region' | 'projectId'>, network: string): GaussdbInstance {
  const zones = ['a', 'b', 'c'];
  return {
    ...given,
    status: 'ACTIVE',
    type: 'Ha',
    majorVersion: '8.102',
    completeVersion: 'V2.0-8.102.0',
    switchStrategy: 'reliability',
    createdAtMs: BUILT_AT_MS,
    updatedAtMs: BUILT_AT_MS,
    nodes: zones.map((zone, index) => ({
      id: `${given.id.slice(0, 30)}0${index}no14`,
      name: `${given.name}_node_${index}`,
      role: index === 0 ? 'master' : 'slave',
      status: 'ACTIVE',
      availabilityZone: `${given.region}${zone}`,
      privateIp: `${network}.1${index}`,
    })),
    privateIps: [`${network}.10`, `${network}.11`, `${network}.12`],
    port: 8000,
    outageSinceMs: null,
    oppositeDataCidr: '',
  };
}

/** A streaming pair: the primary in one region, its DR instance in another. */
export function gaussdbPair(): { instances: GaussdbInstance[]; relations: GaussdbRelation[] } {
  const { primaryInstanceId, primaryRegion, primaryProjectId, instanceId, region, projectId, relationId } = FLEET.gaussdb;
  const primary = gaussdbInstance(
    { id: primaryInstanceId, name: 'orders-primary', region: primaryRegion, projectId: primaryProjectId },
    '192.168.10',
  );
  const standby = gaussdbInstance({ id: instanceId, name: 'orders-standby', region, projectId }, '192.168.20');
  const relation: GaussdbRelation = {
    id: relationId,
    name: 'orders-dr',
    masterId: primaryInstanceId,
    disasterId: instanceId,
    rowIds: { [primaryInstanceId]: '11111111-2222-4333-8444-555555555501', [instanceId]: '11111111-2222-4333-8444-555555555502' },
    status: 'normal',
    streaming: 'recovery',
    rpoSeconds: 1,
    rtoSeconds: 0,
    supportsRestore: false,
    promotedId: null,
    promoteFailed: false,
    precheckFailedReason: '',
    createdAtMs: BUILT_AT_MS,
    updatedAtMs: BUILT_AT_MS,
  };
  return { instances: [primary, standby], relations: [relation] };
}

export function polardbCredentials(): Credential[] {
  const { accessKeyId, secretKey } = FLEET.polardb;
  return [{ accessKeyId, secretKey }];
}

function node(id: string, role: PolardbNode['role'], zoneId: string, failoverPriority: number): PolardbNode {
  return {
    id,
    role,
    zoneId,
    failoverPriority,
    status: 'Running',
    hotReplicaMode: 'OFF',
    subCluster: 'Primary',
    nodeClass: 'polar.mysql.x4.large',
    createdAtMs: BUILT_AT_MS,
    alive: true,
  };
}

function cluster(given: Pick<PolardbCluster, 'id' | 'description' | 'regionId' | 'dbType' | 'dbVersion' | 'nodes'>): PolardbCluster {
  return {
    ...given,
    zoneIds: [...new Set(given.nodes.map((one) => one.zoneId))],
    category: 'Normal',
    status: 'Running',
    lockMode: 'Unlock',
    hotStandbyCluster: 'OFF',
    standbyHaMode: 'OFF',
    dataSyncMode: 'AsyncSync',
    distributedEdition: false,
    replicationHealthy: true,
    createdAtMs: BUILT_AT_MS,
    lastSwitchAtMs: null,
    rollBackTo: null,
    automaticFailoverAtMs: null,
  };
}

/** MySQL with two Readers, PostgreSQL with one, and the two clusters of a global database network. */
export function polardbClusters(): PolardbCluster[] {
  const f = FLEET.polardb;
  const [firstReader, secondReader] = f.mysqlReaderIds;
  const zone = `${f.regionId}-h`;
  const mysql = { regionId: f.regionId, dbType: 'MySQL', dbVersion: '8.0' } as const;
  const mysqlNodes = [
    node(f.mysqlWriterId, 'Writer', zone, 1),
    node(firstReader, 'Reader', zone, 10),
    node(secondReader, 'Reader', `${f.regionId}-i`, 5),
  ];
  const postgresNodes = [node(f.postgresWriterId, 'Writer', zone, 1), node(f.postgresReaderId, 'Reader', `${f.regionId}-i`, 1)];
  const pair = (name: string, zoneId: string): PolardbNode[] => [
    node(`pi-${name}01`, 'Writer', zoneId, 1),
    node(`pi-${name}02`, 'Reader', zoneId, 1),
  ];
  return [
    cluster({ ...mysql, id: f.mysqlClusterId, description: 'shop', nodes: mysqlNodes }),
    cluster({
      id: f.postgresClusterId,
      description: 'ledger',
      regionId: f.regionId,
      dbType: 'PostgreSQL',
      dbVersion: '14',
      nodes: postgresNodes,
    }),
    cluster({ ...mysql, id: f.gdnPrimaryClusterId, description: 'catalog-hangzhou', nodes: pair('bp1gdnprimary', zone) }),
    cluster({
      ...mysql,
      id: f.gdnStandbyClusterId,
      description: 'catalog-hongkong',
      regionId: f.gdnStandbyRegionId,
      nodes: pair('j6cgdnstandby', `${f.gdnStandbyRegionId}-b`),
    }),
  ];
}

export function polardbNetworks(): PolardbGdn[] {
  const f = FLEET.polardb;
  const members: PolardbGdn['members'] = [
    { clusterId: f.gdnPrimaryClusterId, role: 'primary', replicaLagSeconds: 0 },
    { clusterId: f.gdnStandbyClusterId, role: 'standby', replicaLagSeconds: 1 },
  ];
  return [{ id: f.gdnId, description: 'catalog', version: '1.0', status: 'active', createdAtMs: BUILT_AT_MS, members }];
}
