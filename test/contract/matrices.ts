import type { Operation } from '../../lib/failover/provider.ts';
import { PROVIDERS, type ProviderName } from '../../lib/failover/providers.ts';
import { runFaultMatrix, type Fault, type FaultMatrixRow, type SimulatorUnderTest } from './fault-matrix.ts';
import { gaussdbContract } from './gaussdb-contract.ts';
import { polardbContract } from './polardb-contract.ts';
import { polardbGdnContract } from './polardb-gdn-contract.ts';
import type { ProviderContract } from './provider-contract.ts';

/** The fault matrix of one provider, for everybody who shows it: the command line, the docs, a test of the docs. */
export interface Matrix {
  readonly provider: ProviderName;
  readonly operations: readonly Operation[];
  readonly faults: readonly Fault[];
  readonly rows: (only?: { readonly operation?: Operation; readonly fault?: string }) => Promise<readonly FaultMatrixRow[]>;
}

export const MATRICES: readonly Matrix[] = [
  matrixOf('gaussdb', gaussdbContract),
  matrixOf('polardb', polardbContract()),
  matrixOf('polardb-gdn', polardbGdnContract()),
];

function matrixOf<S extends SimulatorUnderTest>(provider: ProviderName, contract: ProviderContract<S>): Matrix {
  // Creating a provider calls nobody; what it is handed here is never used.
  const { operations } = PROVIDERS[provider]({} as never);
  return { provider, operations, faults: contract.matrix.faults, rows: async (only) => await runFaultMatrix(contract, only) };
}

/** One effect or a named stop, and the end that the fault's own row allows. @returns what is wrong, if anything. */
export function rowFault({ faults }: Matrix, row: FaultMatrixRow): string | undefined {
  if (row.effects > 1) return `${row.effects} effects`;
  if (row.end === 'succeeded' && row.effects !== 1) return 'called a success without an effect';
  const expected = faults.find((fault) => fault.name === row.fault)?.expected;
  const lawful = expected?.some(({ end, effects }) => end === row.end && effects === row.effects) ?? true;
  return lawful ? undefined : `ended as ${row.end} with ${row.effects} effects, which is not one of the expected ends`;
}
