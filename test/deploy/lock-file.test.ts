import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockFaults, readLockFile } from '../../scripts/lock-file.ts';
import type { LockedPackage } from '../../scripts/lock-file.ts';
import { inTemporaryFolder, ROOT } from './packaged.ts';

const settings = readFileSync(join(ROOT, '.npmrc'), 'utf8').trim().split('\n');
const GOOD: LockedPackage = {
  version: '1.0.0',
  resolved: 'https://registry.npmjs.org/@a/b/-/b-1.0.0.tgz',
  integrity: `sha512-${'A'.repeat(86)}==`,
};
const faultsOf = (entry: LockedPackage): readonly string[] => lockFaults({ '': {}, 'node_modules/@a/b': entry });

describe('package-lock.json', () => {
  test('pins every package to one archive of the registry with one digest', () => {
    const packages = readLockFile(ROOT);
    expect(Object.keys(packages).length).toBeGreaterThan(100);
    expect(lockFaults(packages)).toEqual([]);
  });

  test('names versions exactly for what we ask for ourselves', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies' | 'optionalDependencies',
      Record<string, string>
    >;
    const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(ranges.filter(([, version]) => !/^(?:npm:[\w/@-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

test('docs/supply-chain.md says why each runtime dependency is there', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const page = readFileSync(join(ROOT, 'docs/supply-chain.md'), 'utf8');
  const argued = [...page.matchAll(/^\| (`.+?) \| .+ \|$/gm)].flatMap(([, names = '']) =>
    names.split(', ').map((name) => name.replaceAll('`', '')),
  );
  for (const name of Object.keys(dependencies)) expect(argued).toContain(name);
});

describe('a lock file is refused', () => {
  test('a sound entry is not', () => {
    expect(faultsOf(GOOD)).toEqual([]);
    expect(lockFaults({ 'node_modules/x': { ...GOOD, name: '@a/b' } })).toEqual([]);
  });

  test.each<[string, LockedPackage, string]>([
    ['without a digest', { ...GOOD, integrity: undefined } as unknown as LockedPackage, 'has no SHA-512 digest (none)'],
    ['with a weak digest', { ...GOOD, integrity: `sha1-${'A'.repeat(27)}=` }, 'has no SHA-512 digest'],
    ['with a second digest', { ...GOOD, integrity: `${GOOD.integrity ?? ''} sha1-${'A'.repeat(27)}=` }, 'has no SHA-512 digest'],
    ['from another host', { ...GOOD, resolved: 'https://registry.npmjs.org.example/@a/b/-/b-1.0.0.tgz' }, 'is not its own archive'],
    ['from a repository', { ...GOOD, resolved: 'git+ssh://git@github.com/a/b.git#0123' }, 'is not its own archive'],
    ['without encryption', { ...GOOD, resolved: 'http://registry.npmjs.org/@a/b/-/b-1.0.0.tgz' }, 'is not its own archive'],
    ['that is another package', { ...GOOD, resolved: 'https://registry.npmjs.org/@evil/b/-/b-1.0.0.tgz' }, 'is not its own archive'],
    ['that is another version', { ...GOOD, resolved: 'https://registry.npmjs.org/@a/b/-/b-1.0.1.tgz' }, 'is not its own archive'],
    ['from nowhere', { version: '1.0.0', integrity: GOOD.integrity ?? '' }, 'is not its own archive at the registry (nowhere)'],
    ['that is a folder', { link: true, resolved: 'elsewhere' }, 'is a link'],
  ])('%s', (_what, entry, fault) => {
    expect(faultsOf(entry)).toEqual([expect.stringContaining(`node_modules/@a/b ${fault}`)]);
  });
});

describe('.npmrc', () => {
  test('runs no script of a package, takes exact versions, nothing younger than a week, and writes addresses down', () => {
    for (const setting of ['ignore-scripts=true', 'save-exact=true', 'min-release-age=7', 'omit-lockfile-registry-resolved=false'])
      expect(settings).toContain(setting);
  });

  test('npm knows these settings', async () => {
    await inTemporaryFolder(async (folder) => {
      const said = execFileSync('npm', ['config', 'get', 'ignore-scripts', 'min-release-age', '--prefix', ROOT, '--cache', folder], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(said).toContain('ignore-scripts=true');
    });
  });
});
