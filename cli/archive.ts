import type { FleetStatus } from '../lib/operate/status.ts';
import type { ArchiveEntry, ArchivePage } from '../lib/store/archive-store.ts';
import { UnreachableError, type Args, type Context } from './command.ts';
import { askOperator } from './operator.ts';

export interface ArchiveSpan {
  /** What was received from here on … */
  readonly sinceMs: number;
  /** … to here. */
  readonly untilMs: number;
}
type Answered<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly why: string };

const DAY_MS = 86_400_000;

/** The targets of what is running. @throws {UnreachableError} */
export async function targetsOf(context: Context, args: Args): Promise<readonly string[]> {
  const { status } = await answered<{ status: FleetStatus }>(context, args, { deed: 'status' });
  return status.targets.map(({ targetId }) => targetId);
}

/** Every entry of the targets, in the order in which they were received; in memory is never more than a day of each. */
export async function* archiveOf(
  context: Context,
  args: Args,
  targetIds: readonly string[],
  span: ArchiveSpan,
): AsyncGenerator<ArchiveEntry> {
  const streams = targetIds.map((targetId) => entriesOf(context, args, targetId, span));
  const heads = await Promise.all(streams.map(async (stream) => await stream.next()));
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      if (head.done !== true && (first < 0 || receivedAt(head) < receivedAt(heads[first]))) first = index;
    }
    const head = heads[first];
    const stream = streams[first];
    if (head === undefined || head.done === true || stream === undefined) return;
    yield head.value;
    heads[first] = await stream.next();
  }
}

function receivedAt(head: IteratorResult<ArchiveEntry, void> | undefined): number {
  return head === undefined || head.done === true ? Number.POSITIVE_INFINITY : head.value.receivedAtMs;
}

/**
 * Of one target, day by day. What lies under a day by its own time may have been received later (a repeated alert, a queue that stood
 * still), so the day before is read too, and only what was received in the span is given.
 */
async function* entriesOf(
  context: Context,
  args: Args,
  targetId: string,
  { sinceMs, untilMs }: ArchiveSpan,
): AsyncGenerator<ArchiveEntry, void> {
  const within = ({ receivedAtMs }: ArchiveEntry): boolean => receivedAtMs >= sinceMs && receivedAtMs <= untilMs;
  let day: { readonly atMs: number; readonly entries: ArchiveEntry[] } = { atMs: 0, entries: [] };
  let cursor: string | undefined;
  do {
    const request = { deed: 'archive', targetId, sinceMs: sinceMs - DAY_MS, untilMs, ...(cursor === undefined ? {} : { cursor }) };
    const { archive } = await answered<{ archive: ArchivePage }>(context, args, request);
    if (archive.dayMs !== day.atMs) {
      yield* inOrder(day.entries);
      day = { atMs: archive.dayMs, entries: [] };
    }
    day.entries.push(...archive.entries.filter(within));
    cursor = archive.cursor;
  } while (cursor !== undefined);
  yield* inOrder(day.entries);
}

function inOrder(entries: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  return entries.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
}

async function answered<T>(context: Context, args: Args, request: Readonly<Record<string, unknown>>): Promise<T> {
  const answer = (await askOperator(context, args, request)) as Answered<T>;
  if (!answer.ok) throw new UnreachableError(answer.why);
  return answer;
}
