import { randomBytes } from 'node:crypto';
import type { Clock, Entropy, Log } from '../ports.ts';

/** The machine's own clock and chance. The only place that reads them. */
export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemEntropy: Entropy = { id: () => randomBytes(16).toString('hex') };

/** One JSON line an event on standard output: what CloudWatch Logs keeps, and what the embedded cloud shows. */
export function createLog(clock: Clock, write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Log {
  return { event: (name, fields = {}) => write(JSON.stringify({ event: name, atMs: clock.nowMs(), ...fields })) };
}
