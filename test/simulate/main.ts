import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { expectedCounts } from './expected.ts';
import { scriptOf } from './generate.ts';
import { INVARIANTS } from './invariants.ts';
import { mutantNamed, MUTANTS } from './mutants.ts';
import { NO_MUTANT } from './mutant.ts';
import { findMutants, renderMutants } from './mutant-table.ts';
import { play } from './play.ts';
import { playInThreads, type Joined } from './range.ts';
import { renderTraces, traces } from './trace-table.ts';
import { shrink } from './shrink.ts';
import { storyOf } from './story.ts';

const HELP = `npm run simulate -- [options]

Plays histories of the whole system on virtual time: the real steps, store code and providers against simulated clouds, queues and table,
with everything going wrong that a seed thinks of; then it heals, and has to end. What must hold is checked after every event.

  --histories N   how many (default 1000); the seeds are S to S+N-1
  --seed S        the first seed (default 1)
  --jobs J        threads (default: one a processor)
  --mutant NAME   with a planted bug; ends at the first history that shows it
  --mutants       finds every planted bug and writes docs/generated/mutants.md
  --traces        hashes of some histories' traces, into docs/generated/traces.md
  --replay SEED   tells one history from beginning to end
  --json          figures as JSON
  --help          print this

Progress goes to stderr. Exit code 0: every invariant held. 1: one did not (with --mutant: it was found). 2: the call was wrong.

Planted bugs: ${MUTANTS.map(({ name }) => name).join(', ')}`;

/** In fewer histories the rarest things need not happen. */
const LARGE = 100_000;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      histories: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
      traces: { type: 'boolean', default: false },
      replay: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return told(HELP, 0);
  if (values.mutant !== undefined) mutantNamed(values.mutant);
  if (values.replay !== undefined) return replay(whole('--replay', values.replay), values.mutant);
  if (values.mutants) return writeMutants();
  if (values.traces) return writeTraces();
  const order = {
    fromSeed: whole('--seed', values.seed),
    histories: whole('--histories', values.histories),
    ...(values.mutant === undefined ? {} : { mutant: values.mutant, untilBroken: true }),
  };
  const joined = await playInThreads(order, Math.max(1, whole('--jobs', values.jobs)), (done) => progress(done, order.histories));
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(values.json ? JSON.stringify(joined, undefined, 2) : figures(joined));
  const [first] = joined.broken.toSorted((a, b) => a.seed - b.seed);
  if (first === undefined) return 0;
  await tellShortest(first.seed, values.mutant);
  return 1;
}

function told(text: string, code: number): number {
  console.log(text);
  return code;
}

/** @throws {RangeError} */
function whole(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new RangeError(`${name} takes a whole number, not "${text}"`);
  return Number(text);
}

/** On a terminal one line that grows; in a file a line at each tenth. */
function progress(done: number, of: number): void {
  const { stderr } = process;
  if (stderr.isTTY) stderr.write(`\r${done} of ${of} histories`);
  else if (Math.floor((10 * done) / of) > tenths) stderr.write(`${done} of ${of} histories\n`);
  tenths = Math.floor((10 * done) / of);
}
let tenths = 0;

async function replay(seed: number, mutant: string | undefined): Promise<number> {
  const played = await play(scriptOf(seed), mutant === undefined ? NO_MUTANT : mutantNamed(mutant));
  console.log(storyOf(played));
  console.log(`\nseed ${seed}: ${played.events} events, ${played.faults} faults, trace ${played.hash}`);
  for (const { invariant, target, what } of played.violations) console.log(`✖ ${invariant} (${INVARIANTS[invariant]}) ${target}: ${what}`);
  return played.violations.length === 0 ? 0 : 1;
}

async function tellShortest(seed: number, mutant: string | undefined): Promise<void> {
  process.stderr.write(`looking for the shortest history that still shows what seed ${seed} shows …\n`);
  const { played, tries } = await shrink(scriptOf(seed), mutant === undefined ? NO_MUTANT : mutantNamed(mutant));
  console.log(`\nThe shortest history found (of ${tries} tries), from seed ${seed}:\n\n${storyOf(played)}`);
}

const MUTANTS_WITHIN = 10_000;

async function writeMutants(): Promise<number> {
  const found = await findMutants(MUTANTS_WITHIN, ({ name, histories, invariant }) =>
    process.stderr.write(`${name}: ${histories === undefined ? 'NOT FOUND' : `${histories}, ${invariant}`}\n`),
  );
  await writeFile(new URL('../../docs/generated/mutants.md', import.meta.url), renderMutants(found));
  return found.every(({ histories }) => histories !== undefined) ? 0 : 1;
}

async function writeTraces(): Promise<number> {
  await writeFile(new URL('../../docs/generated/traces.md', import.meta.url), renderTraces(await traces()));
  return 0;
}

function figures(joined: Joined): string {
  const { histories, events, faults, wallMs, jobs, simulatedMs, counts, broken, hash } = joined;
  const each = (sum: number): string => (sum / Math.max(1, histories)).toFixed(1);
  const missing = expectedCounts().filter((name) => counts[name] === undefined);
  return [
    ...Object.entries(counts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${String(count).padStart(9)}  ${name}`),
    '',
    ...broken.slice(0, 20).map(({ seed, violations: [first] }) => `✖ seed ${seed}: ${first?.invariant} ${first?.target}: ${first?.what}`),
    ...(histories >= LARGE ? missing.map((name) => `✖ never: ${name}`) : []),
    `${histories} histories, ${events} events (${each(events)} each), ${faults} faults (${each(faults)} each), ${broken.length} broken`,
    `trace ${hash}`,
    `${(wallMs / 1_000).toFixed(1)} s on ${jobs} threads: ${((1_000 * histories) / wallMs).toFixed(0)} histories/s, time × ${Math.round(simulatedMs / wallMs)}`,
  ].join('\n');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const wrong = error instanceof RangeError || (error instanceof TypeError && 'code' in error) ? error.message : undefined;
  console.error(wrong === undefined ? error : `${wrong}\nSee --help.`);
  process.exitCode = 2;
}
