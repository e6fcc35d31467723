import { networkOf, runningOn, writerOf } from './model.ts';
import type { PolardbCluster, PolardbNode, PolardbState } from './model.ts';

/** §2.3, §2.4: Switching from when the switch shows until it ends. */
export function clusterStatus(state: PolardbState, cluster: PolardbCluster): string {
  if (runningOn(state, cluster.id)?.switching === true) return 'Switching';
  const gdn = networkOf(state, cluster.id);
  const network = gdn && runningOn(state, gdn.id);
  const involved = network?.switching === true && [network.from, network.to].includes(cluster.id);
  return involved ? state.choices.gdnClusterStatus : cluster.status;
}

export function nodeStatus(state: PolardbState, cluster: PolardbCluster, node: PolardbNode): string {
  const running = runningOn(state, cluster.id);
  if (running?.switching === true && [running.from, running.to].includes(node.id)) return 'Switching';
  return node.alive ? node.status : state.choices.deadNodeStatus;
}

/** Whether a client could connect: the Writer lives, no switch is going on, and the cluster is not the standby of a network. */
export function takesConnections(state: PolardbState, cluster: PolardbCluster): boolean {
  if (runningOn(state, cluster.id)?.switching === true || writerOf(cluster)?.alive !== true) return false;
  const gdn = networkOf(state, cluster.id);
  if (!gdn) return true;
  if (runningOn(state, gdn.id)?.switching === true) return false;
  const member = gdn.members.find((one) => one.clusterId === cluster.id);
  return member?.role === 'primary' || state.choices.standbyTakesConnections;
}
