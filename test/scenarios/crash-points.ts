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

const STRIKES = ['crash-before', 'crash-after', 'fail-before', 'fail-after'] as const;
/** After the first polls the poller's awaits repeat: its first and its last ones are struck, and everything else whole. */
const POLLER_ENDS = 12;

export interface Enumeration<Run> {
  readonly functions: readonly string[];
  /** One whole history, with the mischief given. */
  readonly run: (mischief: OneStrike) => Promise<Run>;
  /** What is wrong with how it ended, if anything. */
  readonly fault: (run: Run) => string | undefined;
}

/** Runs the history once calmly, then once for each of its awaits and each way to strike it. @returns what went wrong, and where. */
export async function strikeEverywhere<Run>({ functions, run, fault }: Enumeration<Run>): Promise<{ points: number; wrong: string[] }> {
  const calm = new OneStrike(functions);
  const wrong: string[] = [];
  const note = (where: string, found: string | undefined): void => void (found === undefined || wrong.push(`${where}: ${found}`));
  note('calm', fault(await run(calm)));
  const indexes = pointsOf(calm.gates);
  for (const index of indexes) {
    for (const strike of STRIKES) {
      const where = `${strike} at await ${index} (${calm.gates[index] ?? ''})`;
      note(where, fault(await run(new OneStrike(functions, { index, strike }))));
    }
  }
  return { points: indexes.length, wrong };
}

function pointsOf(gates: readonly string[]): readonly number[] {
  const ofPoller = gates.flatMap((gate, index) => (gate.startsWith('poller') ? [index] : []));
  const middle = new Set(ofPoller.slice(POLLER_ENDS, -POLLER_ENDS));
  return gates.flatMap((_gate, index) => (middle.has(index) ? [] : [index]));
}
