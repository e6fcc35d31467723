import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Template } from './template.ts';

export interface PackageOptions {
  /** The folder with serverless.yml. */
  readonly root: string;
  readonly stage: string;
  /** Where the package goes, relative to `root` or absolute; it is ready for `serverless deploy --package`. */
  readonly outDir: string;
}

/**
 * Runs `serverless package`, which needs neither credentials nor a network, and reads what it made. The bundles must be there.
 *
 * @throws {Error} with the framework's own words.
 */
export async function packageService({ root, stage, outDir }: PackageOptions): Promise<Template> {
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const { code, output } = await run([serverless, 'package', '--stage', stage, '--package', outDir], root);
  if (code !== 0) throw new Error(`serverless package failed:\n${output}`);
  return JSON.parse(await readFile(resolve(root, outDir, 'cloudformation-template-update-stack.json'), 'utf8')) as Template;
}

async function run(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      done({ code, output: Buffer.concat(chunks).toString() });
    });
  });
}
