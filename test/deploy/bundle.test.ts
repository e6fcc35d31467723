import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCompiledConfig } from '../../lib/config/compiled.ts';
import { BUNDLE_BYTES_MAX, buildFunctions, overweight } from '../../scripts/bundle.ts';
import type { BuiltFunction } from '../../scripts/bundle.ts';
import { readConfiguration } from '../../scripts/configuration.ts';
import { functionNames } from '../../scripts/wiring-file.ts';
import { reproducibleZip, sha256 } from '../../scripts/zip.ts';
import { inTemporaryFolder, ROOT } from './packaged.ts';

describe('the bundles that are deployed', () => {
  let first: readonly BuiltFunction[];
  let second: readonly BuiltFunction[];
  let started: readonly string[];
  let contents: ReadonlyMap<string, Readonly<Record<string, Uint8Array>>>;

  beforeAll(async () => {
    first = await inTemporaryFolder(async (outDir) => {
      const built = await buildFunctions({ root: ROOT, outDir });
      started = built.map(({ dir }) => run(`console.log(typeof (await import(${JSON.stringify(join(dir, 'index.mjs'))})).handler);`));
      contents = new Map(built.map(({ name, zipPath }) => [name, unzipSync(readFileSync(zipPath))]));
      return built;
    });
    second = await inTemporaryFolder((outDir) => buildFunctions({ root: ROOT, outDir }));
  });

  test('are those of serverless.yml', () => {
    expect(first.map(({ name }) => name)).toEqual(functionNames(ROOT));
  });

  test('start', () => {
    expect(started).toEqual(first.map(() => 'function'));
  });

  test('are within the limit', () => {
    expect(overweight(first)).toBeUndefined();
    for (const { bytes } of first) expect(bytes).toBeGreaterThan(1000);
  });

  test('carry nothing of the SDK that is for other places than Lambda', () => {
    for (const { name, inputs } of first)
      expect(
        inputs.map((input) => input.name),
        name,
      ).not.toContain('@aws-sdk/nested-clients');
  });

  test('are the same to the byte when built again elsewhere', () => {
    expect(second.map(({ name, sha256: digest }) => [name, digest])).toEqual(first.map(({ name, sha256: digest }) => [name, digest]));
  });

  test('hold the code and the configuration that belongs to it', () => {
    const config = readConfiguration({ root: ROOT, stage: 'dev' });
    for (const files of contents.values()) {
      expect(Object.keys(files)).toEqual(['index.mjs', 'understudy.json']);
      const compiled: unknown = JSON.parse(Buffer.from(files['understudy.json'] ?? []).toString());
      expect(readCompiledConfig(compiled)).toEqual(JSON.parse(JSON.stringify(config)));
    }
  });

  test('carry no locale of zod, nor the schema of the configuration', () => {
    for (const [name, files] of contents) {
      const code = Buffer.from(files['index.mjs'] ?? []).toString();
      // A word of zod's German messages, and one of the schema's refusals.
      expect(code, name).not.toContain('Ungültige Eingabe');
      expect(code, name).not.toContain('is not a known version');
    }
  });
});

/** In a process of its own: what is printed. */
function run(script: string, environment: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

describe('a bundle', () => {
  /** A project of one function, with the repository's own configuration. */
  async function project<T>(code: string, use: (root: string) => Promise<T>): Promise<T> {
    return inTemporaryFolder(async (root) => {
      mkdirSync(join(root, 'functions'));
      writeFileSync(join(root, 'functions', 'one.ts'), code);
      cpSync(join(ROOT, 'understudy.yml'), join(root, 'understudy.yml'));
      return use(root);
    });
  }

  test('may require what is only there as CommonJS, and runs as it lies in the zip', async () => {
    const code = "declare const require: (name: string) => { sep: string };\nexport const handler = () => require('node:path').sep;";
    await project(code, async (root) => {
      const [built] = await buildFunctions({ root, outDir: 'out', names: ['one'] });
      expect(run(`import { handler } from ${JSON.stringify(join(built?.dir ?? '', 'index.mjs'))}; console.log(handler());`)).toBe('/');
    });
  });

  test('over the limit is refused, and what is big in it is named', async () => {
    const big = JSON.stringify('x'.repeat(BUNDLE_BYTES_MAX));
    await project(`import { big } from './big.ts';\nexport const handler = () => big;`, async (root) => {
      writeFileSync(join(root, 'functions', 'big.ts'), `export const big = ${big};`);
      const built = await buildFunctions({ root, outDir: 'out', names: ['one'] });
      expect(overweight(built)).toMatch(
        /^one is 450\.\d KiB minified, 450\.0 KiB is the limit\. Its biggest inputs:\n +450\.\d KiB {2}functions\/big\.ts/,
      );
    });
  });

  test('of a function that is not there is refused by name', async () => {
    await project('', async (root) => {
      await expect(buildFunctions({ root, outDir: 'out', names: ['one', 'two', 'three'] })).rejects.toThrow(
        'no such function: functions/two.ts, functions/three.ts',
      );
    });
  });

  test('with a faulty configuration is refused, with every fault and its line', async () => {
    await project('export const handler = () => 1;', async (root) => {
      writeFileSync(join(root, 'understudy.yml'), 'version: 2\nsurprise: true\n');
      await expect(buildFunctions({ root, outDir: 'out', names: ['one'] })).rejects.toThrow(
        /understudy\.yml:1:.*\n(?:.*\n)*understudy\.yml:2:/,
      );
    });
  });

  test('takes the configuration it is given instead', async () => {
    await project('export const handler = () => 1;', async (root) => {
      const [built] = await buildFunctions({ root, outDir: 'out', names: ['one'], configuration: '{"given":true}' });
      expect(readFileSync(join(built?.dir ?? '', 'understudy.json'), 'utf8')).toBe('{"given":true}');
    });
  });
});

describe('a zip', () => {
  const files = { 'b.txt': Buffer.from('b'), 'a.txt': Buffer.from('a') };

  test('does not depend on the order of its files', () => {
    expect(sha256(reproducibleZip(files))).toBe(sha256(reproducibleZip({ 'a.txt': files['a.txt'], 'b.txt': files['b.txt'] })));
  });

  test('does not depend on where in the world it is made', () => {
    const script = `import { reproducibleZip, sha256 } from ${JSON.stringify(join(ROOT, 'scripts/zip.ts'))}; console.log(sha256(reproducibleZip({ a: Buffer.from('a') })));`;
    const digests = ['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu'].map((TZ) => run(script, { TZ }));
    expect(new Set(digests).size).toBe(1);
  });

  test('holds files that another user may read', () => {
    // Central directory: made by Unix (3), external attributes in the upper half: -rw-r--r--.
    const zip = Buffer.from(reproducibleZip(files));
    const entry = zip.indexOf(Buffer.from('PK\u0001\u0002'));
    expect(zip.readUInt8(entry + 5)).toBe(3);
    expect((zip.readUInt32LE(entry + 38) >>> 16).toString(8)).toBe('100644');
  });
});
