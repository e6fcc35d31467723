import { explain, type OnRecord, type Question } from '../lib/explain/explain.ts';
import type { TargetOnRecord } from '../lib/operate/on-record.ts';
import { Args, UsageError, type Context } from './command.ts';
import { askOperator } from './operator.ts';

const DEPLOYED = 'stage:';

/**
 * What is on record of every target that the question is about.
 *
 * @param place `local`, a cloud.json, or `stage:NAME`; `undefined`: nothing is asked of anybody.
 * @throws {UnreachableError}
 */
export async function recordsFrom(
  context: Context,
  place: string | undefined,
  question: Question,
): Promise<(targetId: string) => OnRecord | undefined> {
  const records = new Map<string, OnRecord>();
  if (place !== undefined) {
    const args = placeArgs(place);
    for (const { targetId } of explain(question).targets) {
      const answer = (await askOperator(context, args, { deed: 'on-record', targetId })) as Answered;
      if (!answer.ok) throw new UsageError(`${targetId}: ${answer.why}`);
      records.set(targetId, answer.onRecord);
    }
  }
  return (targetId) => records.get(targetId);
}

type Answered = { readonly ok: true; readonly onRecord: TargetOnRecord } | { readonly ok: false; readonly why: string };

function placeArgs(place: string): Args {
  if (place.startsWith(DEPLOYED)) return new Args({ stage: place.slice(DEPLOYED.length) }, []);
  return new Args(place === 'local' ? {} : { cloud: place }, []);
}
