import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_STAGE } from '../lib/config/load.ts';
import { sizeTable } from './build.ts';
import { buildFunctions, overweight } from './bundle.ts';
import type { BuiltFunction } from './bundle.ts';
import { lintTemplate } from './cloudformation-lint.ts';
import { readConfiguration } from './configuration.ts';
import { deployFindings } from './deploy-rules/index.ts';
import { lockFaults, readLockFile } from './lock-file.ts';
import { packageService } from './package-service.ts';
import { sbomOf } from './sbom.ts';
import type { Product } from './sbom.ts';
import type { Finding } from './template.ts';

const SBOM = 'sbom.cdx.json';

const HELP = `npm run package -- [options]

Makes the deployable package, offline and without credentials: bundles the functions, compiles serverless.yml to CloudFormation, and checks
the result against AWS's specification and against our own rules (no alert lost silently, least privilege, encryption, alarms). Beside it
lies ${SBOM}: every npm package whose code is in a bundle.

  --stage NAME  the stage to package for (default: dev)
  --out DIR     write the package there instead of .serverless
  --help        print this

Afterwards: npx serverless deploy --package .serverless --stage NAME
Exits with 1 when anything is wrong; every fault is told.`;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: { type: 'string', default: DEFAULT_STAGE },
      out: { type: 'string', default: '.serverless' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { stage, out } = values;
  const root = process.cwd();
  console.log(`Bundling the functions for stage ${stage}`);
  // serverless.yml takes the bundles from there.
  const built = await buildFunctions({ root, stage, outDir: '.build' });
  console.log(sizeTable(built));
  console.log('Compiling serverless.yml to CloudFormation');
  const template = await packageService({ root, stage, outDir: out });
  console.log(`  ${String(Object.keys(template.Resources).length)} resources in ${out}`);
  const libraries = await writeSbom(root, resolve(root, out, SBOM), built);
  console.log(`  ${String(libraries)} npm packages in the bundles, listed in ${join(out, SBOM)}`);
  const tooHeavy = overweight(built);
  const results = [
    told('Lock file', lockFaults(readLockFile(root))),
    told('Sizes of the bundles', tooHeavy === undefined ? [] : [tooHeavy]),
    told("AWS's specification", (await lintTemplate(template)).map(line)),
    told('Rules of deployment', deployFindings(template, readConfiguration({ root, stage })).map(line)),
  ];
  return results.every(Boolean) ? 0 : 1;
}

/** @returns how many npm packages it lists. */
async function writeSbom(root: string, path: string, built: readonly BuiltFunction[]): Promise<number> {
  const product = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Product;
  const sbom = sbomOf(product, built, readLockFile(root));
  await writeFile(path, `${JSON.stringify(sbom, undefined, 2)}\n`);
  return sbom.components.filter(({ type }) => type === 'library').length;
}

function line({ path, fault }: Finding): string {
  return `${path} ${fault}`;
}

function told(what: string, faults: readonly string[]): boolean {
  console.log(`${faults.length === 0 ? '✔' : '✖'} ${what}`);
  for (const fault of faults) console.log(`    ${fault}`);
  return faults.length === 0;
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
}
