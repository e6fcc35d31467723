export const MUTATION_DOC = 'docs/mutation.md';
export const COUNTS_BEGIN = '<!-- counts: made by `npm run mutate -- --page` -->';
export const COUNTS_END = '<!-- end of counts -->';

/** What is read of Stryker's report (https://github.com/stryker-mutator/mutation-testing-elements, schema 2). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: MutantStatus }[] }>>;
  readonly testFiles?: Readonly<Record<string, { readonly tests: readonly unknown[] }>>;
}
type MutantStatus = 'Killed' | 'Timeout' | 'Ignored' | 'RuntimeError' | 'CompileError' | 'Survived' | 'NoCoverage' | 'Pending';

const COLUMNS: readonly (readonly [head: string, statuses: readonly MutantStatus[]])[] = [
  ['mutants', ['Killed', 'Timeout', 'Ignored', 'RuntimeError', 'CompileError', 'Survived', 'NoCoverage', 'Pending']],
  ['killed', ['Killed']],
  ['timed out', ['Timeout']],
  ['no program', ['RuntimeError', 'CompileError']],
  ['excused', ['Ignored']],
  ['survived', ['Survived', 'NoCoverage', 'Pending']],
];

export interface Run {
  readonly minutes: number;
  readonly workers: number;
}

export function renderCounts({ files, testFiles = {} }: MutationReport, { minutes, workers }: Run): string {
  const named = Object.entries(files).map(([path, { mutants }]) => [path, mutants.map(({ status }) => status)] as const);
  const all = named.flatMap(([, statuses]) => statuses);
  const tests = Object.values(testFiles).reduce((sum, file) => sum + file.tests.length, 0);
  const rows = named.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, statuses]) => row(path, statuses));
  return `
${String(all.length)} mutants, ${String(tests)} tests, ${String(Math.round(minutes))} minutes with ${workers === 1 ? 'one worker' : `${String(workers)} workers`}; nothing taken over from an earlier run.

| file | ${COLUMNS.map(([head]) => head).join(' | ')} |
| --- |${' ---: |'.repeat(COLUMNS.length)}
${rows.join('\n')}
${row('**all**', all)}
`;
}

function row(name: string, statuses: readonly MutantStatus[]): string {
  const counts = COLUMNS.map(([, counted]) => statuses.filter((status) => counted.includes(status)).length);
  return `| ${name} | ${counts.join(' | ')} |`;
}
