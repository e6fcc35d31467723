import { classTable } from '../classify.ts';

/** Metrics of the namespace `acs_polardb` (alerts §4c). */
export const POLARDB_METRICS = classTable({
  overload: 'cluster_cpu_utilization cluster_memory_utilization cluster_connection_utilization cluster_active_sessions',
  capacity: 'cluster_disk_utilization cluster_data_size',
});

/**
 * Start and end of a failure are two events of different names (alerts §4c). `InstanceFailover` and `InstanceSwitchover` say that the
 * provider acted by itself: no condition, so `other`.
 */
const FAILURE_START = 'InstanceFailureStart';
const FAILURE_END = 'InstanceFailureEnd';
export const POLARDB_EVENTS = classTable({ down: FAILURE_START });
/** The event that this one ends, if it is an end. */
export const polardbEventEndedBy = (name: string): string | undefined => (name === FAILURE_END ? FAILURE_START : undefined);
