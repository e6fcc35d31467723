import { createHash } from 'node:crypto';
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
  /** Ends when this much time has passed, by the wall clock. */
  readonly forMs?: number;
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
  /** Over the hashes of all histories, in the order of their seeds. */
  readonly hash: string;
}
const BROKEN_KEPT = 20;

/** Plays one seed after the other, in this thread. */
export async function playRange(
  order: RangeOrder,
  mutant: Mutant = NO_MUTANT,
  told: (done: number) => void = () => {},
): Promise<RangeResult> {
  const startedMs = Date.now();
  const counts: Record<string, number> = {};
  const broken: Broken[] = [];
  const hash = createHash('sha256');
  const sums = { histories: 0, events: 0, faults: 0, simulatedMs: 0 };
  for (let seed = order.fromSeed; seed < order.fromSeed + order.histories; seed += 1) {
    if (order.forMs !== undefined && Date.now() - startedMs >= order.forMs) break;
    const played = await play(scriptOf(seed), mutant);
    sums.histories += 1;
    sums.events += played.events;
    sums.faults += played.faults;
    sums.simulatedMs += played.simulatedMs;
    hash.update(played.hash);
    for (const [name, count] of played.tally.counts) counts[name] = (counts[name] ?? 0) + count;
    if (played.violations.length > 0 && broken.length < BROKEN_KEPT) broken.push({ seed, violations: played.violations });
    if (broken.length > 0 && order.untilBroken === true) break;
    if (sums.histories % 100 === 0) told(sums.histories);
  }
  return { ...sums, counts, broken, hash: hash.digest('hex') };
}

export interface Joined extends Omit<RangeResult, 'hash'> {
  readonly wallMs: number;
  readonly jobs: number;
  readonly hashes: readonly string[];
}

/** The same stretch over several threads, each with a stretch of its own. */
export async function playInThreads(
  order: RangeOrder,
  jobs = availableParallelism(),
  told: (done: number) => void = () => {},
): Promise<Joined> {
  const startedMs = Date.now();
  const share = Math.ceil(order.histories / jobs);
  const orders = Array.from({ length: jobs }, (_, job) => ({
    ...order,
    fromSeed: order.fromSeed + job * share,
    histories: Math.max(0, Math.min(share, order.histories - job * share)),
  }));
  const done: number[] = [];
  const progress = (job: number, count: number): void => {
    done[job] = count;
    told(done.reduce((sum, one) => sum + one, 0));
  };
  const results = await Promise.all(orders.map((one, job) => inThread(one, (count) => progress(job, count))));
  return { ...join(results), wallMs: Date.now() - startedMs, jobs };
}

/** Much is made and soon forgotten: a larger nursery is swept less often. */
const ROOMY = { maxYoungGenerationSizeMb: 96 };

function inThread(order: RangeOrder, told: (done: number) => void): Promise<RangeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('range-worker.ts', import.meta.url), { workerData: order, resourceLimits: ROOMY });
    worker.on('message', (message: { done: number } | { result: RangeResult }) => {
      if ('result' in message) resolve(message.result);
      else told(message.done);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a thread ended with ${code} and no result`)));
  });
}

function join(results: readonly RangeResult[]): Omit<Joined, 'wallMs' | 'jobs'> {
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
    hashes: results.map(({ hash }) => hash),
  };
}
