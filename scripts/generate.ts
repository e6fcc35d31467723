import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { GENERATED, outdated } from './generated.ts';
import { MATRIX_DOC, renderMatrixDoc } from './matrix-doc.ts';

const HELP = `npm run generate -- [options]

Writes what is made from code: ${GENERATED.map(({ path }) => path).join(', ')}.

  --check   write nothing; exit with 1 when something is not as it must be
  --matrix  play every fault against every operation as well, and write ${MATRIX_DOC}; a minute or two
  --help    print this`;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      matrix: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const files = [...outdated(process.cwd()), ...(values.matrix ? await outdatedMatrix() : [])];
  for (const { path, text } of files) {
    console.log(`${path} ${values.check ? 'is not as its code says: npm run generate' : 'written'}`);
    if (values.check) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (files.length === 0) console.log('Everything is as its code says.');
  return values.check && files.length > 0 ? 1 : 0;
}

async function outdatedMatrix(): Promise<readonly { path: string; text: string }[]> {
  const text = await renderMatrixDoc((provider) => console.log(`${provider} …`));
  const now = existsSync(MATRIX_DOC) ? readFileSync(MATRIX_DOC, 'utf8') : '';
  return text === now ? [] : [{ path: MATRIX_DOC, text }];
}

process.exitCode = await main(process.argv.slice(2));
