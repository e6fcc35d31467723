import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(resolve(ROOT, 'docs/threat-model.md'), 'utf8');
/** `file › name of a test, of a group, or of a row`. */
const NAMED = [...PAGE.matchAll(/`(test\/[\w./-]+\.ts) › ([^`]+)`/g)].map(([, file = '', name = '']) => [file, name] as const);

describe('the threat model names tests that are there:', () => {
  test('some', () => {
    expect(NAMED.length).toBeGreaterThan(30);
    // Whatever looks like the name of a test is one of those.
    expect(PAGE.match(/›/g)).toHaveLength(NAMED.length);
  });

  test.each(NAMED)('%s › %s', (file, name) => {
    expect(existsSync(resolve(ROOT, file)), `there is no ${file}`).toBe(true);
    const text = readFileSync(resolve(ROOT, file), 'utf8');
    // As a whole text in quotes: a name of a test, or of a row of its table.
    expect(['"', "'", '`'].some((quote) => text.includes(`${quote}${name}${quote}`))).toBe(true);
  });

  test('each way in and each attack has one', () => {
    const rows = PAGE.split('\n').filter((line) => /^\| [^|-]+ \|[^|]+\|[^|]+\|$/.test(line) && !line.startsWith('| attack'));
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) expect(row.split('|').at(-2), row.slice(0, 60)).toContain('›');
  });
});
