import { GATEWAY_ERRORS, PRODUCT_ERRORS } from '../alibaba/errors.ts';
import type { ErrorRow } from '../error-table.ts';

/** The page of the operation: alibabacloud.com/help/en/polardb/api-polardb-2017-08-01-failoverdbcluster. */
const PAGE = 'FailoverDBCluster, error codes';

const FAILOVER_ERRORS: readonly ErrorRow[] = [
  {
    statuses: [400],
    code: 'HaStatusNotSupport',
    outcome: 'busy',
    sentence: 'The high-availability state of the cluster does not allow a switch now; its own automatic failover may be at work.',
    remedy: 'It is tried again by itself, after the state has been read again.',
    retryAfterMs: 30_000,
    source: PAGE,
  },
  {
    statuses: [400],
    code: 'InvalidDBNodeId.Malformed',
    outcome: 'refused',
    sentence: 'The target node is not valid.',
    remedy: 'Check targetNodeId; PostgreSQL and Oracle clusters need one, and it has to be a read-only node of this cluster.',
    source: PAGE,
  },
  {
    statuses: [400],
    code: 'InvalidDBType.Malformed',
    outcome: 'refused',
    sentence: 'The database engine is not valid for this operation.',
    remedy: 'This cluster cannot be failed over by this API; take it out of the configuration or switch it by hand.',
    source: PAGE,
  },
  {
    // The answer is about this request alone: an earlier one of the same failover whose answer was lost may be the switch it speaks of.
    // Ten minutes later the preflight reads the writer again and stops if it is not the planned one, so a second switch cannot follow.
    statuses: [400],
    code: 'UnsupportHighFrequenceSwitchOver',
    outcome: 'busy',
    sentence: 'The cluster has been switched within the last ten minutes, and the provider refuses a second switch.',
    remedy: 'Look who switched it. It is tried again after ten minutes if the writer is still the planned one.',
    retryAfterMs: 600_000,
    source: PAGE,
  },
  {
    statuses: [400],
    code: 'UnsupportWitchUnhealthyReplication',
    outcome: 'refused',
    sentence: 'The replication to the target node is not healthy.',
    remedy: 'Choose another node or have the replication repaired; the old writer stays.',
    source: PAGE,
  },
  {
    statuses: [403],
    code: 'OperationDenied.DBNodeType',
    outcome: 'refused',
    sentence: 'The type of the target node does not allow the operation.',
    remedy: 'Choose a read-only node: neither the writer nor a column-store or AI node can be promoted.',
    source: PAGE,
  },
  {
    statuses: [403],
    code: 'OperationDenied.ClusterCategory',
    outcome: 'refused',
    sentence: 'The edition of the cluster does not support a failover.',
    remedy: 'A single-node cluster has nothing to fail over to: add a read-only node or take it out of the configuration.',
    source: PAGE,
  },
  {
    statuses: [404],
    code: 'InvalidDBClusterId.Malformed',
    outcome: 'refused',
    sentence: 'The id of the cluster is not valid.',
    remedy: 'Check clusterId in the configuration.',
    source: PAGE,
  },
];

/** Everything that FailoverDBCluster is documented to answer instead of a yes. */
export const POLARDB_ERRORS: readonly ErrorRow[] = [...FAILOVER_ERRORS, ...PRODUCT_ERRORS, ...GATEWAY_ERRORS];
