import type { SimulatorEvent } from '../event.ts';
import { writerOf } from './model.ts';
import type { PolardbCluster, PolardbNode, PolardbState } from './model.ts';
import { failOverAutomatically } from './progress.ts';

interface Found {
  readonly cluster: PolardbCluster;
  readonly node: PolardbNode;
}

function find(state: PolardbState, id: string, down: boolean): Found {
  const own = state.clusters[id];
  // Bringing a cluster back brings back its dead node, which after a failover is not its Writer any more.
  const node = own && ((down ? undefined : own.nodes.find((one) => !one.alive)) ?? writerOf(own));
  if (own && node) return { cluster: own, node };
  for (const cluster of Object.values(state.clusters)) {
    const member = cluster.nodes.find((one) => one.id === id);
    if (member) return { cluster, node: member };
  }
  throw new Error(`no such cluster or node: ${id}`);
}

/** The Writer of a cluster, or one node, dies or comes back. */
export function setOutage(state: PolardbState, id: string, down: boolean, nowMs: number): SimulatorEvent[] {
  const { cluster, node } = find(state, id, down);
  node.alive = !down;
  const afterMs = state.choices.automaticFailoverAfterMs;
  if (node.role === 'Writer') cluster.automaticFailoverAtMs = down && afterMs > 0 ? nowMs + Math.round(afterMs / state.speed) : null;
  const event = {
    atMs: nowMs,
    vendor: 'polardb',
    kind: 'outage',
    operation: 'outage',
    promotion: false,
    by: 'vendor',
    percent: 0,
  } as const;
  const told: SimulatorEvent = { ...event, id: cluster.id, detail: `${node.id} ${down ? 'down' : 'back'}` };
  return down ? [told] : [told, ...rollBack(state, cluster, node, nowMs)];
}

/** §2.2 RollBackForDisaster: back to the original primary when it recovers. */
function rollBack(state: PolardbState, cluster: PolardbCluster, node: PolardbNode, nowMs: number): SimulatorEvent[] {
  if (cluster.rollBackTo !== node.id) return [];
  cluster.rollBackTo = null;
  return failOverAutomatically(state, cluster, nowMs, node.id);
}
