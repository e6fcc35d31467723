import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageService } from '../../scripts/package-service.ts';
import { grantsOf, resourcesOf } from '../../scripts/template.ts';
import type { Statement, Template } from '../../scripts/template.ts';
import { functionNames } from '../../scripts/wiring-file.ts';
import { reproducibleZip } from '../../scripts/zip.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A folder of its own, gone at the end. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-deploy-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs the real `serverless package` on the real serverless.yml in a folder of its own. What is in the bundles does not matter to the
 * template, so they are empty.
 */
export async function packagedTemplate(stage: string): Promise<Template> {
  return inTemporaryFolder(async (folder) => {
    for (const file of ['serverless.yml', 'package.json']) cpSync(join(ROOT, file), join(folder, file));
    for (const link of ['scripts', 'node_modules']) symlinkSync(join(ROOT, link), join(folder, link));
    mkdirSync(join(folder, '.build'));
    const zip = reproducibleZip({ 'index.mjs': Buffer.from('export const handler = () => {};') });
    for (const name of functionNames(ROOT)) writeFileSync(join(folder, '.build', `${name}.zip`), zip);
    return packageService({ root: folder, stage, outDir: '.serverless' });
  });
}

/** What the role of a function allows. @param name as in logical ids: `Decider`. */
export function grantsTo(template: Template, name: string): readonly Statement[] {
  const role = resourcesOf(template, 'AWS::IAM::Role').find(({ id }) => id === `${name}IamRoleLambdaExecution`);
  if (role === undefined) throw new Error(`no role for ${name}`);
  return grantsOf(role);
}
