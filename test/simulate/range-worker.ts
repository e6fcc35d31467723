import { parentPort, workerData } from 'node:worker_threads';
import { mutantNamed } from './mutants.ts';
import { NO_MUTANT } from './mutant.ts';
import { playRange, type RangeOrder } from './range.ts';

/** Plays the stretches that it is given, one at a time. What goes wrong ends the thread: whoever ordered it hears of it. */
// Thousands of errors are made on purpose, and nobody reads where: a replay tells it.
Error.stackTraceLimit = 0;
const mutant = typeof workerData === 'string' ? mutantNamed(workerData) : NO_MUTANT;
parentPort?.on('message', (order: RangeOrder) => void answer(order));

async function answer(order: RangeOrder): Promise<void> {
  parentPort?.postMessage(await playRange(order, mutant));
}
