import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where each function's unpacked package lies: `<dir>/<key>/index.mjs`, with the compiled configuration beside it. */
export interface FunctionCode {
  readonly dir: string;
  remove(): Promise<void>;
}
export interface CodeOptions {
  readonly root: string;
  readonly keys: readonly string[];
  /** The compiled configuration, written as `understudy.json`. */
  readonly configJson: unknown;
  /** Bundles that were built before; absent: they are built now. */
  readonly functionsDir?: string;
}

/** Each cloud has a folder of its own, so that many with different configurations can run at once. */
export async function unpackFunctions(options: CodeOptions): Promise<FunctionCode> {
  const dir = await mkdtemp(join(tmpdir(), 'understudy-tasks-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    await fill(dir, options);
  } catch (error) {
    await remove();
    throw error;
  }
  return { dir, remove };
}

async function fill(dir: string, { root, keys, configJson, functionsDir }: CodeOptions): Promise<void> {
  if (functionsDir === undefined) await build(root, dir, keys);
  else await Promise.all(keys.map((key) => cp(join(resolve(root, functionsDir), key), join(dir, key), { recursive: true })));
  const configuration = `${JSON.stringify(configJson)}\n`;
  await Promise.all(keys.map((key) => writeFile(join(dir, key, 'understudy.json'), configuration)));
}

/** The bundles that are deployed, byte for byte. The bundler is loaded only when it is needed. */
async function build(root: string, outDir: string, names: readonly string[]): Promise<void> {
  const { buildFunctions } = await import('../scripts/build.ts');
  await buildFunctions({ root, outDir, names });
}
