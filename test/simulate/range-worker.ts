import { parentPort, workerData } from 'node:worker_threads';
import { mutantNamed } from './mutants.ts';
import { NO_MUTANT } from './mutant.ts';
import { playRange, type RangeOrder } from './range.ts';

/** One thread's share of a run. */
const order = workerData as RangeOrder;
const mutant = order.mutant === undefined ? NO_MUTANT : mutantNamed(order.mutant);
parentPort?.postMessage({ result: await playRange(order, mutant, (done) => parentPort?.postMessage({ done })) });
