import type { QueueName } from '../../lib/ports.ts';
import type { Kernel } from './kernel.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
}
/** What a message meets on its way: later, more often, or received first by somebody who dies without a word. */
export interface Misdelivery {
  readonly delayMs?: number;
  readonly copies?: number;
  readonly lostFirst?: boolean;
}
export interface QueueSettings {
  readonly visibilityMs: number;
  readonly maxReceiveCount: number;
}

/** Queues in memory with the semantics of SQS: at least once, visibility time-out, delay, dead letters after too many receives. */
export class MemoryQueues {
  readonly live: Record<QueueName, QueuedMessage[]> = { alerts: [], failovers: [], polls: [], notices: [] };
  readonly dead: Record<QueueName, { body: string; reason: string }[]> = { alerts: [], failovers: [], polls: [], notices: [] };
  readonly kernel: Kernel;
  readonly settings: QueueSettings;
  onSent: (queue: QueueName, message: QueuedMessage) => void = () => {};
  onAgain: (queue: QueueName, message: QueuedMessage) => void = () => {};
  onDead: (queue: QueueName, body: string, reason: string) => void = () => {};
  misdelivery: (queue: QueueName, number: number) => Misdelivery | undefined = () => undefined;
  readonly #sent: Record<QueueName, number> = { alerts: 0, failovers: 0, polls: 0, notices: 0 };
  #sequence = 0;

  constructor(kernel: Kernel, settings: QueueSettings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  put(queue: QueueName, body: string, delayMs = 0): QueuedMessage {
    const number = this.#sent[queue];
    this.#sent[queue] = number + 1;
    const odd = this.misdelivery(queue, number);
    const message = this.#put(queue, body, delayMs, odd);
    for (let copy = 1; copy < (odd?.copies ?? 1); copy += 1) this.#put(queue, body, delayMs, odd);
    return message;
  }

  #put(queue: QueueName, body: string, delayMs: number, odd: Misdelivery | undefined): QueuedMessage {
    this.#sequence += 1;
    const sentAtMs = this.kernel.nowMs;
    const lateMs = (odd?.delayMs ?? 0) + (odd?.lostFirst === true ? this.settings.visibilityMs : 0);
    const visibleAtMs = sentAtMs + Math.min(900_000, Math.ceil(delayMs / 1_000) * 1_000) + lateMs;
    const receiveCount = odd?.lostFirst === true ? 1 : 0;
    const message = { id: `m${this.#sequence}`, body, sentAtMs, visibleAtMs, receiveCount };
    this.live[queue].push(message);
    this.onSent(queue, message);
    return message;
  }

  bury(queue: QueueName, body: string, reason: string): void {
    this.dead[queue].push({ body, reason });
    this.onDead(queue, body, reason);
  }

  /** Takes what is visible, at most `max`; what was received too often goes to the dead letters instead. */
  receive(queue: QueueName, max: number): QueuedMessage[] {
    const now = this.kernel.nowMs;
    const taken: QueuedMessage[] = [];
    for (const message of this.live[queue].slice()) {
      if (taken.length >= max) break;
      if (message.visibleAtMs > now) continue;
      if (message.receiveCount >= this.settings.maxReceiveCount) {
        this.remove(queue, message.id);
        this.bury(queue, message.body, 'received too often');
        continue;
      }
      message.receiveCount += 1;
      message.visibleAtMs = now + this.settings.visibilityMs;
      taken.push(message);
    }
    return taken;
  }

  /** A receipt is good for one receive: whoever was overtaken changes nothing. */
  comeAgain(queue: QueueName, receipt: string, afterMs: number): void {
    const message = this.live[queue].find((one) => receiptOf(one) === receipt);
    if (message === undefined) return;
    message.visibleAtMs = this.kernel.nowMs + Math.ceil(afterMs / 1_000) * 1_000;
    this.onAgain(queue, message);
  }

  remove(queue: QueueName, id: string): void {
    const list = this.live[queue];
    const index = list.findIndex((message) => message.id === id);
    if (index >= 0) list.splice(index, 1);
  }
}

export function receiptOf({ id, receiveCount }: Pick<QueuedMessage, 'id' | 'receiveCount'>): string {
  return `${id}/${receiveCount}`;
}
