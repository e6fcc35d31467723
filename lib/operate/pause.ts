import type { Controls, Pause } from '../decide/state.ts';
import { sendTimer } from '../decide/record.ts';
import { duration, instant } from '../decide/words.ts';
import { formatDuration } from '../config/duration.ts';
import type { Services } from '../services.ts';
import type { Act } from '../store/record-store.ts';
import type { TargetState } from '../store/target-store.ts';
import { already, done, refused, type Answer } from './answer.ts';
import { actOf, isRepeated, keepLastAct, onTarget, putOnRecord, wordsProblem, type Doer } from './deed.ts';
import { pausedNotice, resumedNotice } from './notices.ts';

/** Rule 13: a pause that nobody remembers must not be what the next outage finds. */
export const PAUSE_MS_MAX = 30 * 86_400_000;

export interface PauseRequest {
  readonly owner: string;
  readonly reason: string;
  readonly forMs: number;
}

/** No automatic failover of this target until the end: owner, reason and end are on record and people are told (rule 13). */
export async function pause(services: Services, targetId: string, request: PauseRequest): Promise<Answer<{ untilMs: number }>> {
  const doer = { by: request.owner, reason: request.reason };
  const problem = wordsProblem(doer) ?? lengthProblem(request.forMs);
  if (problem !== undefined) return problem;
  return onTarget(services, targetId, async (state) => {
    const sinceMs = services.clock.nowMs();
    const untilMs = sinceMs + request.forMs;
    const act = actOf(services, { targetId, deed: 'pause', ...doer });
    const held: Pause = { owner: act.by, reason: act.reason, sinceMs, untilMs };
    await keepLastAct(services, state);
    const controls: Controls = { ...state.controls, pause: held, lastAct: act };
    if ((await services.targets.save(state, { controls })) === 'conflict') return 'conflict';
    await putOnRecord(services, act, pausedNotice({ targetId, atMs: sinceMs }, held));
    const told = `${targetId} is paused for ${duration(request.forMs)}, until ${instant(untilMs)}.`;
    return { ...done(told, pauseWarnings(state, sinceMs)), untilMs };
  });
}

function lengthProblem(forMs: number): ReturnType<typeof refused> | undefined {
  if (!Number.isFinite(forMs) || forMs <= 0) return refused('invalid', 'A pause needs an end in the future.');
  if (forMs > PAUSE_MS_MAX) return refused('invalid', `A pause lasts at most ${formatDuration(PAUSE_MS_MAX)}.`);
  return undefined;
}

/** What a pause does not do. */
function pauseWarnings({ controls, failover }: TargetState, nowMs: number): string[] {
  const before = controls.pause !== undefined && controls.pause.untilMs > nowMs ? controls.pause : undefined;
  const replaced =
    before === undefined ? [] : [`It replaces the pause of ${before.owner} until ${instant(before.untilMs)}: ${before.reason}`];
  if (failover === undefined) return replaced;
  const begun = failover.cause === 'person' || !['requested', 'awaiting-approval'].includes(failover.state);
  return [
    ...replaced,
    begun
      ? `A ${failover.operation} is in flight (${failover.state}); a pause does not stop what has begun.`
      : `A failover is ${failover.state}; it is cancelled when its turn comes in the pause.`,
  ];
}

/** The pause ends now. Alerts that began in it need a fresh signal: they may be the work that it was for. */
export async function resume(services: Services, targetId: string, doer: Doer): Promise<Answer> {
  const problem = wordsProblem(doer);
  if (problem !== undefined) return problem;
  return onTarget(services, targetId, async (state) => {
    const { pause: held, ...rest } = state.controls;
    if (held === undefined) {
      if (isRepeated(rest.lastAct, 'resume', doer.by)) await followResume(services, rest.lastAct);
      return already(`${targetId} is not paused.`);
    }
    const act = actOf(services, { targetId, deed: 'resume', ...doer });
    await keepLastAct(services, state);
    const pausedUntilMs = Math.max(rest.pausedUntilMs, Math.min(act.atMs, held.untilMs));
    if ((await services.targets.save(state, { controls: { ...rest, pausedUntilMs, lastAct: act } })) === 'conflict') return 'conflict';
    await followResume(services, act);
    return done(`${targetId} is resumed; it was paused by ${held.owner}: ${held.reason}`);
  });
}

async function followResume(services: Services, act: Act): Promise<void> {
  const { targetId, atMs } = act;
  await putOnRecord(services, act, resumedNotice({ targetId, atMs }, act));
  await sendTimer(services, targetId, services.clock.nowMs());
}
