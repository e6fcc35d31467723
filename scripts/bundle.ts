import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { compileConfig } from '../lib/config/compile.ts';
import { DEFAULT_STAGE } from '../lib/config/load.ts';
import { readConfiguration } from './configuration.ts';
import { leanSdk } from './lean-sdk.ts';
import { functionNames } from './wiring-file.ts';
import { reproducibleZip, sha256 } from './zip.ts';

/** Import time follows size: beyond this a cold start is too slow for a failover. */
export const BUNDLE_BYTES_MAX = 450 * 1024;
const BIGGEST_INPUTS = 8;

/** CommonJS parts of the AWS SDK call `require`. The name is long because the minifier, which cannot see this line, gives out the short ones. */
const REQUIRE_BANNER = `import{createRequire as understudyCreateRequire}from'node:module';const require=understudyCreateRequire(import.meta.url);`;

export interface BuildOptions {
  /** The folder with serverless.yml, understudy.yml and `functions`. Default: the working directory. */
  readonly root?: string;
  /** Relative to `root`, or absolute. */
  readonly outDir: string;
  /** Default: every function of serverless.yml. */
  readonly names?: readonly string[];
  /** Goes into references to secrets. Default: `dev`. */
  readonly stage?: string;
  /** The text of `understudy.json`, if another than `<root>/understudy.yml` compiled is to be used. */
  readonly configuration?: string;
}

/** Sizes are in bytes. */
export interface BuiltFunction {
  readonly name: string;
  /** Holds what the zip holds: `index.mjs` and `understudy.json`. */
  readonly dir: string;
  readonly zipPath: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly zipBytes: number;
  /** Of the zip, in hex. */
  readonly sha256: string;
  /** What takes the most room in the bundle, biggest first. */
  readonly inputs: readonly BundleInput[];
  /** Folders, from the root, of every package of which any code is in the bundle; keys of the lock file. */
  readonly packages: readonly string[];
}
export interface BundleInput {
  /** A package, or a file of ours. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * Bundles functions as they are deployed: `<outDir>/<name>/index.mjs` exporting `handler`, the compiled configuration beside it, and
 * both in `<outDir>/<name>.zip`, which is the same to the byte wherever and whenever it is built.
 *
 * @throws {Error} with the functions that have no file, the configuration's faults, or esbuild's findings.
 */
export async function buildFunctions(options: BuildOptions): Promise<readonly BuiltFunction[]> {
  const root = resolve(options.root ?? '.');
  const names = options.names ?? functionNames(root);
  const bundles = await bundle(root, names);
  const configuration = Buffer.from(
    options.configuration ?? compileConfig(readConfiguration({ root, stage: options.stage ?? DEFAULT_STAGE })),
  );
  return Promise.all(names.map((name) => write(resolve(root, options.outDir), name, bundles.get(name) ?? NOTHING, configuration)));
}

/** The first bundle that is over the limit, explained; `undefined` when all are within it. */
export function overweight(built: readonly BuiltFunction[]): string | undefined {
  const lines = built
    .filter((each) => each.bytes > BUNDLE_BYTES_MAX)
    .map((each) => {
      const biggest = each.inputs.map((input) => `    ${kib(input.bytes).padStart(10)}  ${input.name}`).join('\n');
      return `${each.name} is ${kib(each.bytes)} minified, ${kib(BUNDLE_BYTES_MAX)} is the limit. Its biggest inputs:\n${biggest}`;
    });
  return lines.length === 0 ? undefined : lines.join('\n');
}

export function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

interface Bundle extends Pick<BuiltFunction, 'inputs' | 'packages'> {
  readonly code: Uint8Array;
}
const NOTHING: Bundle = { code: new Uint8Array(), inputs: [], packages: [] };

/** One run for all functions, so that what they share is read and parsed once. */
async function bundle(root: string, names: readonly string[]): Promise<ReadonlyMap<string, Bundle>> {
  const missing = names.filter((name) => !existsSync(join(root, 'functions', `${name}.ts`)));
  if (missing.length > 0) throw new Error(`no such function: ${missing.map((name) => `functions/${name}.ts`).join(', ')}`);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [name, `functions/${name}.ts`])),
    outdir: join(root, 'out'),
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    plugins: [leanSdk],
    logLevel: 'silent',
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const inputs = inputsOf(metafile, basename(path));
      return [basename(path, '.mjs'), { code: contents, inputs: biggestInputs(inputs), packages: packagesOf(inputs) }];
    }),
  );
}

type Inputs = Metafile['outputs'][string]['inputs'];

function inputsOf(metafile: Metafile, file: string): Inputs {
  return Object.entries(metafile.outputs).find(([path]) => basename(path) === file)?.[1].inputs ?? {};
}

function packagesOf(inputs: Inputs): readonly string[] {
  const folders = Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
    return folder === undefined || bytesInOutput === 0 ? [] : [folder.slice(folder.indexOf('node_modules/'))];
  });
  return [...new Set(folders)].toSorted();
}

function biggestInputs(given: Inputs): readonly BundleInput[] {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(given)) {
    const name = inputName(path);
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  const inputs = [...sizes].map(([name, bytes]) => ({ name, bytes }));
  return inputs.toSorted((a, b) => b.bytes - a.bytes).slice(0, BIGGEST_INPUTS);
}

/** Of a package its name counts, of ours each file. */
function inputName(path: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  return inPackage?.[1] ?? path;
}

async function write(outDir: string, name: string, bundle: Bundle, configuration: Uint8Array): Promise<BuiltFunction> {
  const { code, inputs, packages } = bundle;
  const dir = join(outDir, name);
  const files = { 'index.mjs': code, 'understudy.json': configuration };
  const zip = reproducibleZip(files);
  const zipPath = join(outDir, `${name}.zip`);
  await mkdir(dir, { recursive: true });
  await Promise.all([...Object.entries(files).map(([file, bytes]) => writeFile(join(dir, file), bytes)), writeFile(zipPath, zip)]);
  const sizes = { bytes: code.length, gzipBytes: gzipSync(code).length, zipBytes: zip.length };
  return { name, dir, zipPath, ...sizes, sha256: sha256(zip), inputs, packages };
}
