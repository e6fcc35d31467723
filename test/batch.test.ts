import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { comeAgain, eachRecord } from '../lib/batch.ts';
import type { Services } from '../lib/services.ts';

/** A batch of one record for each of the given counts of receives, and what the queue was told of it. */
function batchOf(receiveCounts: readonly number[], queueAnswers = true) {
  const told: (readonly [queue: string, receipt: string, afterMs: number])[] = [];
  const logged: string[] = [];
  const services = {
    log: { event: (name: string) => void logged.push(name) },
    queue: {
      comeAgain: async (queue: string, receipt: string, afterMs: number) => {
        if (!queueAnswers) throw new Error('no queue');
        told.push([queue, receipt, afterMs]);
      },
    },
  } as unknown as Services;
  const Records = receiveCounts.map((count, index) => ({
    messageId: `m${index}`,
    receiptHandle: `r${index}`,
    body: `body ${index}`,
    attributes: { ApproximateReceiveCount: String(count) },
  }));
  return { services, told, logged, event: { Records } as unknown as SQSEvent };
}
const failures = (...ids: readonly string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('what failed', () => {
  test('comes again after 5 s, then after 30 s, then when its queue says; what worked does not', async () => {
    const { services, told, event } = batchOf([1, 2, 3, 7, 1]);
    expect(await comeAgain(services, 'polls', event, ['m0', 'm1', 'm2', 'm3'])).toEqual(failures('m0', 'm1', 'm2', 'm3'));
    expect(told).toEqual([
      ['polls', 'r0', 5_000],
      ['polls', 'r1', 30_000],
    ]);
  });

  test('is reported all the same when the queue cannot be told', async () => {
    const { services, logged, event } = batchOf([1, 1], false);
    expect(await comeAgain(services, 'alerts', event, ['m1'])).toEqual(failures('m1'));
    expect(logged).toEqual(['again-failed']);
  });

  test('is one record of a batch, alone', async () => {
    const { services, told, logged, event } = batchOf([1, 1, 1]);
    const step = (body: string): Promise<void> => (body === 'body 1' ? Promise.reject(new Error('no store')) : Promise.resolve());
    expect(await eachRecord(services, 'notices', event, step)).toEqual(failures('m1'));
    expect([told, logged]).toEqual([[['notices', 'r1', 5_000]], ['record-failed']]);
  });

  test('nothing: the queue is told nothing', async () => {
    const { services, told, event } = batchOf([1, 2]);
    expect(await comeAgain(services, 'failovers', event, [])).toEqual(failures());
    expect(told).toEqual([]);
  });
});
