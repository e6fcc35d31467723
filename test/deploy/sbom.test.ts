import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../scripts/bundle.ts';
import type { BuiltFunction } from '../../scripts/bundle.ts';
import { readLockFile } from '../../scripts/lock-file.ts';
import { sbomOf } from '../../scripts/sbom.ts';
import type { Component, Sbom } from '../../scripts/sbom.ts';
import { inTemporaryFolder, ROOT } from './packaged.ts';

const PRODUCT = { name: 'understudy', version: '1.2.3', license: 'Apache-2.0' };
const LOCK = readLockFile(ROOT);
let built: readonly BuiltFunction[];
let sbom: Sbom;

beforeAll(async () => {
  built = await inTemporaryFolder((outDir) => buildFunctions({ root: ROOT, outDir }));
  sbom = sbomOf(PRODUCT, built, LOCK);
}, 60_000);

const libraries = (of: Sbom): readonly Component[] => of.components.filter(({ type }) => type === 'library');
const dependsOn = (of: Sbom, ref: string): readonly string[] => of.dependencies.find((each) => each.ref === ref)?.dependsOn ?? [];
const purlOf = (folder: string): string =>
  `pkg:npm/${folder.replace(/^.*node_modules\//, '').replace('@', '%40')}@${LOCK[folder]?.version ?? ''}`;

describe('the SBOM of the real bundles', () => {
  test('is CycloneDX 1.6 by its own schema', () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
    const schema = (name: string): object => JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
    ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
    const valid = ajv.compile(schema('bom-1.6'));
    expect(valid(sbom) ? [] : valid.errors).toEqual([]);
    expect(valid({ ...sbom, components: [{ type: 'libary', name: 'x' }] })).toBe(false);
  });

  test('lists every package of which code is in a bundle, and no other', () => {
    const inBundles = [...new Set(built.flatMap(({ packages }) => packages.map(purlOf)))].toSorted();
    expect(inBundles.length).toBeGreaterThan(10);
    expect(libraries(sbom).map(({ purl }) => purl)).toEqual(inBundles);
  });

  test('says of each function what is in it, and which zip it is', () => {
    expect(dependsOn(sbom, 'understudy@1.2.3')).toEqual(built.map(({ name }) => `understudy@1.2.3/${name}`));
    for (const { name, packages, sha256 } of built) {
      expect(dependsOn(sbom, `understudy@1.2.3/${name}`), name).toEqual(packages.map(purlOf).toSorted());
      const component = sbom.components.find((each) => each['bom-ref'] === `understudy@1.2.3/${name}`);
      expect(component?.hashes, name).toEqual([{ alg: 'SHA-256', content: sha256 }]);
    }
  });

  test('agrees with npm’s own about versions, digests, licences and addresses', () => {
    // Of everything: asked to leave out what is for development, it leaves out client-sqs, too, which a tool happens to use as well.
    const { stdout } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: ROOT, encoding: 'utf8' });
    const ofNpm = new Map((JSON.parse(stdout) as Sbom).components.map((each) => [each.purl, each]));
    for (const { purl, hashes, licenses, externalReferences } of libraries(sbom)) {
      expect(ofNpm.get(purl), purl).toMatchObject({ hashes, licenses, externalReferences });
    }
  });

  test('is the same whenever it is made', async () => {
    const again = await inTemporaryFolder((outDir) => buildFunctions({ root: ROOT, outDir }));
    expect(JSON.stringify(sbomOf(PRODUCT, again, LOCK))).toBe(JSON.stringify(sbom));
  });
});

describe('a package', () => {
  async function packagesOf(code: string, libraries: Readonly<Record<string, string>>): Promise<readonly string[]> {
    return inTemporaryFolder(async (root) => {
      const files = Object.entries({ 'functions/one.ts': code, ...libraries });
      for (const [path, text] of files) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      const [one] = await buildFunctions({ root, outDir: 'out', names: ['one'], configuration: '{}' });
      return one?.packages ?? [];
    });
  }
  const A = { 'node_modules/a/index.js': "import { b } from '@b/b'; export const used = () => b(); export const unused = 1;" };
  const B = { 'node_modules/@b/b/index.js': 'export const b = () => Date.now();' };
  const OTHER_B = { 'node_modules/a/node_modules/@b/b/index.js': 'export const b = () => -Date.now();' };

  test('that is imported is counted, with what it imports', async () => {
    const code = "import { used } from 'a'; export const handler = () => used;";
    expect(await packagesOf(code, { ...A, ...B })).toEqual(['node_modules/@b/b', 'node_modules/a']);
    expect(await packagesOf(code, { ...A, ...B, ...OTHER_B })).toEqual(['node_modules/a', 'node_modules/a/node_modules/@b/b']);
  });

  test('of which nothing remains is not', async () => {
    expect(await packagesOf("import { b } from '@b/b'; export const handler = () => 1;", B)).toEqual([]);
    expect(await packagesOf("import type { b } from '@b/b'; export const handler = () => 1;", B)).toEqual([]);
  });

  test('that the lock file does not pin makes no SBOM', () => {
    const [first] = built;
    const strange = [{ ...(first as BuiltFunction), packages: ['node_modules/strange'] }];
    expect(() => sbomOf(PRODUCT, strange, LOCK)).toThrow('node_modules/strange is in a bundle, and package-lock.json does not pin it');
  });

  test('in two folders is one component; an alias goes by its name at the registry; a choice of licences is an expression', () => {
    const entry = { version: '2.0.0', integrity: `sha512-${'A'.repeat(86)}==`, license: '(MIT OR Apache-2.0)', name: 'real' };
    const [first] = built;
    const twice = [{ ...(first as BuiltFunction), packages: ['node_modules/x', 'node_modules/y/node_modules/x'] }];
    const [only, ...more] = libraries(sbomOf(PRODUCT, twice, { 'node_modules/x': entry, 'node_modules/y/node_modules/x': entry }));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ purl: 'pkg:npm/real@2.0.0', licenses: [{ expression: '(MIT OR Apache-2.0)' }] });
    expect(only?.hashes).toEqual([{ alg: 'SHA-512', content: '0'.repeat(128) }]);
  });
});
