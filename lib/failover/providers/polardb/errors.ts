import { GATEWAY_ERRORS, PRODUCT_ERRORS } from '../alibaba/errors.ts';
import { row, type ErrorRow } from '../error-table.ts';

/** Provider contracts §2.2, from alibabacloud.com/help/en/polardb/api-polardb-2017-08-01-failoverdbcluster. */
const PAGE = '§2.2';

const FAILOVER_ERRORS: readonly ErrorRow[] = [
  {
    ...row(
      [400],
      'HaStatusNotSupport',
      'busy',
      [
        'The high-availability state of the cluster does not allow a switch now; its own automatic failover may be at work.',
        'It is tried again by itself, after the state has been read again.',
      ],
      PAGE,
    ),
    retryAfterMs: 30_000,
  },
  row(
    [400],
    'InvalidDBNodeId.Malformed',
    'refused',
    [
      'The target node is not valid.',
      'Check targetNodeId; PostgreSQL and Oracle clusters need one, and it has to be a read-only node of this cluster.',
    ],
    PAGE,
  ),
  row(
    [400],
    'InvalidDBType.Malformed',
    'refused',
    [
      'The database engine is not valid for this operation.',
      'This cluster cannot be failed over by this API; take it out of the configuration or switch it by hand.',
    ],
    PAGE,
  ),
  // This request was turned away, but the switch that the answer speaks of may be an earlier request of this very failover whose answer
  // was lost, or the provider's own failover. Either way the roles have to be looked at before anything else, and that is what `unknown` does.
  row(
    [400],
    'UnsupportHighFrequenceSwitchOver',
    'unknown',
    [
      'The cluster has been switched within the last ten minutes, by an earlier request of this failover or by somebody else.',
      'The roles are looked at first; if nobody promoted the standby, look who switched the cluster.',
    ],
    PAGE,
  ),
  row(
    [400],
    'UnsupportWitchUnhealthyReplication',
    'refused',
    ['The replication to the target node is not healthy.', 'Choose another node or have the replication repaired; the old writer stays.'],
    PAGE,
  ),
  row(
    [403],
    'OperationDenied.DBNodeType',
    'refused',
    [
      'The type of the target node does not allow the operation.',
      'Choose a read-only node: neither the writer nor a column-store or AI node can be promoted.',
    ],
    PAGE,
  ),
  row(
    [403],
    'OperationDenied.ClusterCategory',
    'refused',
    [
      'The edition of the cluster does not support a failover.',
      'A single-node cluster has nothing to fail over to: add a read-only node or take it out of the configuration.',
    ],
    PAGE,
  ),
  row(
    [404],
    'InvalidDBClusterId.Malformed',
    'refused',
    ['The id of the cluster is not valid.', 'Check clusterId in the configuration.'],
    PAGE,
  ),
];

/** Everything that FailoverDBCluster is documented to answer instead of a yes. */
export const POLARDB_ERRORS: readonly ErrorRow[] = [...FAILOVER_ERRORS, ...PRODUCT_ERRORS, ...GATEWAY_ERRORS];
