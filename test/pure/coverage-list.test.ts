import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { IMPURE, PURE } from './coverage.config.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const impure = new Set(globSync(IMPURE, { cwd }));
const pure = globSync(PURE, { cwd }).filter((path) => !impure.has(path));

test('every exception is there', () => {
  for (const pattern of IMPURE) expect(globSync(pattern, { cwd }), pattern).not.toEqual([]);
});

test('every exception is handed ports or holds them: what only takes data is covered', () => {
  const without = [...impure].filter((path) => !/\b(?:Services|Table|ports\.ts|platform\/)/.test(readFileSync(`${cwd}/${path}`, 'utf8')));
  // The platform itself: what needs no port because it is one.
  expect(without.filter((path) => !path.startsWith('lib/platform/'))).toEqual([]);
});

test('what is covered knows nothing of the steps’ services but the shape of a few of them', () => {
  const withSteps = pure.filter((path) => /\bservices: Services\b/.test(readFileSync(`${cwd}/${path}`, 'utf8')));
  expect(withSteps).toEqual([]);
});
