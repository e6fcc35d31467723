import { linesOf, itemsOf } from '../cli/history.ts';
import { Replay } from '../lib/backtest/replay.ts';
import { configWith } from './batches.ts';

/** One backtest of a file, in a process of its own: `replay-file.ts FILE TARGETS` prints what it took. */
const [, , file = '', targets = ''] = process.argv;

const replay = new Replay(configWith(Number(targets)), { label: 'bench' });
const began = seconds();
for await (const item of itemsOf(file, { count: 0, first: [] })) replay.take(item);
const { read, counts } = replay.finish();
const took = seconds() - began;
const outcomes = counts.reduce((sum, { count }) => sum + count, 0);
const peakMb = Math.round((process.resourceUsage().maxRSS * 1_024) / 1_000_000);

// Beside it, after the memory was taken: nothing but reading and parsing the same lines.
const parsedAt = seconds();
let lines = 0;
for await (const line of linesOf(file)) lines += Object.keys(JSON.parse(line) as object).length > 0 ? 1 : 0;
const jsonSeconds = seconds() - parsedAt;
process.stdout.write(
  JSON.stringify({ seconds: round(took), jsonSeconds: round(jsonSeconds), peakMb, alerts: read.alerts, outcomes, lines }),
);

/** Of the processor, all threads, as one core's time. */
function seconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
