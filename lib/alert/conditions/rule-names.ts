import { classTable } from '../classify.ts';

/**
 * Names for systems whose alert names are their owners' own: those of this project's example rules and of widely copied public rules.
 * Exact names only. Guessing from words ("down", "fail") would take a cool-down or a planned shutdown for a death.
 */
export const CONDITION_NAMES = classTable({
  down: `GaussdbDown GaussdbPrimaryDown PolardbDown PolardbWriterDown WriterDown PrimaryDown DatabaseDown
    PostgresqlDown MysqlDown MySQLDown`,
  unreachable: `GaussdbUnreachable GaussdbPrimaryUnreachable PolardbUnreachable PolardbWriterUnreachable WriterUnreachable
    PrimaryUnreachable DatabaseUnreachable InstanceDown TargetDown BlackboxProbeFailed ProbeFailed`,
  replication: `GaussdbReplicationBroken GaussdbReplicationLag PolardbReplicationLag ReplicationBroken ReplicationLag ReplicaLag
    PostgresqlReplicationLag MysqlSlaveReplicationLag AuroraReplicaLag`,
  overload: `GaussdbHighCpu GaussdbHighLatency PolardbHighCpu PolardbHighLatency HighCpu HighCpuLoad HostHighCpuLoad HighMemory
    HostOutOfMemory HighLatency TooManyConnections PostgresqlTooManyConnections MysqlTooManyConnections MysqlSlowQueries
    CpuUtilization CPUUtilization MemoryUtilization FreeableMemory SwapUsage DatabaseConnections ReadLatency WriteLatency
    CommitLatency DiskQueueDepth DBLoad`,
  capacity: `GaussdbDiskFull PolardbDiskFull DiskFull HostOutOfDiskSpace HostDiskWillFillIn24Hours DiskUtilization
    DiskSpaceUtilization FreeStorageSpace FreeLocalStorage`,
});
