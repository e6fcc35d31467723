import type { Clock, Entropy, Http, Queue } from '../ports.ts';

/**
 * The embedded cloud can make time run faster for everything at once (functions, queues' delays, time limits of calls, both simulated
 * clouds), so that a test of an hour takes minutes and every limit keeps its proportion to every other. Deployed there is no such thing.
 */
export interface Hurry {
  /** The moment, by the machine's clock, from which time runs faster. */
  readonly epochMs: number;
  readonly speed: number;
  /** Each execution environment's clock is off by a random part of this, either way. */
  readonly skewMs?: number;
}

export function hurriedClock(clock: Clock, { epochMs, speed }: Hurry): Clock {
  return { nowMs: () => Math.round(epochMs + (clock.nowMs() - epochMs) * speed) };
}

/** What one environment's clock is off by. */
export function skewOf({ skewMs = 0 }: Hurry, entropy: Entropy): number {
  const unit = Number.parseInt(entropy.id().slice(0, 8), 16) / 0xffff_ffff;
  return Math.round((2 * unit - 1) * skewMs);
}

export function hurriedQueue(queue: Queue, { speed }: Hurry): Queue {
  return {
    send: (name, body, { delayMs = 0 } = {}) => queue.send(name, body, { delayMs: delayMs / speed }),
    deadLetter: (name, body, reason) => queue.deadLetter(name, body, reason),
    comeAgain: (name, receipt, afterMs) => queue.comeAgain(name, receipt, afterMs / speed),
  };
}

export function hurriedHttp(http: Http, { speed }: Hurry): Http {
  return { request: (request) => http.request({ ...request, timeoutMs: Math.max(1, Math.ceil(request.timeoutMs / speed)) }) };
}
