import type { PolardbCluster, PolardbGdn, PolardbRunning, PolardbState } from './model.ts';

/** The end of a switch: the roles change, unless it failed. */
export function finishSwitch(state: PolardbState, running: PolardbRunning): void {
  state.running.splice(state.running.indexOf(running), 1);
  const task = state.tasks.findLast((one) => one.clusterId === running.id && one.finishedAtMs === null);
  if (task) Object.assign(task, { finishedAtMs: running.endsAtMs, status: running.failure === null ? 'Succeed' : 'Failed' });
  const cluster = state.clusters[running.id];
  if (cluster) finishCluster(state, cluster, running);
  const gdn = state.gdns[running.id];
  if (gdn) finishNetwork(gdn, running);
}

function finishCluster(state: PolardbState, cluster: PolardbCluster, running: PolardbRunning): void {
  const log = state.haLogs.findLast((one) => one.clusterId === cluster.id && one.finishMs === null);
  // A switch that failed leaves no row (§2.3 silent).
  if (log && running.failure !== null) state.haLogs.splice(state.haLogs.indexOf(log), 1);
  else if (log) log.finishMs = running.endsAtMs;
  if (running.failure !== null) {
    if (!state.choices.failedSwitchCounts) cluster.lastSwitchAtMs = null;
    return;
  }
  for (const node of cluster.nodes) {
    if (node.id === running.from) node.role = 'Reader';
    if (node.id === running.to) node.role = 'Writer';
  }
  cluster.rollBackTo = running.rollBack ? running.from : null;
}

function finishNetwork(gdn: PolardbGdn, running: PolardbRunning): void {
  if (gdn.status === 'locked') gdn.status = 'active';
  if (running.failure !== null) return;
  for (const member of gdn.members) {
    if (member.clusterId === running.from) Object.assign(member, { role: 'standby', replicaLagSeconds: 0 });
    if (member.clusterId === running.to) Object.assign(member, { role: 'primary', replicaLagSeconds: 0 });
  }
}
