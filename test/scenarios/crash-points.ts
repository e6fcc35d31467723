import type { Gate, Invocation, Mischief, Strike } from '../simulate/invocation.ts';

/** One await of the whole history, by its order among the gates of the functions that are watched. */
export interface CrashPoint {
  readonly index: number;
  readonly strike: Exclude<Strike, 'none'>;
}

/** Counts every gate that the named functions pass, and strikes at one of them, once. */
export class OneStrike implements Mischief {
  passed = 0;
  readonly gates: string[] = [];
  readonly #functions: ReadonlySet<string>;
  readonly #point: CrashPoint | undefined;

  constructor(functions: readonly string[], point?: CrashPoint) {
    this.#functions = new Set(functions);
    this.#point = point;
  }

  strike(gate: Gate, invocation: Invocation): Strike {
    if (!this.#functions.has(invocation.name)) return 'none';
    const index = this.passed;
    this.passed += 1;
    this.gates.push(`${invocation.name} ${gate}`);
    return index === this.#point?.index ? this.#point.strike : 'none';
  }

  latencyMs(): number {
    return 5;
  }
}
