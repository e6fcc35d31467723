import { answer, choice } from '../choices.ts';
import type { ChoicesOf } from '../choices.ts';

/** The message texts of the documented codes are those of the API page; only when they are used is a choice. */
export const DOCUMENTED = {
  haStatus: answer(400, 'HaStatusNotSupport', 'Current DB instance HA status does not support this operation.'),
  nodeId: answer(400, 'InvalidDBNodeId.Malformed', 'The specified parameter DBNodeId is not valid.'),
  dbType: answer(400, 'InvalidDBType.Malformed', 'The Specified DBType is not valid.'),
  tooOften: answer(400, 'UnsupportHighFrequenceSwitchOver', 'The instance has switch over too frequent within ten minutes.'),
  replication: answer(400, 'UnsupportWitchUnhealthyReplication', 'The action is unsupported with unhealthy replication.'),
  nodeType: answer(403, 'OperationDenied.DBNodeType', 'The operation is not permitted due to type of node.'),
  category: answer(403, 'OperationDenied.ClusterCategory', 'The operation is not permitted due to cluster category.'),
  clusterNotFound: answer(404, 'InvalidDBCluster.NotFound', 'The DBClusterId provided does not exist in our records.'),
  clusterId: answer(404, 'InvalidDBClusterId.Malformed', 'The specified parameter DBClusterId is not valid.'),
  gdnCluster: answer(404, 'InvalidDBClusterId.NotFound', 'The specified DBClusterId is not found.'),
  clusterStatus: answer(403, 'OperationDenied.DBClusterStatus', 'The operation is not permitted due to the status of the cluster.'),
  lockMode: answer(400, 'OperationDenied.LockMode', 'The operation is not permitted when the instance is locked.'),
} as const;

