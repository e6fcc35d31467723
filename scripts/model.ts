import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CHECKS, QUICK_CHECKS, type Check } from './model/checks.ts';
import { BROKEN } from './model/rules.ts';
import { runCheck, type Outcome } from './model/spin.ts';
import { renderStory } from './model/story.ts';

const HELP = `npm run model -- [options] [check …]

Checks model/failover.pml, the protocol around the one call to a provider, with spin: every interleaving of workers that die, sleep and wake
up late, and of requests that are still on their way when their owner is dead. Then drops its rules one by one, and shows what goes wrong.

  --quick       two workers only: seconds instead of minutes
  --list        the checks and the rules by name
  --json        print the outcomes for machines
  --help        print this

With names, only these checks: \`npm run model -- endAsSeen\`. Needs Debian's packages spin and build-essential.
Exits with 1 when anything is not as it must be, and with 2 when it cannot be checked.`;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.list) {
    console.log(values.help ? HELP : listed());
    return 0;
  }
  const checks = chosen(positionals, values.quick);
  const outcomes = await runAll(checks, values.json ? () => {} : (outcome) => console.log(told(outcome)));
  if (values.json) console.log(JSON.stringify(outcomes, undefined, 2));
  return outcomes.every(({ ok }) => ok) ? 0 : 1;
}

function chosen(names: readonly string[], quick: boolean): readonly Check[] {
  const unknown = names.filter((name) => CHECKS.every((check) => check.name !== name));
  if (unknown.length > 0) throw new Error(`no such check: ${unknown.join(', ')}. They are:\n${listed()}`);
  if (names.length > 0) return CHECKS.filter(({ name }) => names.includes(name));
  return quick ? QUICK_CHECKS : CHECKS;
}

function listed(): string {
  return CHECKS.map(({ name, rule, says }) => `  ${name.padEnd(14)}${rule?.says ?? says}`).join('\n');
}

/** As many at once as there are cores; told in their order. */
async function runAll(checks: readonly Check[], tell: (outcome: Outcome) => void): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...checks.entries()];
  let toldUpTo = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, check] = next;
      outcomes[index] = await runCheck(check, progressOf(check));
      for (let outcome = outcomes[toldUpTo]; outcome !== undefined; outcome = outcomes[toldUpTo]) {
        tell(outcome);
        toldUpTo += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), checks.length) }, worker));
  return outcomes;
}

function progressOf({ name, large }: Check): (states: number, seconds: number) => void {
  if (large !== true) return () => {};
  return (states, seconds) => {
    process.stderr.write(`  … ${name}: ${(states / 1e6).toFixed(0)} million states after ${seconds.toFixed(0)} s\n`);
  };
}

function told({ check, ok, found, story, ...figures }: Outcome): string {
  const head = `${ok ? '✔' : '✖'} ${check.name}: ${check.says}`;
  const size = `    ${found}; ${figures.states.toLocaleString('en')} states, ${(figures.ms / 1_000).toFixed(1)} s`;
  const memory = check.wants === 'broken' ? '' : `, depth ${String(figures.depth)}, ${figures.memoryMiB.toFixed(0)} MiB`;
  if (story.length === 0) return `${head}\n${size}${memory}`;
  const end = check.property === undefined ? found : BROKEN[check.property];
  return `${head}\n${size}${memory}\n${renderStory(story)}\n      → ${end}`;
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  });
}
