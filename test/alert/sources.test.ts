import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SOURCES, sourceNamed } from '../../lib/alert/sources.ts';
import { sourceContract } from '../contract/source-contract.ts';

for (const source of SOURCES) sourceContract(source);

test('every source file is in the list, under its own name', () => {
  const files = readdirSync(new URL('../../lib/alert/sources/', import.meta.url)).map((file) => file.replace('.ts', ''));
  expect(SOURCES.map(({ name }) => name).sort()).toStrictEqual(files.sort());
});

test('every folder of events and samples belongs to a source', () => {
  // Whole months of notifications lie beside the single ones.
  const folders = new Set(['history']);
  for (const folder of ['../../events/', '../samples/']) {
    const entries = readdirSync(new URL(folder, import.meta.url), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of entries) if (!folders.has(name)) expect(sourceNamed(name)?.name).toBe(name);
  }
});
