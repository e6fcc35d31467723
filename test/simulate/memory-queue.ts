import type { QueueName } from '../../lib/ports.ts';
import type { Kernel } from './kernel.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
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
  #sequence = 0;

  constructor(kernel: Kernel, settings: QueueSettings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  put(queue: QueueName, body: string, delayMs = 0): QueuedMessage {
    this.#sequence += 1;
    const sentAtMs = this.kernel.nowMs;
    const visibleAtMs = sentAtMs + Math.min(900_000, Math.ceil(delayMs / 1_000) * 1_000);
    const message = { id: `m${this.#sequence}`, body, sentAtMs, visibleAtMs, receiveCount: 0 };
    this.live[queue].push(message);
    this.onSent(queue, message);
    return message;
  }

  /** Takes what is visible, at most `max`; what was received too often goes to the dead letters instead. */
  receive(queue: QueueName, max: number): QueuedMessage[] {
    const now = this.kernel.nowMs;
    const visible = this.live[queue].filter((message) => message.visibleAtMs <= now);
    const taken: QueuedMessage[] = [];
    for (const message of visible) {
      if (taken.length >= max) break;
      if (message.receiveCount >= this.settings.maxReceiveCount) {
        this.remove(queue, message.id);
        this.dead[queue].push({ body: message.body, reason: 'received too often' });
        continue;
      }
      message.receiveCount += 1;
      message.visibleAtMs = now + this.settings.visibilityMs;
      taken.push(message);
    }
    return taken;
  }

  remove(queue: QueueName, id: string): void {
    this.live[queue] = this.live[queue].filter((message) => message.id !== id);
  }
}
