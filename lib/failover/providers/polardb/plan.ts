import type { PolardbSettings } from '../../../config/config.ts';
import type { Observation, Operation, Plan } from '../../provider.ts';
import { chooseCandidate } from './candidates.ts';
import { FAILOVER_CATEGORIES, namesNode } from './observe.ts';

/** Both are FailoverDBCluster: the API knows no other switch within a cluster. */
export const POLARDB_OPERATIONS: readonly Operation[] = ['failover', 'switchover'];
const ENGINES = ['MySQL', 'PostgreSQL', 'Oracle'];

type Impossible = { readonly impossible: string };

/** The parameters of FailoverDBCluster (provider contracts §2.2) but the token, in the order in which they are sent. Pure. */
export function planPolardb(settings: PolardbSettings, operation: Operation, seen: Observation): Plan | Impossible {
  const impossible = whyImpossible(settings, operation, seen);
  if (impossible !== undefined) return { impossible };
  const candidate = chooseCandidate(settings, seen.candidates);
  if (candidate === undefined || seen.writer === undefined) return { impossible: noCandidate(settings, seen) };
  const named = namesNode(settings, seen.details['engine']) ? candidate.id : undefined;
  return {
    operation,
    parameters: {
      DBClusterId: settings.clusterId,
      ...(named === undefined ? {} : { TargetDBNodeId: named }),
      ...(settings.rollBackForDisaster === undefined ? {} : { RollBackForDisaster: settings.rollBackForDisaster }),
      ...(settings.targetZoneType === undefined ? {} : { TargetZoneType: settings.targetZoneType }),
    },
    writerBefore: seen.writer,
    ...(named === undefined ? {} : { promotes: named }),
    ...baseline(seen),
  };
}

function whyImpossible(settings: PolardbSettings, operation: Operation, seen: Observation): string | undefined {
  if (!POLARDB_OPERATIONS.includes(operation)) return `PolarDB has no ${operation} within a cluster.`;
  if (seen.details['unread'] !== undefined) return `The cluster could not be read: ${seen.details['unread']}`;
  const unsupported = whyUnsupported(seen.details['engine'] ?? '', seen.details['category'] ?? '');
  if (unsupported !== undefined) return unsupported;
  if (seen.writer === undefined) return 'The cluster does not have exactly one writer now, so a change of it could not be told.';
  return settings.targetNodeId === seen.writer ? `${seen.writer} is the writer already: name another node, or none.` : undefined;
}

function whyUnsupported(engine: string, category: string): string | undefined {
  if (!ENGINES.includes(engine)) return `The engine ${engine === '' ? 'is not told' : `${engine} is not known`}.`;
  if (category === 'NormalMultimaster') return 'A multi-master cluster has several writers: nothing can be told from their roles.';
  if (category === 'Basic') return 'A single-node cluster has nothing to fail over to.';
  if (FAILOVER_CATEGORIES.includes(category)) return undefined;
  return `The edition ${category === '' ? 'is not told' : `${category} is not known`}.`;
}

function noCandidate(settings: PolardbSettings, seen: Observation): string {
  if (settings.targetNodeId !== undefined) return `${settings.targetNodeId} is no read-only node of the cluster that can be promoted.`;
  return `The cluster has no read-only node that can be promoted: ${seen.details['nodes'] ?? 'no nodes'}.`;
}

/** The provider's own clock at the newest switch before this one: a later row of its log is new, whatever our clock says (§2.4). */
function baseline(seen: Observation): Pick<Plan, 'baseline'> {
  if (seen.details['haLog']?.startsWith('read') !== true) return {};
  return { baseline: { lastSwitchAtMs: String(seen.lastSwitchAtMs ?? 0) } };
}
