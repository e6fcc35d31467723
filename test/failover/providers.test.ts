import { readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { PROVIDERS, type ProviderName } from '../../lib/failover/providers.ts';
import { createTestClock } from '../contract/drive.ts';

const NAMES = Object.keys(PROVIDERS) as readonly ProviderName[];
const FOLDER = new URL('../../lib/failover/providers/', import.meta.url);
const BUNDLE_MAX_KIB = 30;

describe('the list of providers', () => {
  test('has one line for every provider file', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && file !== 'error-table.ts');
    expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual(NAMES.toSorted());
  });

  test.each(NAMES)('%s is listed under its own name', (name) => {
    const never = () => Promise.reject(new Error('not here'));
    const ports = { http: { request: never }, secrets: { values: never }, clock: createTestClock(), entropy: { id: () => '' } };
    const provider = PROVIDERS[name](ports);
    expect(provider.name).toBe(name);
    expect(provider.quietMs).toBeGreaterThan(0);
    expect(provider.longestOperationMs).toBeGreaterThan(provider.quietMs);
  });

  test.each(NAMES)('%s is small: at most 30 KiB in a lambda', async (name) => {
    const entryPoints = [new URL(`${name}.ts`, FOLDER).pathname];
    const { outputFiles } = await build({ entryPoints, bundle: true, minify: true, platform: 'node', format: 'esm', write: false });
    expect((outputFiles[0]?.contents.length ?? Infinity) / 1024).toBeLessThanOrEqual(BUNDLE_MAX_KIB);
  });
});
