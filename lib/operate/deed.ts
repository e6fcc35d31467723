import { oneLine } from '../notify/text.ts';
import type { Notice } from '../notify/notice.ts';
import { tell } from '../notify/tell.ts';
import { CONFLICTS_MAX, ContendedError, rulesFor, UnknownTargetError, type Services } from '../services.ts';
import type { Act } from '../store/record-store.ts';
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

/** A deed as it goes on record. Made before the write, so that a write can hold it. */
export function actOf(services: Services, { targetId, deed, by, reason }: Doer & Pick<Act, 'targetId' | 'deed'>): Act {
  return { id: services.entropy.id(), targetId, deed, by: oneLine(by), reason: oneLine(reason), atMs: services.clock.nowMs() };
}

/** The act for ever, a line in the log, and word to people: after the write, because only then it is true. Twice is once. */
export async function putOnRecord(services: Services, act: Act, notice?: Notice): Promise<void> {
  await services.records.keepAct(act);
  const { id: actId, atMs: _atMs, ...logged } = act;
  services.log.event('act', { actId, ...logged });
  if (notice !== undefined) await tell(services, notice);
}

/** Whoever did the last deed may have died before it was in the history. Asked by the next one, before it takes its place. */
export async function keepLastAct(services: Services, { controls }: TargetState): Promise<void> {
  if (controls.lastAct !== undefined) await services.records.keepAct(controls.lastAct);
}

/** It was this very deed of this very person that made it so: the request came again because its answer was lost. */
export function isRepeated(act: Act | undefined, deed: string, by: string): act is Act {
  return act !== undefined && act.deed === deed && personOf(act.by) === personOf(by);
}
