import type { ConditionClass } from '../alert.ts';
import { classTable } from '../classify.ts';

const METRIC_NAMESPACE = 'SYS.GAUSSDBV5';
/** Where instance and node events come from: GaussDB, and its MySQL-compatible relative, which uses the second family of names. */
const EVENT_NAMESPACES: ReadonlySet<string> = new Set([METRIC_NAMESPACE, 'SYS.GAUSSDB']);

const METRICS = classTable({
  overload: 'rds001_cpu_util rds002_mem_util rds024_current_sleep_time rds034_inuse_counter rds053_online_session rds070_thread_pool',
  capacity: 'rds007_instance_disk_usage rds010_disk_usage rds066_replication_slot_wal_log_size',
  replication: `rds025_current_rto rds028_standby_delay rds078_inactive_replication_slot rds079_standy_not_replayed_log
    rds072_streaming_dr_xlog_gap rds073_streaming_dr_xlog_to_be_replayed rds076_streaming_dr_rpo rds077_streaming_dr_rto`,
});

/**
 * Fault and recovery are two events of different names, in two families of names (alerts §3d). A faulty node is not a dead instance: the
 * instance's own high availability deals with it, so it is `other` unless the configuration says otherwise.
 */
const PAIRS: readonly EventPair[] = [
  { fault: 'GaussDBV5FaultyDBInstance', recovery: 'GaussDBV5InstanceRecovered', condition: 'down' },
  { fault: 'GaussDBV5FaultyDBNode', recovery: 'GaussDBV5FaultyDBNodeRecovered', condition: 'other' },
  { fault: 'TaurusInstanceRunningStatusAbnormal', recovery: 'TaurusInstanceRunningStatusRecovered', condition: 'down' },
  { fault: 'TaurusNodeRunningStatusAbnormal', recovery: 'TaurusNodeRunningStatusRecovered', condition: 'other' },
];
export interface EventPair {
  readonly fault: string;
  readonly recovery: string;
  readonly condition: ConditionClass;
}
const BY_NAME: ReadonlyMap<string, EventPair> = new Map(
  PAIRS.flatMap((pair) => [
    [pair.fault, pair],
    [pair.recovery, pair],
  ]),
);

/** The pair to which an event belongs, whichever of its two names it has. */
export const gaussdbEvent = (namespace: string | undefined, event: string | undefined): EventPair | undefined =>
  namespace !== undefined && event !== undefined && EVENT_NAMESPACES.has(namespace) ? BY_NAME.get(event) : undefined;

/** Class of a metric (alerts §3c). Other services have metrics of the same names, so the namespace must fit. */
export const gaussdbMetrics = (namespace: string | undefined) => (namespace === METRIC_NAMESPACE ? METRICS : {});
