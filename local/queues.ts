import { startFauxEngine } from './fauxqs-engine.ts';
import type { FauxEngine, FauxMessage, FauxQueue, MessageAttribute } from './fauxqs-engine.ts';
import { receiveAtomically } from './queue-durability.ts';
import { findQueue } from './queue-specs.ts';
import type { QueueSpec } from './queue-specs.ts';
import { guardQueueWire, MoveRefusedError } from './queue-wire.ts';
import { LOCAL_ACCOUNT } from './stack/stack.ts';
import type { OnCall, OnFault } from './wire-call.ts';

export interface QueuesOptions {
  readonly specs: readonly QueueSpec[];
  /** Makes the queues durable; absent: in memory. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly onCall?: OnCall;
  readonly onFault?: OnFault;
}
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAtMs: number;
  readonly receiveCount: number;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}
export interface QueueContent {
  readonly visible: readonly QueuedMessage[];
  readonly delayed: readonly QueuedMessage[];
  readonly inFlight: readonly QueuedMessage[];
}

/** Starts SQS's wire protocol on 127.0.0.1 with every queue of `serverless.yml`. */
export async function startQueues(options: QueuesOptions): Promise<Queues> {
  const { specs, dataDir, port = 0, onCall = ignore, onFault = ignore } = options;
  const engine = await startFauxEngine(dataDir);
  for (const spec of specs) createQueue(engine, spec);
  let queues: Queues | undefined;
  const moveMessages = (source: string, destination?: string): number => queues?.move(source, destination) ?? 0;
  guardQueueWire(engine, { onCall, onFault, moveMessages });
  const endpoint = await engine.app.listen({ host: '127.0.0.1', port });
  queues = new Queues(engine, specs, endpoint);
  return queues;
}
function ignore(): undefined {}

function createQueue({ store, persistence }: FauxEngine, { name, arn, attributes }: QueueSpec): void {
  // An existing queue is never created again: fauxqs would replace its row and, by the cascade, its messages.
  const existing = store.getQueueByName(name);
  const queue = existing ?? store.createQueue(name, `http://127.0.0.1/${LOCAL_ACCOUNT}/${name}`, arn, { ...attributes });
  existing?.setAttributes({ ...attributes });
  if (persistence !== undefined) receiveAtomically(queue, persistence);
}

export class Queues {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly #engine: FauxEngine;
  readonly #specs: readonly QueueSpec[];

  constructor(engine: FauxEngine, specs: readonly QueueSpec[], endpoint: string) {
    this.#engine = engine;
    this.#specs = specs;
    this.endpoint = endpoint;
  }

  /** fauxqs answers URLs on host names that may not resolve; it looks queues up by the last segment alone. */
  url(name: string): string {
    return `${this.endpoint}/${LOCAL_ACCOUNT}/${findQueue(this.#specs, name).name}`;
  }

  /** What lies on the queue, without touching it: the receive counts stay. */
  peek(name: string): QueueContent {
    const queue = this.#queue(findQueue(this.#specs, name).name);
    queue.processTimers();
    const inFlight = [...queue.inflightMessages.values()].map(({ message }) => toQueued(message));
    return { visible: queue.messages.map(toQueued), delayed: queue.delayedMessages.map(toQueued), inFlight };
  }

  /** The messages on the queue's dead-letter queue. @throws {Error} if it has none. */
  deadLetters(name: string): readonly QueuedMessage[] {
    const { visible, delayed, inFlight } = this.peek(this.#deadLetterQueueOf(name));
    return [...visible, ...delayed, ...inFlight];
  }

  /** @returns the message's id. */
  send(name: string, body: string, attributes: Readonly<Record<string, MessageAttribute>> = {}): string {
    const message = this.#engine.createMessage(body, attributes);
    this.#queue(findQueue(this.#specs, name).name).enqueue(message);
    return message.messageId;
  }

  /** Sends what is visible on the queue's dead-letter queue back to it. @returns how many. */
  redrive(name: string): number {
    const source = this.#queue(this.#deadLetterQueueOf(name));
    return this.#moveAll(source, this.#queue(findQueue(this.#specs, name).name));
  }

  /** StartMessageMoveTask: without a destination, back to the queue whose dead letters these are. @throws {MoveRefusedError} */
  move(sourceArn: string, destinationArn?: string): number {
    const origin = this.#specs.find(({ deadLetters }) => deadLetters !== undefined && sourceArn.endsWith(`:${deadLetters}`));
    if (origin?.deadLetters === undefined) throw new MoveRefusedError('Source queue must be configured as a Dead Letter Queue.');
    const destination = destinationArn === undefined ? origin : this.#specs.find(({ arn }) => arn === destinationArn);
    if (destination === undefined) throw new MoveRefusedError('The destination queue does not exist.');
    return this.#moveAll(this.#queue(origin.deadLetters), this.#queue(destination.name));
  }

  /** Ends every long poll that waits, with what there is. */
  wakeReceivers(): void {
    this.#engine.store.shutdown();
  }

  /** Makes visible again what the functions of a dead host had taken. As deployed, such messages wait for their visibility time-out. */
  releaseInFlight(): number {
    const queues = [...this.#engine.store.allQueues()];
    const held = queues.flatMap((queue) => [...queue.inflightMessages.keys()].map((handle) => ({ queue, handle })));
    for (const { queue, handle } of held) queue.changeVisibility(handle, 0);
    return held.length;
  }

  async stop(): Promise<void> {
    await this.#engine.app.close();
    this.#engine.persistence?.close();
  }

  /** As AWS does, a moved message is a new one: new id, new time, receive count from nothing. */
  #moveAll(source: FauxQueue, destination: FauxQueue): number {
    source.processTimers();
    const moved = [...source.messages];
    for (const message of moved) {
      this.#atomically(() => {
        this.#engine.persistence?.deleteMessage(message.messageId);
        destination.enqueue(this.#engine.createMessage(message.body, message.messageAttributes));
      });
      source.messages = source.messages.filter((other) => other !== message);
    }
    return moved.length;
  }

  #atomically(work: () => void): void {
    if (this.#engine.persistence === undefined) work();
    else this.#engine.persistence.transaction(work);
  }

  #deadLetterQueueOf(name: string): string {
    const { name: full, deadLetters } = findQueue(this.#specs, name);
    if (deadLetters === undefined) throw new Error(`the queue ${full} has no dead-letter queue`);
    return deadLetters;
  }

  #queue(name: string): FauxQueue {
    const queue = this.#engine.store.getQueueByName(name);
    if (queue === undefined) throw new Error(`the queue ${name} was not created`);
    return queue;
  }
}

function toQueued(message: FauxMessage): QueuedMessage {
  const { messageId, body, sentTimestamp, approximateReceiveCount, messageAttributes } = message;
  return { messageId, body, sentAtMs: sentTimestamp, receiveCount: approximateReceiveCount, attributes: messageAttributes };
}
