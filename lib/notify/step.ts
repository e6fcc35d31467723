import type { Services } from '../services.ts';
import type { NoticeMessage } from './notice.ts';
import { readNoticeMessage, UnreadableMessageError } from '../message.ts';

/** The channel could not take it now: the message comes again, and at last lands in the dead-letter queue. */
export class NotDeliveredError extends Error {
  override readonly name = 'NotDeliveredError';
}

/** A channel that is throttled longer than this is not waited for: the message then lands in the dead-letter queue. */
const PUT_OFF_MAX = 8;

/** One notice to one channel. At least once; once if nobody dies between delivering and marking. */
export async function deliverNotice(services: Services, body: string): Promise<void> {
  const message = readNoticeMessage(body);
  const { channelId, notice } = message;
  const { config, marks, clock, timing, log } = services;
  const settings = Object.hasOwn(config.channels, channelId) ? config.channels[channelId] : undefined;
  const channel = settings === undefined ? undefined : services.channel(settings.kind);
  if (settings === undefined || channel === undefined)
    throw new UnreadableMessageError(`channelId: "${channelId.slice(0, 80)}" is not configured`);
  const taken = await marks.take(notice.key, channelId, clock.nowMs(), timing.deliverMs);
  if (taken === 'delivered') return log.event('notice-repeated', { key: notice.key, channelId });
  if (taken === 'busy') throw new NotDeliveredError(`notice ${notice.key}: another notifier is delivering it`);
  const outcome = await channel.deliver(notice, settings);
  log.event('notice-delivery', { targetId: notice.targetId, key: notice.key, kind: notice.kind, channelId, outcome: outcome.kind });
  if (outcome.kind === 'delivered') return marks.delivered(notice.key, channelId, clock.nowMs());
  await marks.giveBack(notice.key, channelId);
  if (outcome.kind === 'refused') throw new UnreadableMessageError(`channel ${channelId} refused: ${outcome.why}`);
  if (!(await putOff(services, message, outcome.retryAfterMs))) throw new NotDeliveredError(`channel ${channelId}: ${outcome.why}`);
}

/** A service that says when it will listen again is asked then, not sooner: a robot that is asked while silenced stays silenced. */
async function putOff({ queue }: Services, message: NoticeMessage, delayMs = 0): Promise<boolean> {
  const { putOff: before = 0 } = message;
  if (delayMs === 0 || before >= PUT_OFF_MAX) return false;
  await queue.send('notices', JSON.stringify({ ...message, putOff: before + 1 }), { delayMs });
  return true;
}
