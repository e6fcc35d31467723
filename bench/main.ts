import { parseArgs } from 'node:util';
import { BENCHES } from './list.ts';
import type { Row } from './row.ts';

const HELP = `npm run bench -- [options]

Measures what is promised, each against something else in the same run: ${BENCHES.map(({ name }) => name).join(', ')}.

  --only NAME  only this one
  --json       the numbers for machines
  --help       print this`;

interface Measured {
  readonly bench: string;
  readonly rows: readonly Row[];
}

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const chosen = BENCHES.filter(({ name }) => name === (values.only ?? name));
  if (chosen.length === 0) {
    console.error(`There is no bench ${String(values.only)}.\n\n${HELP}`);
    return 2;
  }
  const measured: Measured[] = [];
  for (const [index, { name, run }] of chosen.entries()) {
    console.error(`${index + 1} of ${chosen.length}: ${name} …`);
    measured.push({ bench: name, rows: await run() });
  }
  console.log(values.json ? JSON.stringify(measured, undefined, 2) : measured.map(table).join('\n\n'));
  return 0;
}

function table({ bench, rows }: Measured): string {
  const cells = rows.map(({ name, value, unit, ratio, against, goal }) => [
    name,
    `${value.toLocaleString('en-US')} ${unit}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} × ${against ?? ''}`,
    goal === undefined ? '' : `goal: ${goal}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = ([name = '', value = '', ratio = '', goal = '']: readonly string[]): string =>
    `  ${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${ratio.padEnd(widths[2] ?? 0)}  ${goal}`.trimEnd();
  return [bench, ...cells.map(line)].join('\n');
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
