import { availableParallelism } from 'node:os';
import { collectBatch, cutToPayload } from './batch.ts';
import { duplicatesOf } from './duplicates.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { SqsClient } from './sqs-client.ts';
import { failedIds, toSqsEvent } from './sqs-event.ts';
import type { ReceivedMessage } from './sqs-event.ts';
import { asError } from './wire-call.ts';
import type { OnFault } from './wire-call.ts';

export interface EventSourceOptions {
  readonly sqs: SqsClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency?: number;
  /** Delivers every message a second time. */
  readonly duplicateEverything?: boolean;
  /** How long a received message is hidden, and so for how long a throttled batch is tried. */
  readonly visibilitySeconds: number;
  /** @param payload the SQSEvent as JSON. */
  readonly invoke: (payload: string) => Promise<Outcome>;
  readonly onBatch?: (report: BatchReport) => void;
  readonly onFault?: OnFault;
}
export interface BatchReport {
  readonly delivered: readonly ReceivedMessage[];
  /** Message ids that were not deleted and come again. */
  readonly failed: readonly string[];
  readonly duplicated: number;
}
export interface EventSource {
  /** Takes no more messages; resolves when every invocation has ended. */
  stop(): Promise<void>;
}

/** Lambda starts a mapping of a standard queue with five concurrent batches and grows; more cold starts at once than processors only delay all. */
const CONCURRENCY = Math.max(2, Math.min(5, availableParallelism()));
const RETRY_AFTER_FAULT_MS = 200;
const RETRY_AFTER_THROTTLE_MS = 50;

/** An event source mapping: polls a standard queue and invokes a function with batches, as Lambda does. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const mapping = new Mapping(options);
  const polling = mapping.poll();
  return {
    stop: async () => {
      mapping.stopping = true;
      await polling;
    },
  };
}

class Mapping {
  readonly #options: EventSourceOptions;
  readonly #running = new Set<Promise<void>>();
  stopping = false;

  constructor(options: EventSourceOptions) {
    this.#options = options;
  }

  /** One receiver, as many invocations as the limit allows: what cannot be worked on is left on the queue and not counted as received. */
  async poll(): Promise<void> {
    const limit = Math.min(this.#options.maximumConcurrency ?? CONCURRENCY, CONCURRENCY);
    while (!this.stopping) {
      if (this.#running.size >= limit) await Promise.race(this.#running);
      else await this.#takeBatch();
    }
    await Promise.all(this.#running);
  }

  async #takeBatch(): Promise<void> {
    try {
      const batch = await collectBatch(this.#options, () => this.stopping);
      if (batch.length === 0) return;
      const work = this.#deliverAll(cutToPayload(batch)).catch((error: unknown) => this.#report(error));
      this.#running.add(work);
      void work.finally(() => this.#running.delete(work));
    } catch (error) {
      this.#report(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_FAULT_MS));
    }
  }

  async #deliverAll(parts: readonly (readonly ReceivedMessage[])[]): Promise<void> {
    for (const part of parts) await this.#deliver(part);
  }

  async #deliver(batch: readonly ReceivedMessage[]): Promise<void> {
    const { meanwhile, afterwards } = this.#options.duplicateEverything === true ? duplicatesOf(batch) : { meanwhile: [], afterwards: [] };
    const [failed, repeated] = await Promise.all([this.#failedOf(batch), this.#failedOf(meanwhile)]);
    // A copy that failed may never have reached the function: it comes afterwards once more.
    const again = await this.#failedOf([...afterwards, ...meanwhile.filter(({ MessageId }) => repeated.has(MessageId))]);
    const duplicated = new Set([...meanwhile, ...afterwards].map(({ MessageId }) => MessageId));
    // Either delivery's success deletes a message, as with SQS's own duplicates.
    const done = batch.filter(({ MessageId: id }) => !failed.has(id) || (duplicated.has(id) && !again.has(id) && !repeated.has(id)));
    await this.#delete(done);
    const kept = new Set(done.map(({ MessageId }) => MessageId));
    this.#options.onBatch?.({
      delivered: batch,
      failed: batch.map(({ MessageId }) => MessageId).filter((id) => !kept.has(id)),
      duplicated: duplicated.size,
    });
  }

  async #failedOf(batch: readonly ReceivedMessage[]): Promise<ReadonlySet<string>> {
    if (batch.length === 0) return new Set();
    const { queueArn, region, reportsItemFailures } = this.#options;
    const outcome = await this.#invoke(JSON.stringify(toSqsEvent(batch, { arn: queueArn, region })));
    const ids = batch.map(({ MessageId }) => MessageId);
    if (outcome.kind === 'error') return new Set(ids);
    return reportsItemFailures ? failedIds(outcome.payload, ids) : new Set();
  }

  /** A throttled batch is tried again until its messages become visible to others. */
  async #invoke(payload: string): Promise<Outcome> {
    const { invoke, visibilitySeconds } = this.#options;
    const untilMs = performance.now() + visibilitySeconds * 1000;
    for (;;) {
      const outcome = await invoke(payload);
      const throttled = outcome.kind === 'error' && outcome.how === 'throttled';
      if (!throttled || this.stopping || performance.now() > untilMs) return outcome;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_THROTTLE_MS));
    }
  }

  async #delete(messages: readonly ReceivedMessage[]): Promise<void> {
    const { sqs, queueUrl } = this.#options;
    for (let from = 0; from < messages.length; from += 10) {
      const Entries = messages.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries });
    }
  }

  #report(error: unknown): void {
    if (!this.stopping)
      this.#options.onFault?.({ where: `event source of ${this.#options.queueArn}`, error: asError(error), atMs: Date.now() });
  }
}
