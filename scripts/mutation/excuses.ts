import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A mutant that nothing can kill, and the reason, as it stands beside the code. */
export interface Excuse {
  readonly path: string;
  readonly code: string;
  readonly mutators: string;
  readonly reason: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXCUSE = /^\s*\/\/ Stryker disable next-line (?<mutators>[\w,]+): (?<reason>.+)$/;

/** The code that is mutated, as Stryker's own configuration names it. */
export function mutatedFiles(): readonly string[] {
  const { mutate } = JSON.parse(readFileSync(join(ROOT, 'stryker.config.json'), 'utf8')) as { readonly mutate: readonly string[] };
  return mutate.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted();
}

/** @throws an excuse that Stryker would take, and that gives no reason or is not of one line of code. */
export function excuses(): readonly Excuse[] {
  return mutatedFiles().flatMap((path) => excusesIn(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function excusesIn(path: string, text: string): readonly Excuse[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): Excuse[] => {
    if (!line.includes('Stryker disable')) return [];
    const { mutators, reason } = EXCUSE.exec(line)?.groups ?? {};
    if (mutators === undefined || reason === undefined)
      throw new Error(`${path}: ${line.trim()}: expected a mutator, a colon and a reason`);
    return [{ path, code: lines[index + 1]?.trim() ?? '', mutators, reason }];
  });
}

export function renderExcuses(): string {
  const rows = excuses().map(({ path, code, mutators, reason }) => `| ${path} | \`${cell(code)}\` | ${mutators} | ${cell(reason)} |`);
  return ['', '| file | code | mutator | why no test can tell |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
