import type { Read } from './read.ts';
import type { Instance, Monitor, Relation, Task } from './reads.ts';

/** What one look at the target read. */
export interface Reads {
  readonly relation: Read<Relation | 'none'>;
  readonly monitor: Read<Monitor>;
  readonly instance: Read<Instance | 'none'>;
  readonly tasks: Read<readonly Task[]>;
}

const NODE_WELL = new Set(['ACTIVE', 'normal']);

export function wellNodes(instance: Instance): number {
  return instance.nodes.filter((node) => NODE_WELL.has(node.status ?? '')).length;
}

/** For people and for the preflight, in the vendor's words; what could not be read stands under `<name>Unread`, with the reason. */
export function detailsOf(reads: Reads): Readonly<Record<string, string>> {
  const all = [relationDetails(reads.relation), monitorDetails(reads.monitor), instanceDetails(reads.instance)];
  const tasks = 'known' in reads.tasks ? { tasks: String(reads.tasks.known.length) } : { tasksUnread: reads.tasks.unread };
  const entries = all.flatMap((part) => Object.entries(part)).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...tasks };
}

type Details = Readonly<Record<string, string | undefined>>;

function relationDetails(read: Read<Relation | 'none'>): Details {
  if ('unread' in read) return { relationUnread: read.unread };
  if (read.known === 'none') return { relation: 'none' };
  const { role, status, synchronizationId, masterInstanceId, masterRegion } = read.known;
  return { role, relation: status, synchronizationId, masterInstanceId, masterRegion };
}

function monitorDetails(read: Read<Monitor>): Details {
  if ('unread' in read) return { monitorUnread: read.unread };
  const { status, rpo, rto } = read.known;
  return { monitor: status, rpo: rpo?.toString(), rto: rto?.toString() };
}

function instanceDetails(read: Read<Instance | 'none'>): Details {
  if ('unread' in read) return { instanceUnread: read.unread };
  if (read.known === 'none') return { instance: 'none' };
  const { status, completeVersion, nodes } = read.known;
  return { instance: status, completeVersion, nodes: `${wellNodes(read.known)} of ${nodes.length}` };
}
