import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { CloudEvent, CloudOptions, LogEntry } from '../../local/cloud.ts';
import { eventually, FIXTURES, fixtureFunctions, temporaryFolder } from './fixture-cloud.ts';
import type { InvokedLine } from './fixture-cloud.ts';

export interface Started {
  readonly sqs: string;
  readonly jobsUrl: string;
  readonly dynamodb: string;
  readonly lambda: string;
  readonly table: string;
}
export interface Host {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly started: Started;
  readonly events: () => readonly CloudEvent[];
  readonly invocations: () => readonly InvokedLine[];
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
}
interface Message {
  readonly started?: Started;
  readonly failed?: string;
  readonly log?: LogEntry;
  readonly event?: CloudEvent;
}

/** @throws {Error} with what the host said when it could not start. */
export async function startHost(only: readonly string[], options: Partial<CloudOptions>, shellPrefix = ''): Promise<Host> {
  const functionsDir = await fixtureFunctions(only, await temporaryFolder());
  const argument = JSON.stringify({ root: FIXTURES, functionsDir, only, configJson: {}, ...options });
  const command = `${shellPrefix} exec "$0" "$1" "$2"`;
  const child = spawn('/bin/sh', ['-c', command, process.execPath, join(FIXTURES, 'host.ts'), argument], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const messages: Message[] = [];
  let noise = '';
  let closed = false;
  child.stderr.on('data', (chunk: Buffer) => (noise += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => messages.push(JSON.parse(line) as Message));
  child.on('close', () => (closed = true));
  onTestFinished(() => void child.kill('SIGKILL'));
  const first = await eventually(
    'the host to start',
    () => messages.find(({ started, failed }) => started !== undefined || failed !== undefined) ?? (closed && { failed: noise }),
  );
  if (first.started === undefined) throw new Error(first.failed);
  return {
    child,
    pid: child.pid ?? 0,
    started: first.started,
    events: () => messages.flatMap(({ event }) => event ?? []),
    invocations: () =>
      messages.flatMap(({ log }) => ((log?.line as { event?: string } | undefined)?.event === 'invoked' ? [log?.line as InvokedLine] : [])),
    kill: async (signal) => {
      child.kill(signal);
      await eventually('the host to end', () => closed);
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
