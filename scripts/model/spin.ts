import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from './checks.ts';
import { storyOf, type StoryLine } from './story.ts';

export const MODEL = fileURLToPath(new URL('../../model/failover.pml', import.meta.url));
const FILE = 'failover.pml';

/** Far more than the model needs: reaching one of them is a fault, never a pass. */
const DEPTH_MAX = 1_000_000;
const MEMORY_MAX_MIB = 8_000;

export interface Outcome {
  readonly check: Check;
  /** As the check wants it. */
  readonly ok: boolean;
  /** What the checker said, in a line. */
  readonly found: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly memoryMiB: number;
  readonly ms: number;
  /** The shortest counter-example; empty when nothing broke. */
  readonly story: readonly StoryLine[];
}

export class ToolMissingError extends Error {
  override readonly name = 'ToolMissingError';
}

/** How far a long search has come. */
export type Progress = (states: number, seconds: number) => void;

/**
 * Compiles the model with the check's defines, and searches every state.
 *
 * @throws {ToolMissingError} when spin or a C compiler is not there.
 * @throws {Error} when the model does not compile.
 */
export async function runCheck(check: Check, progress: Progress = () => {}): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-model-'));
  try {
    await copyFile(MODEL, join(folder, FILE));
    return await search(check, folder, progress);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function search(check: Check, folder: string, progress: Progress): Promise<Outcome> {
  const startedAtMs = Date.now();
  const defines = check.defines.map((define) => `-D${define}`);
  await must(folder, 'spin', ['-a', ...defines, FILE]);
  await must(folder, 'cc', ['-w', '-o', 'pan', ...compilerFlags(check), `-DMEMLIM=${String(MEMORY_MAX_MIB)}`, 'pan.c']);
  const said = await run(
    folder,
    './pan',
    [`-m${String(DEPTH_MAX)}`, ...(check.wants === 'ends' ? ['-l'] : []), ...(check.large === true ? ['-w26'] : [])],
    (text) => tellProgress(text, progress),
  );
  const replay = /pan: wrote/.test(said) ? await run(folder, 'spin', ['-t', ...defines, FILE]) : '';
  return { ...judged(check, said, storyOf(replay)), ms: Date.now() - startedAtMs };
}

/** A counter-example is searched breadth first, so that it is the shortest. Only a long search is worth the optimiser’s seconds. */
function compilerFlags({ wants, large }: Check): readonly string[] {
  if (wants === 'broken') return ['-O0', '-DSAFETY', '-DBFS'];
  if (wants === 'ends') return ['-O0', '-DNP'];
  return large === true ? ['-O2', '-DSAFETY', '-DCOLLAPSE'] : ['-O0', '-DSAFETY'];
}

function judged(check: Check, said: string, story: readonly StoryLine[]): Omit<Outcome, 'ms'> {
  const fault = /^pan:1: (.+?) \(at depth/m.exec(said)?.[1];
  const complete = /errors: 0$/m.test(said) && !said.includes('Search not completed');
  const found = fault ?? (complete ? 'every state was seen' : 'the search was not completed');
  return {
    check,
    ok: check.wants === 'broken' ? fault?.startsWith('assertion violated') === true && story.length > 0 : complete,
    found,
    states: numberIn(said, /(\d+) states, stored/),
    transitions: numberIn(said, /(\d+) transitions/),
    depth: numberIn(said, /depth reached (\d+)/),
    memoryMiB: numberIn(said, /([\d.]+)\s+total actual memory usage/),
    story,
  };
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function tellProgress(text: string, progress: Progress): void {
  for (const [, states, seconds] of text.matchAll(/States=\s*(\S+).*?t=\s*(\S+)/g)) progress(Number(states), Number(seconds));
}

async function must(folder: string, command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await start(folder, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
}

async function run(folder: string, command: string, args: readonly string[], heard?: (text: string) => void): Promise<string> {
  return (await start(folder, command, args, heard)).output;
}

const PACKAGES: Readonly<Record<string, string>> = { spin: 'spin', cc: 'build-essential' };

function start(
  folder: string,
  command: string,
  args: readonly string[],
  heard: (text: string) => void = () => {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        heard(text);
      });
    }
    child.once('error', (error: NodeJS.ErrnoException) => failed(error.code === 'ENOENT' ? missing(command) : error));
    child.once('close', (code) => done({ code, output }));
  });
}

function missing(command: string): ToolMissingError {
  const name = PACKAGES[command] ?? command;
  return new ToolMissingError(
    `the model checker needs \`${command}\`, which is not on the PATH. On Debian or Ubuntu: apt-get install ${name}`,
  );
}
