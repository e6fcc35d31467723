import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TargetSummary } from '../../local/summary.ts';
import { ROOT } from './lost-reply.ts';
import { until } from './until.ts';

interface Run {
  readonly lines: Record<string, unknown>[];
  readonly exited: Promise<number | null>;
  /** What it said, for people: why it ended as it did. */
  story(): string;
  kill(): void;
}

/** The main job as a user runs it, with output for machines. */
function start(args: readonly string[]): Run {
  const child = spawn(process.execPath, ['local/start.ts', '--json', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('{')) lines.push(JSON.parse(part) as Record<string, unknown>);
  });
  let noise = '';
  child.stderr.on('data', (chunk: Buffer) => (noise += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const story = (): string => [...lines.map(told), noise].join('\n');
  return { lines, exited, story, kill: () => child.kill('SIGKILL') };
}

function told(line: Record<string, unknown>): string {
  const { atMs, who, what } = (line['line'] ?? {}) as { atMs?: number; who?: string; what?: string };
  return atMs === undefined ? JSON.stringify(line) : `${new Date(atMs).toISOString()} ${String(who)}: ${String(what)}`;
}

interface End {
  readonly summary: readonly TargetSummary[];
  readonly ok: boolean;
}
const endOf = ({ lines }: Run): End | undefined => lines.find((line) => 'summary' in line) as End | undefined;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  it.each([
    ['every message once', []],
    ['every message twice', ['--duplicate-everything']],
  ])(
    'promotes both databases exactly once and tells people: %s',
    async (_name, args) => {
      const run = start(args);
      const code = await run.exited;
      expect(code, run.story()).toBe(0);
      const end = endOf(run);
      expect(end?.ok).toBe(true);
      expect(end?.summary.map(({ targetId, state, promotions }) => [targetId, state, promotions])).toEqual([
        ['orders-gaussdb', 'succeeded', 1],
        ['payments-polardb', 'succeeded', 1],
      ]);
      for (const target of end?.summary ?? []) {
        expect(target.noticesDelivered).toBe(2);
        expect(target.costBeforeCall.writes).toBeGreaterThan(0);
      }
    },
    240_000,
  );

  it.each([
    // Before the acceptance is on record the quiet time would hold for minutes: that moment is for the scenarios on virtual time.
    ['in the middle of a failover', 'poller', /^orders-gaussdb: .* %$/],
    ['when people were told of one, and the other runs', 'ops-slack', /^told: payments-polardb: promoted/],
  ])(
    'goes on after a SIGKILL of the whole host, %s: one promotion of each, told once',
    async (_when, who, what) => {
      const folder = mkdtempSync(join(tmpdir(), 'understudy-kill-'));
      folders.push(folder);
      const first = start(['--data', folder]);
      const reached = (): boolean =>
        first.lines.some(({ line }) => {
          const said = line as { who?: string; what?: string } | undefined;
          return said?.who === who && what.test(said.what ?? '');
        });
      await until(`${who} says ${what}`, reached, 60_000);
      first.kill();
      await first.exited;
      expect(endOf(first)).toBeUndefined();
      const second = start(['--data', folder, '--timeout', '150']);
      const code = await second.exited;
      const ends = endOf(second)?.summary.map(({ state, promotions, noticesDelivered }) => [state, promotions, noticesDelivered]);
      expect(ends, second.story()).toEqual([
        ['succeeded', 1, 2],
        ['succeeded', 1, 2],
      ]);
      expect(code).toBe(0);
    },
    260_000,
  );
});
