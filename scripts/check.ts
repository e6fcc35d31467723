import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outdated } from './generated.ts';
import { layoutFindings, readTree } from './layout.ts';

const HELP = `npm run check -- [options]

Types (tsc), lint (oxlint, with types), format (oxfmt), layout (house rules no linter knows: scripts/layout) and generated texts. Tells
every fault, not the first.

  --fix   let the formatter and the linter mend what they can, then check
  --help  print this

Exits with 1 when anything is wrong.`;

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  readonly ms: number;
}

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { fix: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.fix) await mend();
  const outcomes = await Promise.all([
    tool('types', 'tsc', ['-p', '.', '--pretty', 'false']),
    tool('lint', 'oxlint', ['--type-aware', '--deny-warnings', '--format', 'unix', '.']),
    tool('format', 'oxfmt', ['--list-different', '.']),
    layout(),
    generated(),
  ]);
  for (const outcome of outcomes) tell(outcome);
  return outcomes.every(({ ok }) => ok) ? 0 : 1;
}

async function mend(): Promise<void> {
  await tool('lint', 'oxlint', ['--fix', '.']);
  await tool('format', 'oxfmt', ['.']);
}

function layout(): Promise<Outcome> {
  return judged('layout', () => layoutFindings(readTree(process.cwd())).map(({ path, fault }) => `${path}: ${fault}`));
}

function generated(): Promise<Outcome> {
  return judged('generated', () => outdated(process.cwd()).map(({ path }) => `${path}: is not as its code says; npm run generate`));
}

async function judged(name: string, judge: () => readonly string[]): Promise<Outcome> {
  const startedAtMs = Date.now();
  const faults = judge();
  return { name, ok: faults.length === 0, output: faults.join('\n'), ms: Date.now() - startedAtMs };
}

function tell({ name, ok, output, ms }: Outcome): void {
  console.log(`${ok ? '✔' : '✖'} ${name} (${(ms / 1000).toFixed(1)} s)`);
  if (!ok) console.log(output.trim().replaceAll(/^/gm, '    '));
}

function tool(name: string, command: string, args: readonly string[]): Promise<Outcome> {
  const startedAtMs = Date.now();
  return new Promise((done) => {
    const child = spawn(join('node_modules', '.bin', command), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => {
      done({ name, ok: false, output: `${error.message}: run npm ci first`, ms: Date.now() - startedAtMs });
    });
    child.once('close', (code) => {
      done({ name, ok: code === 0, output: Buffer.concat(chunks).toString(), ms: Date.now() - startedAtMs });
    });
  });
}

process.exitCode = await main(process.argv.slice(2));
