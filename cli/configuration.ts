import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Config } from '../lib/config/config.ts';
import { formatFault } from '../lib/config/faults.ts';
import { loadConfig } from '../lib/config/load.ts';
import { UsageError, type Context } from './command.ts';

const DEFAULT_FILE = 'understudy.yml';

/** The file as given; otherwise understudy.yml here, or the project's own. @returns an absolute path. */
export function configurationPath(context: Pick<Context, 'cwd' | 'root'>, file?: string): string {
  if (file !== undefined) return resolve(context.cwd, file);
  const here = resolve(context.cwd, DEFAULT_FILE);
  return existsSync(here) ? here : join(context.root, DEFAULT_FILE);
}

/** As people see it: relative where that is shorter. */
export function shownPath(context: Pick<Context, 'cwd'>, path: string): string {
  const near = relative(context.cwd, path);
  return near.startsWith('..') ? path : near;
}

/** @throws {UsageError} when there is no such file. */
export async function readText(context: Pick<Context, 'cwd'>, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${shownPath(context, path)} could not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`, {
      cause: error,
    });
  }
}

/** @throws {UsageError} with the first fault; `understudy check` tells all. */
export async function readConfiguration(
  context: Pick<Context, 'cwd' | 'root'>,
  options: { readonly file?: string; readonly stage: string },
): Promise<Config> {
  const path = configurationPath(context, options.file);
  const loaded = loadConfig(await readText(context, path), { stage: options.stage });
  if (loaded.ok) return loaded.config;
  const [first] = loaded.faults;
  const told = first === undefined ? '' : formatFault(first, shownPath(context, path));
  throw new UsageError(`${told} (understudy check tells all ${String(loaded.faults.length)} faults.)`);
}
