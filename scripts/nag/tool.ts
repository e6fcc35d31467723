import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NagReport } from './judge.ts';

const run = promisify(execFile);
const FILES = ['package.json', 'package-lock.json', '.npmrc', 'nag.mjs'];
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The folder with cdk-nag installed from its own lock file; installed there the first time, and again when any of its files changes. It
 * weighs 190 MB, which nobody should have to install in order to test.
 *
 * @throws {Error} when npm cannot install it.
 */
export async function nagFolder(root: string, tell: (line: string) => void): Promise<string> {
  const source = join(root, 'tools', 'nag');
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(await readFile(join(source, file)));
  const cache = join(root, 'node_modules', '.cache');
  const folder = join(cache, `nag-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  tell('Installing cdk-nag into node_modules/.cache (190 MB, once)');
  // Made elsewhere and moved when it is whole, so that a broken installation is never found.
  const growing = join(cache, randomUUID());
  try {
    await mkdir(growing, { recursive: true });
    for (const file of FILES) await cp(join(source, file), join(growing, file));
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: growing });
    for (const old of await readdir(cache)) if (old.startsWith('nag-')) await rm(join(cache, old), { recursive: true });
    await rename(growing, folder);
  } finally {
    await rm(growing, { recursive: true, force: true });
  }
  return folder;
}

/** @throws {Error} when the template cannot be read as one. */
export async function runNag(folder: string, template: string): Promise<NagReport> {
  const { stdout } = await run(process.execPath, [join(folder, 'nag.mjs'), template], { maxBuffer: OUTPUT_BYTES_MAX });
  return JSON.parse(stdout) as NagReport;
}
