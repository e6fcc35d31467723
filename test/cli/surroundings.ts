import { resolve } from 'node:path';
import { commands } from '../../cli/commands.ts';
import { runCli, type Surroundings } from '../../cli/run.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const NOW_MS = Date.UTC(2026, 11, 24, 18, 0, 0);

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One run of the command line in this process, with what it wrote. */
export async function run(args: readonly string[], changes: Partial<Surroundings> & { readonly input?: string } = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const { input = '', ...rest } = changes;
  const code = await runCli(args, {
    root: ROOT,
    cwd: ROOT,
    environment: {},
    commands,
    nowMs: () => NOW_MS,
    readInput: async () => await Promise.resolve(input),
    print: (text) => void out.push(text),
    remark: (text) => void err.push(text),
    paint: (_style, text) => text,
    ...rest,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
