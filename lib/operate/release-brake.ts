import { sendTimer } from '../decide/record.ts';
import { RELOOK_MS } from '../decide/world-guards.ts';
import type { Services } from '../services.ts';
import { already, done, type Answer } from './answer.ts';
import { actOf, putOnRecord, wordsProblem, type Doer } from './deed.ts';
import { brakeReleasedNotice } from './notices.ts';

/** Rule 12: only a person releases the brake. What still alarms is looked at again, and the brake may trip again. */
export async function releaseBrake(services: Services, doer: Doer): Promise<Answer> {
  const problem = wordsProblem(doer);
  if (problem !== undefined) return problem;
  const act = actOf(services, { targetId: '*', deed: 'release-brake', ...doer });
  const { by, atMs } = act;
  if (!(await services.brake.release(by, atMs))) return already('The fleet brake is not on.');
  await putOnRecord(services, act, brakeReleasedNotice(atMs, act));
  const alarming = (await services.targets.open()).filter((target) => target.alarming);
  // A look within this time would still take the verdict of a moment ago.
  for (const { targetId } of alarming) await sendTimer(services, targetId, atMs + RELOOK_MS);
  const warning = `${alarming.length} targets still alarm and are decided again now; the brake may trip again.`;
  return done('The fleet brake is released.', alarming.length === 0 ? [] : [warning]);
}
