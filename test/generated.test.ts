import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderLifecycle } from '../lib/failover/lifecycle.ts';
import { between, GENERATED, outdated } from '../scripts/generated.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('what is made from code is as the code says (npm run generate)', () => {
  expect(outdated(ROOT).map(({ path }) => path)).toEqual([]);
});

test('a text that was changed by hand, and one that is missing, are found', () => {
  const root = mkdtempSync(join(tmpdir(), 'understudy-generated-'));
  try {
    mkdirSync(join(root, 'docs/generated'), { recursive: true });
    writeFileSync(join(root, 'README.md'), 'a\n<!-- life cycle: made by `npm run generate` -->\nold\n<!-- end of life cycle -->\nb\n');
    writeFileSync(join(root, 'docs/generated/gaussdb-errors.md'), 'old');
    writeFileSync(join(root, 'docs/exactly-once.md'), '<!-- bounds: made by `npm run generate` -->\nold\n<!-- end of bounds -->\n');
    writeFileSync(join(root, 'docs/model.md'), '<!-- rules: made by `npm run generate` -->\nold\n<!-- end of rules -->\n');
    writeFileSync(join(root, 'docs/supply-chain.md'), '<!-- accepted: made by `npm run generate` -->\nold\n<!-- end of accepted -->\n');
    writeFileSync(join(root, 'docs/mutation.md'), '<!-- excuses: made by `npm run generate` -->\nold\n<!-- end of excuses -->\n');
    const found = outdated(root);
    expect(found.map(({ path }) => path).toSorted()).toEqual(GENERATED.map(({ path }) => path).toSorted());
    const readme = found.find(({ path }) => path === 'README.md')?.text;
    expect(readme).toContain(renderLifecycle());
    expect(readme).toMatch(/^a\n<!-- life cycle: .*\n```mermaid\n[^]*\n```\n<!-- end of life cycle -->\nb\n$/);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('a text without the marks stays as it is', () => {
  expect(between('only this', '<a>', '</a>', 'x')).toBe('only this');
  expect(between('</a> before <a>', '<a>', '</a>', 'x')).toBe('</a> before <a>');
});
