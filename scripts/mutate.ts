import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { between } from './generated.ts';
import { COUNTS_BEGIN, COUNTS_END, MUTATION_DOC, renderCounts, type MutationReport } from './mutation/counts.ts';

const HELP = `npm run mutate -- [options]

Bends the code that decides (stryker.config.json), one place at a time, and runs the stories of that place: a bend that no story notices
is told, and the exit code is 1. What has not changed since the last run is taken over from it.

  --only PATTERN     these files only
  --workers N        at the same time; default: 2
  --page             everything anew, nothing taken over, and the counts into ${MUTATION_DOC}
  --help             print this`;

const REPORT = 'reports/mutation/mutation.json';

/** @returns the exit code. */
function main(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      workers: { type: 'string', default: '2' },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.page && values.only !== undefined) {
    console.error(`The page is of all files.\n\n${HELP}`);
    return 2;
  }
  const chosen = values.only === undefined ? [] : ['--mutate', values.only];
  const begunAtMs = Date.now();
  const { status } = spawnSync(
    join('node_modules', '.bin', 'stryker'),
    ['run', '--concurrency', values.workers, ...chosen, ...(values.page ? ['--force'] : [])],
    {
      stdio: 'inherit',
    },
  );
  if (status === 0 && values.page) writePage((Date.now() - begunAtMs) / 60_000, Number(values.workers));
  return status ?? 1;
}

function writePage(minutes: number, workers: number): void {
  const report = JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport;
  const counts = renderCounts(report, { minutes, workers });
  writeFileSync(MUTATION_DOC, between(readFileSync(MUTATION_DOC, 'utf8'), COUNTS_BEGIN, COUNTS_END, counts));
  console.log(`${MUTATION_DOC} written`);
}

process.exitCode = main(process.argv.slice(2));
