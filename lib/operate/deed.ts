import { oneLine } from '../notify/text.ts';
import type { Notice } from '../notify/notice.ts';
import { tell } from '../notify/tell.ts';
import { CONFLICTS_MAX, ContendedError, rulesFor, UnknownTargetError, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { refused, type Refused } from './answer.ts';

/** Who does something and why: with every deed (rule 13). */
export interface Doer {
  readonly by: string;
  readonly reason: string;
}
export const BY_CHARS_MAX = 200;
export const REASON_CHARS_MAX = 1_000;

/** Names as they are compared: nobody becomes another person by a capital letter. */
export function personOf(name: string): string {
  return oneLine(name).toLowerCase();
}

/** @returns why the words cannot stand on record, or nothing. */
export function wordsProblem({ by, reason }: Doer): Refused | undefined {
  const short = (name: string, text: string, charsMax: number): string | undefined => {
    const line = oneLine(text);
    if (line === '') return `${name} is missing.`;
    return line.length > charsMax ? `${name} is longer than ${charsMax} characters.` : undefined;
  };
  const problem = short('by', by, BY_CHARS_MAX) ?? short('reason', reason, REASON_CHARS_MAX);
  return problem === undefined ? undefined : refused('invalid', problem);
}

/**
 * One conditional write of a person, judged again on the newest record whenever somebody else was faster.
 *
 * @param attempt judges the record as it is and writes at most once; `conflict` when the write found another record.
 */
export async function onTarget<T>(
  services: Services,
  targetId: string,
  attempt: (state: TargetState) => Promise<T | Refused | 'conflict'>,
): Promise<T | Refused> {
  const known = knownTarget(services, targetId);
  if (known !== undefined) return known;
  for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
    const state = await services.targets.load(targetId);
    if (state.unreadable !== undefined) return refused('unreadable', `Not readable: ${state.unreadable}.`);
    const answer = await attempt(state);
    if (answer !== 'conflict') return answer;
  }
  throw new ContendedError(`target ${targetId}: lost ${CONFLICTS_MAX} races for its record`);
}

export function knownTarget({ config }: Services, targetId: string): Refused | undefined {
  try {
    rulesFor(config, targetId);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownTargetError) return refused('unknown-target', error.message);
    throw error;
  }
}

/** The act for ever, a line in the log, and word to people: after the write, because only then it is true. */
export async function putOnRecord(
  services: Services,
  { targetId, deed, by, reason }: Doer & { readonly targetId: string; readonly deed: string },
  notice?: Notice,
): Promise<void> {
  const act = { id: services.entropy.id(), targetId, deed, by: oneLine(by), reason: oneLine(reason), atMs: services.clock.nowMs() };
  await services.records.keepAct(act);
  const { id: actId, atMs: _atMs, ...logged } = act;
  services.log.event('act', { actId, ...logged });
  if (notice !== undefined) await tell(services, notice);
}
