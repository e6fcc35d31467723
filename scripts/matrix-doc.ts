import { renderFaultMatrix, type FaultMatrixRow } from '../test/contract/fault-matrix.ts';
import { MATRICES } from '../test/contract/matrices.ts';

export const MATRIX_DOC = 'docs/generated/fault-matrix.md';

const HEAD = `# Every fault × every operation

Made by \`node scripts/generate.ts --matrix\` from the contract suite: the real providers against the real simulators over real HTTP, on a clock
that only the driver moves. **effects** is how often the operation took place at the provider, by its own count, and must never be two;
**calls** is how often it was asked for. An end other than \`succeeded\` is a named stop: people are told, and nothing more is started.
The same table for one provider: \`npx understudy providers gaussdb --matrix\`.
`;

/** @param progress told before each provider: it takes half a minute. */
export async function renderMatrixDoc(progress: (provider: string) => void): Promise<string> {
  const sections: string[] = [HEAD];
  for (const matrix of MATRICES) {
    progress(matrix.provider);
    sections.push(section(matrix.provider, await matrix.rows()));
  }
  return sections.join('\n');
}

function section(provider: string, rows: readonly FaultMatrixRow[]): string {
  const once = rows.filter(({ effects }) => effects === 1).length;
  const never = rows.filter(({ effects }) => effects === 0).length;
  const head = `${rows.length} rows: one effect in ${once}, none in ${never}, two in ${rows.length - once - never}.`;
  return `## ${provider}\n\n${head}\n\n${renderFaultMatrix(rows)}`;
}
