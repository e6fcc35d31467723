import type { Target } from '../../../config/config.ts';
import type { Observation } from '../../provider.ts';
import type { OperationRow, VendorState } from './operations.ts';
import { found, type Read } from './read.ts';
import { readMonitor, readRelation, type Monitor, type Relation } from './reads.ts';
import type { Wire } from './wire.ts';

/** Relation and monitor together: the two that say where the DR side stands. */
export interface Situation {
  readonly relation: Read<Relation | 'none'>;
  readonly monitor: Read<Monitor>;
}

export async function readSituation(wire: Wire, target: Target, deadlineMs: number): Promise<Situation> {
  const [relation, monitor] = await Promise.all([readRelation(wire, target, deadlineMs), readMonitor(wire, target, deadlineMs)]);
  return { relation, monitor };
}

/**
 * The role of this region's instance. A relation in status `failover` says in so many words that its DR instance was promoted; whether the
 * role word follows is not documented (provider contracts §1.4).
 */
export function roleOf(relation: Read<Relation | 'none'>): Observation['standbyRole'] {
  if ('unread' in relation) return 'unknown';
  if (relation.known === 'none') return 'none';
  const { role, status } = relation.known;
  if (role === 'master') return 'primary';
  if (role !== 'disaster') return 'unknown';
  if (status === 'failover') return 'primary';
  return status === 'completed' ? 'none' : 'standby';
}

export function relationWord({ relation }: Pick<Situation, 'relation'>): string | undefined {
  return found(relation)?.status;
}
export function monitorWord({ monitor }: Pick<Situation, 'monitor'>): string | undefined {
  return found(monitor)?.status;
}

/** Every word that the state names is there. */
export function isIn(state: VendorState, situation: Situation): boolean {
  return (
    (state.role === undefined || state.role === roleOf(situation.relation)) &&
    (state.relation === undefined || includes(state.relation, relationWord(situation))) &&
    (state.monitor === undefined || includes(state.monitor, monitorWord(situation)))
  );
}

/** One word of either list is there. */
export function saysAny(words: OperationRow['during'], situation: Situation): boolean {
  return includes(words.relation, relationWord(situation)) || includes(words.monitor, monitorWord(situation));
}

function includes(words: readonly string[], word: string | undefined): boolean {
  return word !== undefined && words.includes(word);
}

/**
 * Whether the operation's end state is there. A relation that was dissolved by the promotion may be gone from the list; then the monitor's
 * word for "in no DR relation" has to say so.
 */
export function isDone(operation: OperationRow, situation: Situation): boolean {
  if (!operation.promotes) return isIn(operation.after, situation);
  const role = roleOf(situation.relation);
  const gone = role === 'none' && operation.after.relation?.includes('completed') === true && monitorWord(situation) === 'normal';
  return (
    gone ||
    (role === 'primary' &&
      isIn(operation.after, situation) &&
      monitorWord(situation) !== undefined &&
      !saysAny(operation.during, situation))
  );
}

/** For people: the vendor's own words. */
export function describe(situation: Situation): string {
  const { relation, monitor } = situation;
  const role = found(relation)?.role ?? 'no role';
  return `relation ${told(relation)}${found(relation) === undefined ? '' : ` as ${role}`}, monitor ${told(monitor)}`;
}
function told(read: Read<{ readonly status: string | undefined } | 'none'>): string {
  if ('unread' in read) return `unread (${read.unread})`;
  return read.known === 'none' ? 'none' : (read.known.status ?? 'no status');
}
