import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startCloud } from '../../local/cloud.ts';
import type { Cloud, CloudEvent, CloudOptions, LogEntry } from '../../local/cloud.ts';

export const FIXTURES = join(import.meta.dirname, 'fixtures');

/** A folder of bundles for the fixture's functions: `web` echoes, every other does what its messages tell it. */
export async function fixtureFunctions(keys: readonly string[], folder: string): Promise<string> {
  for (const key of keys) {
    await mkdir(join(folder, key), { recursive: true });
    await cp(join(FIXTURES, 'handlers', key === 'web' ? 'echo.mjs' : 'obedient.mjs'), join(folder, key, 'index.mjs'));
  }
  return folder;
}

/** A folder that the test leaves behind empty-handed. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Watched {
  readonly cloud: Cloud;
  readonly logs: readonly LogEntry[];
  readonly events: readonly CloudEvent[];
  /** Log lines of the `invoked` event of one function, in order. */
  readonly invocations: (key: string) => readonly InvokedLine[];
  /** Log lines of the `done` event of one function, in order. */
  readonly finished: (key: string) => readonly { requestId: string; atMs: number }[];
}
export interface InvokedLine {
  readonly invocations: number;
  readonly pid: number;
  readonly requestId: string;
  readonly records?: readonly { messageId: string; body: string; attributes: Record<string, string>; [field: string]: unknown }[];
  readonly atMs: number;
}

/** Starts the fixture's stack with some of its functions; it stops with the test. */
export async function fixtureCloud(only: readonly string[], options: Partial<CloudOptions> = {}): Promise<Watched> {
  const logs: LogEntry[] = [];
  const events: CloudEvent[] = [];
  const functionsDir = await fixtureFunctions(only, await temporaryFolder());
  const cloud = await startCloud({
    root: FIXTURES,
    functionsDir,
    only,
    configJson: { from: 'the test' },
    onLog: (entry) => logs.push(entry),
    onEvent: (event) => events.push(event),
    ...options,
  });
  onTestFinished(() => cloud.stop());
  const lines = <Line>(key: string, event: string): Line[] =>
    logs.flatMap(({ function: name, line }) => (name === key && (line as { event?: string }).event === event ? [line as Line] : []));
  return { cloud, logs, events, invocations: (key) => lines(key, 'invoked'), finished: (key) => lines(key, 'done') };
}

/** Waits until `look` finds something. @throws {Error} with what was being waited for, after the deadline. */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
  withinMs = 15_000,
): Promise<Found> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > untilMs) throw new Error(`waited ${String(withinMs)} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
