/**
 * Virtual time for everything: one thread, one queue of events ordered by time and then by number, so that the same seed gives the same
 * history. Code under test awaits a port; the port awaits the kernel.
 */
export class Kernel {
  nowMs: number;
  /** Events that made code run. */
  events = 0;
  #events: Event[] = [];
  #sequence = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** @param run `false`: nothing was woken, so there is nothing to wait for. */
  at(atMs: number, run: Run): void {
    this.#sequence += 1;
    push(this.#events, { atMs: Math.max(atMs, this.nowMs), sequence: this.#sequence, run });
  }

  after(delayMs: number, run: Run): void {
    this.at(this.nowMs + delayMs, run);
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs every event up to a moment; after each one all code that it woke runs until it waits again. */
  async runUntil(untilMs: number, stop: () => boolean = () => false): Promise<void> {
    await settled();
    for (let next = this.#events[0]; next !== undefined && next.atMs <= untilMs && !stop(); next = this.#events[0]) {
      pop(this.#events);
      this.nowMs = next.atMs;
      if (next.run() === false) continue;
      this.events += 1;
      await settled();
    }
    if (!stop()) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  get pending(): number {
    return this.#events.length;
  }
}

type Run = () => unknown;

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: Run;
}

/**
 * Called from a promise reaction, as everything here is: the next tick comes only when no reaction is left, so that every invocation waits
 * at a port again, or has ended. It is ten times as fast as a turn of the event loop.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function before(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

function push(heap: Event[], event: Event): void {
  let child = heap.push(event) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!swapIfBefore(heap, child, parent)) return;
    child = parent;
  }
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    const right = left + 1;
    const [l, r] = [heap[left], heap[right]];
    if (l === undefined) return;
    const child = r !== undefined && before(r, l) ? right : left;
    if (!swapIfBefore(heap, child, parent)) return;
    parent = child;
  }
}

function swapIfBefore(heap: Event[], child: number, parent: number): boolean {
  const [a, b] = [heap[child], heap[parent]];
  if (a === undefined || b === undefined || !before(a, b)) return false;
  heap[child] = b;
  heap[parent] = a;
  return true;
}
