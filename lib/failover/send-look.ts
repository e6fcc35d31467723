import type { QueueName } from '../ports.ts';
import type { Services } from '../services.ts';
import type { FailoverMessage } from '../message.ts';
import { isTerminal, type Failover } from './failover.ts';

/** Who looks after a failover in this state: the failover step may call the provider, the poller only reads. */
export function queueFor(failover: Failover): QueueName {
  switch (failover.state) {
    case 'awaiting-approval':
    case 'requested':
    case 'claimed':
    case 'unknown':
      return 'failovers';
    default:
      return 'polls';
  }
}

/**
 * Sends the message for the look that the record says is due. It may be sent any number of times: a receiver takes it only while the
 * record still waits for this very look.
 *
 * @param delayMs in place of the time that is left by our own clock. For `unknown` it is the quiet time, kept by the queue's clock.
 */
export async function sendLook(services: Pick<Services, 'queue' | 'clock'>, failover: Failover, delayMs?: number): Promise<void> {
  const { id, targetId, look } = failover;
  const message: FailoverMessage = { understudy: 'failover', targetId, failoverId: id, look: look.number, dueAtMs: look.atMs };
  const left = isTerminal(failover) ? 0 : Math.max(0, look.atMs - services.clock.nowMs());
  await services.queue.send(queueFor(failover), JSON.stringify(message), { delayMs: delayMs ?? left });
}
