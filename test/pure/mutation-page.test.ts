import { describe, expect, test } from 'vitest';
import { renderCounts } from '../../scripts/mutation/counts.ts';
import { excuses, excusesIn, mutatedFiles } from '../../scripts/mutation/excuses.ts';

describe('the excuses for mutants', () => {
  test('each gives its reason in words, beside the code', () => {
    for (const { reason, code } of excuses()) {
      expect(reason.split(' ').length).toBeGreaterThan(5);
      expect(code).not.toBe('');
    }
  });
  test.each([
    '// Stryker disable next-line StringLiteral',
    '// Stryker disable all',
    '// Stryker disable EqualityOperator: for the rest of the file, which is too much',
  ])('"%s" is none', (line) => {
    expect(() => excusesIn('a.ts', `${line}\nconst a = 1;`)).toThrow('a.ts');
  });
  test('are told with the line that they are for', () => {
    const text = 'const a = 1;\n  // Stryker disable next-line StringLiteral,Regex: because | it is so\n  const b = 2;\n';
    expect(excusesIn('a.ts', text)).toEqual([
      { path: 'a.ts', code: 'const b = 2;', mutators: 'StringLiteral,Regex', reason: 'because | it is so' },
    ]);
  });
});

test('everything that decides is mutated, and the life cycle', () => {
  const files = mutatedFiles();
  expect(files).toContain('lib/decide/decide.ts');
  expect(files).toContain('lib/failover/lifecycle.ts');
  expect(files).toContain('lib/failover/advance.ts');
});

test('the counts are by file, with a sum that hides nothing', () => {
  const statuses = ['Killed', 'Killed', 'Timeout', 'Ignored', 'RuntimeError', 'Survived', 'NoCoverage'] as const;
  const report = {
    files: { 'b.ts': { mutants: statuses.map((status) => ({ status })) }, 'a.ts': { mutants: [{ status: 'Killed' as const }] } },
    testFiles: { 'a.test.ts': { tests: [1, 2, 3] } },
  };
  expect(renderCounts(report, { minutes: 12.4, workers: 1 })).toBe(`
8 mutants, 3 tests, 12 minutes with one worker; nothing taken over from an earlier run.

| file | mutants | killed | timed out | no program | excused | survived |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| a.ts | 1 | 1 | 0 | 0 | 0 | 0 |
| b.ts | 7 | 2 | 1 | 1 | 1 | 2 |
| **all** | 8 | 3 | 1 | 1 | 1 | 2 |
`);
});
