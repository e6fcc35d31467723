import { instant } from '../decide/words.ts';
import type { Pause } from '../decide/state.ts';
import type { Notice } from '../notify/notice.ts';
import { tell } from '../notify/tell.ts';
import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A pause that is no longer than this is its own reminder. */
const SHORT_MS = 2 * HOUR_MS;
/** The watchdog comes every minute and may be late; each channel hears of it once, whatever is sent. */
const REMIND_FOR_MS = 3 * 60_000;

/** Rule 13: a pause is called to mind, ends by itself, and people are told of both. */
export async function watchPause(services: Services, state: TargetState, nowMs: number): Promise<void> {
  const { pause } = state.controls;
  if (pause === undefined) return;
  if (nowMs >= pause.untilMs) return endPause(services, state, pause, nowMs);
  const reminder = reminderDue(pause, nowMs);
  if (reminder !== undefined) await tell(services, reminderNotice(state.targetId, pause, { reminder, nowMs }));
}

/** Names the reminder that is due now: `day-3`, `last-hour`; at other times nothing. Pure. */
export function reminderDue({ sinceMs, untilMs }: Pause, nowMs: number): string | undefined {
  if (untilMs - sinceMs <= SHORT_MS) return undefined;
  const isDue = (atMs: number): boolean => nowMs >= atMs && nowMs < atMs + REMIND_FOR_MS;
  if (isDue(untilMs - HOUR_MS)) return 'last-hour';
  const days = Math.floor((nowMs - sinceMs) / DAY_MS);
  return days > 0 && isDue(sinceMs + days * DAY_MS) ? `day-${days}` : undefined;
}

async function endPause(services: Services, state: TargetState, pause: Pause, nowMs: number): Promise<void> {
  const { pause: _ended, ...rest } = state.controls;
  const controls = { ...rest, pausedUntilMs: Math.max(rest.pausedUntilMs, pause.untilMs) };
  if ((await services.targets.save(state, { controls })) === 'conflict') return;
  await tell(services, {
    ...noticeOf(state.targetId, pause, nowMs),
    key: `${state.targetId}/pause-ended/${pause.untilMs}`,
    title: `${state.targetId}: the pause has ended, automation is on again`,
  });
}

function reminderNotice(targetId: string, pause: Pause, { reminder, nowMs }: { reminder: string; nowMs: number }): Notice {
  const notice = noticeOf(targetId, pause, nowMs);
  return {
    ...notice,
    key: `${targetId}/pause-reminder/${pause.sinceMs}/${reminder}`,
    title: `${targetId}: automation is still paused`,
    facts: [...notice.facts, { name: 'Ends', value: instant(pause.untilMs) }],
    steps: [`Resume earlier with: understudy resume ${targetId}`],
  };
}

function noticeOf(targetId: string, { owner, reason }: Pause, atMs: number): Omit<Notice, 'key' | 'title'> {
  const facts = [
    { name: 'Paused by', value: owner },
    { name: 'Reason', value: reason },
  ];
  return { targetId, kind: 'pause', urgency: 'tell', facts, steps: [], atMs };
}
