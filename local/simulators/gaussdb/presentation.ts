import { percentOf, relationOf, runningOn } from './model.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbRunning, GaussdbState } from './model.ts';

/** The running operation as far as reads show it. */
export function visibleRunning(state: GaussdbState, relation: GaussdbRelation, nowMs: number): GaussdbRunning | undefined {
  const running = runningOn(state, relation);
  return running && running.visibleAtMs <= nowMs ? running : undefined;
}

/** §1.4: role of the region's own instance. The old primary of a failover keeps saying `master`: the API does not fence it. */
export function roleOf(state: GaussdbState, relation: GaussdbRelation, instanceId: string): 'master' | 'disaster' {
  if (relation.promotedId === instanceId) return state.choices.roleAfterPromotion;
  return relation.masterId === instanceId ? 'master' : 'disaster';
}

const PENDING_WHILE = new Set(['failover', 'switchover', 'restore', 'construct']);

/** §1.4, §1.10: normal → pending → failover or completed. */
export function relationStatus(state: GaussdbState, relation: GaussdbRelation, nowMs: number): GaussdbRelation['status'] {
  const running = visibleRunning(state, relation, nowMs);
  return running && PENDING_WHILE.has(running.operation) ? 'pending' : relation.status;
}

/** §1.5. */
export function monitorStatus(
  state: GaussdbState,
  instance: GaussdbInstance,
  relation: GaussdbRelation | undefined,
  nowMs: number,
): string {
  if (!relation) return 'normal';
  const running = visibleRunning(state, relation, nowMs);
  const isDisaster = relation.disasterId === instance.id;
  const moving = running && whileRunning(state, running, isDisaster);
  if (moving !== undefined) return moving;
  if (isDisaster && relation.promoteFailed) return 'promote_fail';
  if (relation.status === 'failover') return relation.streaming === 'restore_fail' && !isDisaster ? 'restore_fail' : 'normal';
  if (relation.status === 'simulation') return state.choices.monitorInDrill;
  return isDisaster ? relation.streaming : state.choices.monitorOfMaster;
}

function whileRunning(state: GaussdbState, running: GaussdbRunning, isDisaster: boolean): string | undefined {
  switch (running.operation) {
    case 'failover':
      return isDisaster ? 'promote' : state.choices.monitorOfMaster;
    case 'switchover':
      return 'switchover';
    case 'restore':
      // The side that was the DR instance is the primary now; the old primary is rebuilt.
      return isDisaster ? 'full_backup' : 'restore';
    case 'construct':
      return isDisaster ? 'restore' : 'full_backup';
    default:
      return undefined;
  }
}

/** §1.5: all strings; the unit is not stated, seconds are what the kernel views use. */
export function monitorOf(state: GaussdbState, instance: GaussdbInstance, nowMs: number): Record<string, string> {
  const relation = relationOf(state, instance.id);
  const running = relation && visibleRunning(state, relation, nowMs);
  const progressOf = (operation: string): string => (running?.operation === operation ? `${percentOf(running, nowMs)}%` : '');
  return {
    instance_id: instance.id,
    status: monitorStatus(state, instance, relation, nowMs),
    rpo: rpoOf(state, relation, nowMs),
    rto: relation?.rtoSeconds?.toString() ?? '',
    rpo_threshold: '10',
    rto_threshold: '1',
    switchover_progress: progressOf('switchover'),
    failover_progress: progressOf('failover'),
  };
}

function rpoOf(state: GaussdbState, relation: GaussdbRelation | undefined, nowMs: number): string {
  if (!relation || relation.rpoSeconds === null) return '';
  const deadSinceMs = state.instances[relation.masterId]?.outageSinceMs ?? null;
  const grown = state.choices.rpoInOutage === 'grows' && deadSinceMs !== null ? Math.floor((nowMs - deadSinceMs) / 1000) : 0;
  return String(relation.rpoSeconds + grown);
}

/** Whether a client could connect and write: the primary side, a promoted or drilling DR side. */
export function takesConnections(state: GaussdbState, instance: GaussdbInstance): boolean {
  if (instance.outageSinceMs !== null) return false;
  const relation = state.relations.findLast((one) => one.masterId === instance.id || one.disasterId === instance.id);
  if (!relation) return true;
  if (runningOn(state, relation)?.operation === 'switchover') return false;
  if (relation.masterId === instance.id || relation.promotedId === instance.id) return true;
  return relation.status === 'completed' || relation.status === 'simulation' || state.choices.standbyTakesConnections;
}
