import { Refusal } from '../refusal.ts';
import { runningOn } from './model.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbState } from './model.ts';
import { atLeast } from './version.ts';

/** §1.2, §1.3: support for re-establishing a relation, and for drills, begins with this engine. */
export const RESTORE_SINCE = 'V2.0-3.200';
/** §1.3: quorum streaming and `post_process_config` begin with this engine. */
export const POST_PROCESS_SINCE = 'V2.0-8.200';
/** §1.3: a switchover needs RPO below and RTO below these. */
const SWITCHOVER_RPO_SECONDS = 10;
const SWITCHOVER_RTO_SECONDS = 1;

export type Side = 'master' | 'disaster' | 'either' | 'promoted';

/** The relation that an operation may be called on from this side. @throws {Refusal} */
export function relationFor(
  state: GaussdbState,
  instance: GaussdbInstance,
  relation: GaussdbRelation | undefined,
  side: Side,
): GaussdbRelation {
  const { choices } = state;
  if (!relation) throw new Refusal(choices.noRelation);
  // Busy comes first: while a promotion runs the role is between two answers.
  if (runningOn(state, relation)) throw new Refusal(choices.busy);
  const promoted = relation.promotedId === instance.id;
  if (promoted && side === 'disaster') throw new Refusal(choices.alreadyPromoted);
  if (promoted && side === 'promoted' && !relation.supportsRestore) throw new Refusal(choices.restoreNotSupported);
  if (relation.status === 'completed' || (side !== 'either' && side !== sideOf(relation, instance.id)))
    throw new Refusal(choices.noRelation);
  return relation;
}

function sideOf(relation: GaussdbRelation, instanceId: string): Side {
  if (relation.promotedId === instanceId) return 'promoted';
  return relation.masterId === instanceId ? 'master' : 'disaster';
}

export function needStatus(state: GaussdbState, relation: GaussdbRelation, wanted: readonly GaussdbRelation['status'][]): void {
  if (wanted.includes(relation.status)) return;
  if (relation.status === 'simulation') throw new Refusal(state.choices.inDrill);
  if (relation.status === 'dr_log_keep') throw new Refusal(state.choices.keepingLog);
  throw new Refusal(state.choices.noRelation);
}

export function needActive(state: GaussdbState, instance: GaussdbInstance): void {
  if (instance.status !== 'ACTIVE') throw new Refusal(state.choices.notActive);
}

/** §1.2: with a majority of its nodes faulty an instance cannot be promoted; a minority is allowed. */
export function needMajority(state: GaussdbState, instance: GaussdbInstance): void {
  const healthy = instance.nodes.filter((node) => node.status === 'ACTIVE').length;
  if (healthy * 2 <= instance.nodes.length) throw new Refusal(state.choices.majorityFaulty);
}

/** §1.2: incremental restoration, which the monitor calls `recovery`. */
export function needRecovering(state: GaussdbState, relation: GaussdbRelation): void {
  if (relation.streaming !== 'recovery') throw new Refusal(state.choices.notRecovering);
}

export function needVersion(state: GaussdbState, instance: GaussdbInstance, since: string): void {
  if (!atLeast(instance.completeVersion, since)) throw new Refusal(state.choices.versionTooOld);
}

/** §1.3: both sides available, RPO and RTO within the limits. */
export function needReadyForSwitchover(state: GaussdbState, relation: GaussdbRelation): void {
  for (const id of [relation.masterId, relation.disasterId]) {
    const instance = state.instances[id];
    const healthy = instance?.status === 'ACTIVE' && instance.nodes.every((node) => node.status === 'ACTIVE');
    if (!healthy) throw new Refusal(state.choices.notHealthyForSwitchover);
  }
  const inTime =
    relation.rpoSeconds !== null && relation.rpoSeconds < SWITCHOVER_RPO_SECONDS && (relation.rtoSeconds ?? 1) < SWITCHOVER_RTO_SECONDS;
  if (!inTime || relation.streaming !== 'recovery') throw new Refusal(state.choices.notHealthyForSwitchover);
}
