import type { FauxPersistence, FauxQueue } from './fauxqs-engine.ts';

/**
 * Makes each receive one SQLite transaction. fauxqs moves a message to the dead-letter queue by deleting one row and inserting another;
 * a host killed between the two would lose the message, and a full disk would lose it from memory.
 */
export function receiveAtomically(queue: FauxQueue, persistence: FauxPersistence): void {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...args) => {
    const before = [...queue.messages];
    let taken: unknown[] = [];
    try {
      persistence.transaction(() => {
        taken = dequeue(...args);
      });
    } catch (error) {
      putBack(queue, before);
      throw error;
    }
    return taken;
  };
}

function putBack(queue: FauxQueue, before: FauxQueue['messages']): void {
  const restored = new Set(before);
  for (const [handle, { message }] of queue.inflightMessages) if (restored.has(message)) queue.inflightMessages.delete(handle);
  queue.messages = [...before, ...queue.messages.filter((message) => !restored.has(message))];
}
