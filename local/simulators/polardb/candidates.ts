import { Refusal } from '../refusal.ts';
import type { PolardbCluster, PolardbNode, PolardbState } from './model.ts';

const NODE_ID = /^pi-[a-z0-9]+$/;

function ready(node: PolardbNode): boolean {
  return node.alive && node.status === 'Running';
}

/** §2.2: without a named node, the highest FailoverPriority, trying the next where one is not ready. */
function best(cluster: PolardbCluster, subCluster: string | undefined): PolardbNode | undefined {
  const readers = cluster.nodes.filter((node) => node.role === 'Reader' && ready(node) && node.subCluster === (subCluster ?? 'Primary'));
  return readers.toSorted((a, b) => b.failoverPriority - a.failoverPriority || (a.id < b.id ? -1 : 1))[0];
}

/** The Reader that is to be promoted. @throws {Refusal} */
export function candidate(
  state: PolardbState,
  cluster: PolardbCluster,
  targetId: string | undefined,
  zoneType: string | undefined,
): PolardbNode {
  const { choices } = state;
  if (zoneType === 'Standby' && cluster.hotStandbyCluster !== 'ON') throw new Refusal(choices.noHotStandby);
  if (targetId === undefined || targetId === '') {
    if (choices.targetRequiredFor.includes(cluster.dbType)) throw new Refusal(choices.missingTarget);
    const chosen = best(cluster, zoneType);
    if (!chosen) throw new Refusal(choices.noCandidate);
    return chosen;
  }
  return named(state, cluster, targetId, zoneType);
}

function named(state: PolardbState, cluster: PolardbCluster, targetId: string, zoneType: string | undefined): PolardbNode {
  const { choices } = state;
  const node = NODE_ID.test(targetId) ? cluster.nodes.find((one) => one.id === targetId) : undefined;
  if (!node) throw new Refusal(choices.unknownTarget);
  if (node.role !== 'Reader') throw new Refusal(choices.targetIsWriter);
  if (!ready(node)) throw new Refusal(choices.targetNotReady);
  if (zoneType !== undefined && zoneType !== '' && node.subCluster !== zoneType) throw new Refusal(choices.noHotStandby);
  return node;
}

/** Whom the vendor's own HA would choose; `undefined`: nobody. */
export function automaticCandidate(cluster: PolardbCluster): PolardbNode | undefined {
  return best(cluster, 'Primary') ?? best(cluster, 'Standby');
}
