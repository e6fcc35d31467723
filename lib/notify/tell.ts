import type { Services } from '../services.ts';
import type { Notice } from './notice.ts';

/**
 * Puts a notice on the queue once for each channel of its target (all channels, for a notice of the whole fleet). Called again for the
 * same key it changes nothing for people: each channel's mark remembers what was delivered.
 */
export async function tell(services: Pick<Services, 'config' | 'queue' | 'log'>, notice: Notice): Promise<void> {
  const { config, queue, log } = services;
  const target = Object.hasOwn(config.targets, notice.targetId) ? config.targets[notice.targetId] : undefined;
  const channelIds = target === undefined ? Object.keys(config.channels) : target.channels;
  log.event('notice', {
    targetId: notice.targetId,
    kind: notice.kind,
    urgency: notice.urgency,
    title: notice.title,
    channels: channelIds.length,
  });
  for (const channelId of channelIds) {
    await queue.send('notices', JSON.stringify({ understudy: 'notice', channelId, notice }));
  }
}
