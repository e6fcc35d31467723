import { describe, expect, test } from 'vitest';
import { UnreadableMessageError } from '../../lib/message.ts';
import type { DeliverOutcome } from '../../lib/notify/channel.ts';
import { deliverNotice, NotDeliveredError } from '../../lib/notify/step.ts';
import type { Services } from '../../lib/services.ts';
import { createMarkStore } from '../../lib/store/mark-store.ts';
import { TIMING } from '../../lib/timing.ts';
import { exampleConfig } from '../scenarios/story.ts';
import { MemoryTable } from '../simulate/memory-table.ts';
import { notice } from '../contract/channel-contract.ts';

const NOW_MS = 1_000_000;
const MESSAGE = { understudy: 'notice', channelId: 'ops-slack', notice };

/** The real step and the real marks, with a channel that answers as the test says, one answer after the other. */
function notifier(...answers: readonly DeliverOutcome[]) {
  const left = [...answers];
  const asked: string[] = [];
  const sent: { queue: string; body: unknown; delayMs: number | undefined }[] = [];
  const services = {
    config: exampleConfig(),
    timing: TIMING,
    clock: { nowMs: () => NOW_MS },
    marks: createMarkStore(new MemoryTable()),
    log: { event: () => {} },
    queue: {
      send: async (queue: string, body: string, options?: { delayMs?: number }) =>
        void sent.push({ queue, body: JSON.parse(body) as unknown, delayMs: options?.delayMs }),
    },
    channel: (kind: string) => ({
      kind,
      deliver: async () => {
        asked.push(kind);
        const answer = left.shift();
        if (answer === undefined) throw new Error('asked more often than the test foresees');
        return answer;
      },
    }),
  } as unknown as Services;
  return { services, asked, sent, deliver: (message: object = MESSAGE) => deliverNotice(services, JSON.stringify(message)) };
}

describe('one notice to one channel', () => {
  test('is delivered once, however often the message comes', async () => {
    const { deliver, asked, sent } = notifier({ kind: 'delivered' });
    await deliver();
    await deliver();
    expect([asked, sent]).toEqual([['slack'], []]);
  });

  test('that could not be reached comes again by the queue, and is free to be taken then', async () => {
    const { deliver, asked, sent } = notifier({ kind: 'again', why: 'HTTP 503' }, { kind: 'delivered' });
    await expect(deliver()).rejects.toThrow(new NotDeliveredError('channel ops-slack: HTTP 503'));
    await deliver();
    expect([asked.length, sent]).toEqual([2, []]);
  });

  test('that names a time is asked then and not sooner, and counts how often', async () => {
    const silenced: DeliverOutcome = { kind: 'again', why: 'errcode 130101', retryAfterMs: 600_000 };
    const { deliver, sent } = notifier(silenced, silenced, { kind: 'delivered' });
    await deliver();
    expect(sent).toEqual([{ queue: 'notices', body: { ...MESSAGE, putOff: 1 }, delayMs: 600_000 }]);
    await deliver(sent[0]?.body as object);
    expect(sent[1]).toEqual({ queue: 'notices', body: { ...MESSAGE, putOff: 2 }, delayMs: 600_000 });
    await deliver(sent[1]?.body as object);
    expect(sent).toHaveLength(2);
  });

  test('is not put off for ever, nor for no time at all', async () => {
    const { deliver, sent } = notifier(
      { kind: 'again', why: 'HTTP 429', retryAfterMs: 1_000 },
      { kind: 'again', why: 'HTTP 429', retryAfterMs: 0 },
    );
    await expect(deliver({ ...MESSAGE, putOff: 8 })).rejects.toThrow(NotDeliveredError);
    await expect(deliver()).rejects.toThrow(NotDeliveredError);
    expect(sent).toEqual([]);
  });

  test('that refuses, or is not configured, can never be delivered', async () => {
    const { deliver, services, asked } = notifier({ kind: 'refused', why: 'HTTP 404' });
    await expect(deliver()).rejects.toThrow(new UnreadableMessageError('channel ops-slack refused: HTTP 404'));
    for (const channelId of ['gone', 'constructor'])
      await expect(deliver({ ...MESSAGE, channelId })).rejects.toThrow(`channelId: "${channelId}" is not configured`);
    const without = { ...services, channel: () => undefined };
    await expect(deliverNotice(without, JSON.stringify(MESSAGE))).rejects.toThrow('is not configured');
    expect(asked).toHaveLength(1);
  });

  test('that another notifier is at comes again', async () => {
    const { deliver, services, asked } = notifier({ kind: 'delivered' });
    await services.marks.take(notice.key, 'ops-slack', NOW_MS, TIMING.deliverMs);
    await expect(deliver()).rejects.toThrow('another notifier is delivering it');
    expect(asked).toEqual([]);
  });
});
