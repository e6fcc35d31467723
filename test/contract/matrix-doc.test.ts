import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MATRIX_DOC } from '../../scripts/matrix-doc.ts';
import { renderFaultMatrix } from './fault-matrix.ts';
import { MATRICES, rowFault, type Matrix } from './matrices.ts';

const doc = readFileSync(new URL(`../../${MATRIX_DOC}`, import.meta.url), 'utf8');
const linesOf = (provider: string): readonly string[] =>
  (doc.split(`## ${provider}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));

/** Every seventh fault, and of it one operation in turn: enough to see that the page is of today. One lawful end, or a page may say either. */
function sample({ operations, faults }: Matrix): readonly { operation: (typeof operations)[number]; fault: string }[] {
  return faults.flatMap((fault, index) => {
    const operation = operations[index % operations.length];
    const eitherWay = (fault.expected?.length ?? 1) > 1;
    return index % 7 !== 0 || operation === undefined || eitherWay || fault.except?.includes(operation) === true
      ? []
      : [{ operation, fault: fault.name }];
  });
}

describe.each(MATRICES.map((matrix) => [matrix.provider, matrix] as const))('the fault matrix in the docs: %s', (provider, matrix) => {
  test('has a row for every operation and every fault that means something to it', () => {
    const rows = matrix.operations.flatMap((operation) => matrix.faults.filter(({ except }) => except?.includes(operation) !== true));
    expect(linesOf(provider)).toHaveLength(rows.length + 1);
    expect(linesOf(provider).filter((line) => /\| ([2-9]|\d\d+) \| \d+ \|$/.test(line))).toEqual([]);
  });

  test('a sample of its rows is what comes out today (node scripts/generate.ts --matrix)', async () => {
    const chosen = sample(matrix);
    expect(chosen.length).toBeGreaterThan(5);
    for (const only of chosen) {
      const rows = await matrix.rows(only);
      const [, , line] = renderFaultMatrix(rows).split('\n');
      expect(linesOf(provider)).toContain(line);
      for (const row of rows) expect(rowFault(matrix, row)).toBeUndefined();
    }
  }, 120_000);
});

test('a row with two effects, and one with an unlawful end, is found', () => {
  const [matrix] = MATRICES;
  if (matrix === undefined) throw new Error('no matrix');
  const row = {
    provider: 'gaussdb',
    operation: 'failover',
    what: '',
    why: '',
    trail: [],
    calls: 1,
    token: '',
    intents: [],
    outputs: [],
  } as const;
  expect(rowFault(matrix, { ...row, fault: 'busy', end: 'succeeded', effects: 2 })).toMatch(/2 effects/);
  expect(rowFault(matrix, { ...row, fault: 'busy', end: 'succeeded', effects: 0 })).toMatch(/without an effect/);
  expect(rowFault(matrix, { ...row, fault: 'busy', end: 'refused', effects: 0 })).toMatch(/not one of the expected ends/);
  expect(rowFault(matrix, { ...row, fault: 'busy', end: 'succeeded', effects: 1 })).toBeUndefined();
});
