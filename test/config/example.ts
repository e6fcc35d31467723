import { readFileSync } from 'node:fs';
import type { Config } from '../../lib/config/config.ts';
import type { Fault } from '../../lib/config/faults.ts';
import { loadConfig, type LoadOptions } from '../../lib/config/load.ts';

/** The example that runs, with a few words changed: most tests begin from it, so that it stays an example that works. */
export const exampleText = readFileSync(new URL('../../understudy.yml', import.meta.url), 'utf8');

export type Change = readonly [from: string | RegExp, to: string];

/** @throws {Error} when a change finds nothing to change, so that no test passes because the example moved on. */
export function exampleWith(...changes: readonly Change[]): string {
  return changes.reduce((text, [from, to]) => {
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`The example holds no ${String(from)}.`);
    return changed;
  }, exampleText);
}

export function faultsOf(text: string, options?: LoadOptions): readonly Fault[] {
  const loaded = loadConfig(text, options);
  return loaded.ok ? [] : loaded.faults;
}

/** @throws {Error} with the faults when there are any. */
export function configOf(text: string, options?: LoadOptions): Config {
  const loaded = loadConfig(text, options);
  if (loaded.ok) return loaded.config;
  throw new Error(JSON.stringify(loaded.faults, undefined, 2));
}
