import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { batch, type Batches } from './batches.ts';
import type { Row } from './row.ts';

const ALERTS = 1_000_000;
/** A month: 40,000 notifications of 25 alerts each, about 40 databases. */
const BATCHES: Batches = { targets: 40, alertsPerBatch: 25, startMs: Date.UTC(2026, 9, 1), stepMs: 66_000 };

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
  readonly alerts: number;
  readonly outcomes: number;
  readonly jsonSeconds: number;
}

/** A month's million alerts from a file, line by line, in a process of its own, so that its memory is its own. */
export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  try {
    const file = join(folder, 'history.ndjson');
    await write(file);
    const { seconds, peakMb, alerts, outcomes, jsonSeconds } = await replayed(file);
    if (alerts !== ALERTS || outcomes === 0) throw new Error(`replayed ${String(alerts)} alerts with ${String(outcomes)} outcomes`);
    const against = 'reading the lines and JSON.parse';
    return [
      { name: 'backtest of 1,000,000 alerts', value: seconds, unit: 's', ratio: seconds / jsonSeconds, against, goal: 'at most 20' },
      { name: 'its memory at most', value: peakMb, unit: 'MB', goal: 'at most 300' },
      { name: 'alerts replayed', value: Math.round(alerts / seconds), unit: 'alerts/s' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(file: string): Promise<void> {
  const stream = createWriteStream(file);
  for (let number = 0; number < ALERTS / BATCHES.alertsPerBatch; number += 1) {
    const { atMs, body } = batch(number, BATCHES);
    if (!stream.write(`{"receivedAt":"${new Date(atMs).toISOString()}",${body.slice(1)}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

async function replayed(file: string): Promise<Measured> {
  const program = join(import.meta.dirname, 'replay-file.ts');
  const child = spawn(process.execPath, [program, file, String(BATCHES.targets)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const [out, [code]] = await Promise.all([text(child.stdout), exited]);
  if (code !== 0) throw new Error(`the replay ended with ${String(code)}`);
  return JSON.parse(out) as Measured;
}