/** Everything about PolarDB that provider contracts §2 leaves open. The rest of the simulator is contract. */
export const POLARDB_CHOICES = {
  missingParameter: choice<'MissingParameter' | 'MissingName'>(
    'MissingParameter',
    'Code of a missing parameter: the product table says the first, the gateway the second (MissingDBClusterId) (§2.9).',
  ),
  unknownParameters: choice<'refuse' | 'ignore'>(
    'refuse',
    'A parameter that the API does not have: InvalidParameter, or ignored (§2.2 silent).',
  ),
  invalidParameter: choice('InvalidParameter', 'Code of a value outside its set (§2.2 silent).'),
  invalidClientToken: choice(
    answer(400, 'InvalidClientToken', 'The specified ClientToken is not valid.'),
    'ClientToken over 64 characters or not ASCII (§2.9, name is a choice).',
  ),
  clientTokenHonoured: choice(true, 'Whether a repeated ClientToken has no second effect (§2.6: unknown for this product).'),
  clientTokenKeptMs: choice(24 * 3_600_000, 'How long a ClientToken is remembered (§2.6, unknown).'),
  tokenMismatch: choice(
    answer(400, 'IdempotentParameterMismatch', 'The request uses the same client token as a previous request, but with other parameters.'),
    'Same token, other parameters (§2.9, status is a choice).',
  ),
  tokenWhileRunning: choice<'replay' | 'LastTokenProcessing'>(
    'replay',
    'A repeated token while the first still runs (§2.6: a sister product has the second).',
  ),
  tokenOfRefused: choice<'forgotten' | 'kept'>('forgotten', 'Whether a refused request uses its token up (§2.6 silent).'),
  targetRequiredFor: choice<readonly string[]>(
    ['PostgreSQL', 'Oracle'],
    'Engines that need TargetDBNodeId (§2.2: the note against the column).',
  ),
  missingTarget: choice(DOCUMENTED.nodeId, 'PostgreSQL or Oracle without TargetDBNodeId (§2.9, choice).'),
  unknownTarget: choice(DOCUMENTED.nodeId, 'TargetDBNodeId is no node of the cluster (§2.9, choice).'),
  targetIsWriter: choice(DOCUMENTED.nodeType, 'TargetDBNodeId is the current Writer (§2.9, choice).'),
  targetNotReady: choice(DOCUMENTED.haStatus, 'TargetDBNodeId is dead or not Running (§2.2 silent).'),
  noCandidate: choice(DOCUMENTED.haStatus, 'No Reader could take over (§2.2 silent).'),
  noHotStandby: choice(DOCUMENTED.haStatus, 'TargetZoneType=Standby without a hot standby cluster (§2.2 silent).'),
  unhealthyReplication: choice(DOCUMENTED.replication, 'The replication of the cluster is abnormal.'),
  whileSwitching: choice(DOCUMENTED.clusterStatus, 'Another failover is running, and the frequency rule does not speak first (§2.2).'),
  distributedEdition: choice(DOCUMENTED.dbType, 'PostgreSQL Distributed Edition (§2.2: not supported, answer unknown).'),
  categoriesRefused: choice<readonly string[]>(['Basic'], 'Categories without failover (§2.9).'),
  frequencyRule: choice<'before-status' | 'after-status' | 'off'>(
    'before-status',
    'Whether the ten-minute rule speaks before the cluster status does (§2.2 silent), or not at all.',
  ),
  frequencyMs: choice(600_000, 'Least time between two failovers: the message says ten minutes, the description five (§0.9).'),
  failedSwitchCounts: choice(true, 'Whether a failed failover counts for the frequency rule (silent).'),
  gdnNotFound: choice(
    answer(404, 'InvalidGDNId.NotFound', 'The specified GDNId is not found.'),
    'No such global database network (§2.5 silent).',
  ),
  gdnLocked: choice(
    answer(403, 'OperationDenied.GDNStatus', 'The operation is not permitted due to the status of the global database network.'),
    'GDN is not active (§2.5 inferred, answer unknown).',
  ),
  gdnLockedDuringSwitch: choice(true, 'Whether GDNStatus is `locked` while it switches (§2.5 inferred).'),
  gdnAlreadyPrimary: choice(
    answer(403, 'OperationDenied.GDNRole', 'The cluster is the primary already.'),
    'DBClusterId is the primary cluster (§2.5 silent).',
  ),
  gdnUnforced: choice<'needs-primary' | 'anyway'>(
    'needs-primary',
    'Whether a switch without Forced needs the primary alive (§2.5 silent).',
  ),
  gdnPrimaryDown: choice(
    answer(400, 'HaStatusNotSupport', 'The primary cluster is not available.'),
    'Answer to an unforced switch with the primary dead (§2.5 silent).',
  ),
  gdnClusterStatus: choice('ROLE_SWITCHING', 'DBClusterStatus of both clusters during the switch (§2.3 lists the word).'),
  deadNodeStatus: choice('Rebooting', 'DBNodeStatus of a dead node (§2.3 lists the words).'),
  standbyTakesConnections: choice(false, 'Whether a standby cluster of a network answers on its database port (not in §2).'),
  automaticFailoverAfterMs: choice(
    0,
    "The vendor's own HA takes over this long after the Writer died; 0: never, so that the outage stays for us.",
  ),
  historyTasks: choice<'without-failovers' | 'with-failovers'>(
    'without-failovers',
    'Whether DescribeHistoryTasks lists failovers (§2.3, unknown).',
  ),
  manualCause: choice('Platform.Ha.AuroraService.ManualOperations', 'SwitchCauseCode of a requested failover (§2.3, a sample).'),
  automaticCause: choice('Platform.Ha.AuroraService.InstanceDown', "SwitchCauseCode of the vendor's own failover (§2.3 has no sample)."),
  haLogVisibleAfterMs: choice(0, 'An HA log row shows up this late (§2.3 silent).'),
  invalidAccessKeyStatus: choice(404, 'Status of InvalidAccessKeyId.NotFound: 400 or 404 (§2.7).'),
  signatureStatus: choice(400, 'Status of SignatureDoesNotMatch: 400, some products 403 (§2.7).'),
  startDelayMs: choice(1_000, 'From the acceptance until the cluster shows Switching (§2.4: not started yet).'),
  failoverMs: choice(20_000, 'Duration of a failover (§2.2: 20–30 s).'),
  hotReplicaFailoverMs: choice(7_000, 'The same onto a Reader with HotReplicaMode=ON (§2.2: 5–10 s).'),
  gdnSwitchMs: choice(60_000, 'Duration of a network switch (§2.5: ≤ 10 min, ≤ 60 s flash).'),
} as const;

export type PolardbChoices = ChoicesOf<typeof POLARDB_CHOICES>;
