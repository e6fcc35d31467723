import { Refusal } from '../refusal.ts';
import type { Context, Handled } from '../vendor.ts';
import { DOCUMENTED } from './choices.ts';
import { runningOn, writerAlive } from './model.ts';
import type { PolardbGdn, PolardbGdnMember, PolardbState } from './model.ts';
import type { RpcRequest } from './parameters.ts';
import { startOperation } from './progress.ts';
import { accepted, requestIdFrom } from './replies.ts';

export function networkById(state: PolardbState, id: string): PolardbGdn {
  const gdn = state.gdns[id];
  if (!gdn) throw new Refusal(state.choices.gdnNotFound);
  return gdn;
}

/** SwitchOverGlobalDatabaseNetwork (§2.5). It has no ClientToken: only the lock and the roles stand against a second one. */
export function switchOver(state: PolardbState, rpc: RpcRequest, context: Context): Handled {
  const { GDNId = '', DBClusterId = '', Forced } = rpc.parameters;
  const gdn = networkById(state, GDNId);
  if (gdn.status !== 'active' || runningOn(state, gdn.id)) throw new Refusal(state.choices.gdnLocked);
  const target = memberToPromote(state, gdn, DBClusterId);
  const primary = gdn.members.find((member) => member.role === 'primary');
  checkPrimary(state, primary, Forced === 'true');
  const requestId = requestIdFrom(context);
  const start = { operation: 'SwitchOverGlobalDatabaseNetwork', id: gdn.id, requestId, by: 'request', cause: 'SwitchOver' } as const;
  const way = { from: primary?.clusterId ?? '', to: target.clusterId, rollBack: false };
  const events = startOperation(state, { ...start, ...way, nowMs: context.nowMs, effects: context.effects });
  return accepted(context, { ids: { GDNId: gdn.id, DBClusterId: target.clusterId }, requestId, events, outcome: 'accepted' });
}

/** DBClusterId is optional; without it the only standby is meant, and with several it cannot be known which. */
function memberToPromote(state: PolardbState, gdn: PolardbGdn, clusterId: string): PolardbGdnMember {
  const standbys = gdn.members.filter((member) => member.role === 'standby');
  if (clusterId === '') {
    const [only] = standbys;
    if (!only || standbys.length > 1) throw new Refusal(DOCUMENTED.gdnCluster);
    return only;
  }
  if (!state.clusters[clusterId]) throw new Refusal(DOCUMENTED.clusterNotFound);
  const member = gdn.members.find((one) => one.clusterId === clusterId);
  if (!member) throw new Refusal(DOCUMENTED.gdnCluster);
  if (member.role === 'primary') throw new Refusal(state.choices.gdnAlreadyPrimary);
  return member;
}

function checkPrimary(state: PolardbState, primary: PolardbGdnMember | undefined, forced: boolean): void {
  if (forced || state.choices.gdnUnforced === 'anyway') return;
  if (!primary || !writerAlive(state, primary.clusterId)) throw new Refusal(state.choices.gdnPrimaryDown);
}
