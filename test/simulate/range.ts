import { createHash, hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { scriptOf } from './generate.ts';
import type { Violation } from './invariants.ts';
import { NO_MUTANT, type Mutant } from './mutant.ts';
import { play } from './play.ts';

/** A stretch of seeds, and what to do with it. */
export interface RangeOrder {
  readonly fromSeed: number;
  readonly histories: number;
  readonly mutant?: string;
  /** Ends at the first history that breaks an invariant. */
  readonly untilBroken?: boolean;
}
export interface Broken {
  readonly seed: number;
  readonly violations: readonly Violation[];
}
export interface RangeResult {
  readonly histories: number;
  readonly events: number;
  readonly faults: number;
  readonly simulatedMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly Broken[];
  /** Over the traces of all histories, in the order of their seeds: the same on every machine, on however many threads. */
  readonly hash: string;
}
const BROKEN_KEPT = 20;

/** Plays one seed after the other, in this thread. */
export async function playRange(order: RangeOrder, mutant: Mutant = NO_MUTANT): Promise<RangeResult> {
  const counts: Record<string, number> = {};
  const broken: Broken[] = [];
  const traces = createHash('sha256');
  const sums = { histories: 0, events: 0, faults: 0, simulatedMs: 0 };
  for (let seed = order.fromSeed; seed < order.fromSeed + order.histories; seed += 1) {
    const played = await play(scriptOf(seed), mutant);
    sums.histories += 1;
    sums.events += played.events;
    sums.faults += played.faults;
    sums.simulatedMs += played.simulatedMs;
    traces.update(played.hash);
    for (const [name, count] of played.tally.counts) counts[name] = (counts[name] ?? 0) + count;
    if (played.violations.length > 0 && broken.length < BROKEN_KEPT) broken.push({ seed, violations: played.violations });
    if (broken.length > 0 && order.untilBroken === true) break;
  }
  return { ...sums, counts, broken, hash: traces.digest('hex') };
}

export interface Joined extends RangeResult {
  readonly wallMs: number;
  readonly jobs: number;
}

/** Histories of a share: small enough that no thread is left with the last one for long, and the same however many threads there are. */
const SHARE = 500;

/** The same stretch over several threads: each takes the next share when it is done with its last. */
export async function playInThreads(
  order: RangeOrder,
  jobs = availableParallelism(),
  told: (done: number) => void = () => {},
): Promise<Joined> {
  const startedMs = Date.now();
  const shares = sharesOf(order);
  const results: RangeResult[] = [];
  let [next, done] = [0, 0];
  const takeTurns = async (): Promise<void> => {
    const thread = new Thread(order.mutant);
    try {
      for (let mine = next++; mine < shares.length; mine = next++) {
        const result = await thread.play(shares[mine] ?? order);
        results[mine] = result;
        told((done += result.histories));
        if (order.untilBroken === true && result.broken.length > 0) next = shares.length;
      }
    } finally {
      await thread.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, shares.length) }, takeTurns));
  return { ...join(results), wallMs: Date.now() - startedMs, jobs };
}

function sharesOf(order: RangeOrder): readonly RangeOrder[] {
  return Array.from({ length: Math.ceil(order.histories / SHARE) }, (_, index) => {
    const histories = Math.min(SHARE, order.histories - index * SHARE);
    return { ...order, fromSeed: order.fromSeed + index * SHARE, histories };
  });
}

/** Much is made and soon forgotten: a larger nursery is swept less often. */
const ROOMY = { maxYoungGenerationSizeMb: 96 };

/** Plays one share after the other, warm. */
class Thread {
  readonly #worker: Worker;
  /** Never comes, or throws. */
  readonly #dead: Promise<never>;

  constructor(mutant?: string) {
    this.#worker = new Worker(new URL('range-worker.ts', import.meta.url), { workerData: mutant, resourceLimits: ROOMY });
    this.#dead = new Promise((_resolve, reject) => {
      this.#worker.on('error', reject);
      this.#worker.on('exit', (code) => reject(new Error(`a thread ended with ${code} and no result`)));
    });
    this.#dead.catch(() => {});
  }

  play(order: RangeOrder): Promise<RangeResult> {
    const result = new Promise<RangeResult>((resolve) => this.#worker.once('message', resolve));
    this.#worker.postMessage(order);
    return Promise.race([result, this.#dead]);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

function join(results: readonly RangeResult[]): RangeResult {
  const counts: Record<string, number> = {};
  for (const result of results) for (const [name, count] of Object.entries(result.counts)) counts[name] = (counts[name] ?? 0) + count;
  const sum = (of: (result: RangeResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  return {
    histories: sum(({ histories }) => histories),
    events: sum(({ events }) => events),
    faults: sum(({ faults }) => faults),
    simulatedMs: sum(({ simulatedMs }) => simulatedMs),
    counts,
    broken: results.flatMap(({ broken }) => broken),
    hash: hash('sha256', results.map((result) => result.hash).join(''), 'hex'),
  };
}
