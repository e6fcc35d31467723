import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Config } from '../lib/config/config.ts';
import { formatFault } from '../lib/config/faults.ts';
import { loadConfig } from '../lib/config/load.ts';

export interface ConfigurationFile {
  readonly root: string;
  readonly stage: string;
  /** Relative to `root`, or absolute. Default: `understudy.yml`. */
  readonly file?: string;
}

/** @throws {Error} with every fault of the file, one a line. */
export function readConfiguration({ root, stage, file = 'understudy.yml' }: ConfigurationFile): Config {
  const path = resolve(root, file);
  const loaded = loadConfig(readFileSync(path, 'utf8'), { stage });
  if (loaded.ok) return loaded.config;
  throw new Error(loaded.faults.map((fault) => formatFault(fault, relative(root, path))).join('\n'));
}
