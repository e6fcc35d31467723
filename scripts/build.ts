import { parseArgs } from 'node:util';
import { DEFAULT_STAGE } from '../lib/config/load.ts';
import { buildFunctions, kib, overweight } from './bundle.ts';
import type { BuiltFunction } from './bundle.ts';

export { buildFunctions } from './bundle.ts';

const HELP = `npm run build -- [options] [function …]

Bundles the functions of serverless.yml (or those named) into .build/<name>/ and .build/<name>.zip, each with the compiled understudy.yml.

  --out DIR     write there instead of .build
  --stage NAME  the stage that references to secrets name (default: dev)
  --json        print the sizes for machines
  --help        print this

Exits with 1 when something cannot be built or a bundle is over its limit.`;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string', default: '.build' },
      stage: { type: 'string', default: DEFAULT_STAGE },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const built = await buildFunctions({ outDir: values.out, stage: values.stage, ...(positionals.length > 0 && { names: positionals }) });
  console.log(values.json ? JSON.stringify(built, undefined, 2) : sizeTable(built));
  const fault = overweight(built);
  if (fault !== undefined) console.error(`\n${fault}`);
  return fault === undefined ? 0 : 1;
}

export function sizeTable(built: readonly BuiltFunction[]): string {
  const head = `  ${'function'.padEnd(10)}${'minified'.padStart(12)}${'gzip'.padStart(12)}${'zip'.padStart(12)}  sha256 of the zip`;
  const rows = built.map(
    (each) =>
      `  ${each.name.padEnd(10)}${[each.bytes, each.gzipBytes, each.zipBytes].map((bytes) => kib(bytes).padStart(12)).join('')}  ${each.sha256.slice(0, 16)}…`,
  );
  return [head, ...rows].join('\n');
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
}
