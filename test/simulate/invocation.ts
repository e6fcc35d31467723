import type { Kernel } from './kernel.ts';

/**
 * What strikes at one await of one invocation. `before`: the effect does not take place; `after`: it does, and nobody hears of it.
 */
export type Strike = 'none' | 'crash-before' | 'crash-after' | 'fail-before' | 'fail-after';
export type Gate = 'read' | 'write' | 'send' | 'http' | 'probe' | 'secret';

/** Decides what strikes where: nothing in a story, the seed's will in the simulation, one chosen point in a crash test. */
export interface Mischief {
  strike(gate: Gate, invocation: Invocation): Strike;
  latencyMs(gate: Gate, invocation: Invocation): number;
}
export const noMischief: Mischief = { strike: () => 'none', latencyMs: () => 5 };

/** One run of one lambda. When it is dead, nothing that it still awaits ever answers, and no effect of it takes place any more. */
export class Invocation {
  alive = true;
  /** How many gates it has passed: names the points at which it can be killed. */
  gates = 0;
  readonly name: string;
  readonly skewMs: number;
  readonly kernel: Kernel;
  readonly mischief: Mischief;
  onDeath: () => void = () => {};

  constructor(name: string, skewMs: number, kernel: Kernel, mischief: Mischief) {
    this.name = name;
    this.skewMs = skewMs;
    this.kernel = kernel;
    this.mischief = mischief;
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.onDeath();
  }

  /** Passes one await: latency, then the effect as one atomic step, unless something strikes. */
  async pass<T>(gate: Gate, effect: () => Promise<T>, failure: () => Error, timeoutMs = Number.MAX_SAFE_INTEGER): Promise<T> {
    const latencyMs = this.mischief.latencyMs(gate, this);
    if (latencyMs > 0) await this.kernel.delay(Math.min(latencyMs, timeoutMs));
    if (!this.alive) await never();
    // Whoever waits no longer has closed the connection: what did not arrive by then never will.
    if (latencyMs > timeoutMs) throw failure();
    this.gates += 1;
    const strike = this.mischief.strike(gate, this);
    if (strike === 'crash-before') return this.#die();
    if (strike === 'fail-before') throw failure();
    const result = await effect();
    if (strike === 'crash-after') return this.#die();
    if (strike === 'fail-after') throw failure();
    return result;
  }

  #die<T>(): Promise<T> {
    this.kill();
    return never();
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
