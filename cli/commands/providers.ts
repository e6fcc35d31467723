import type { ErrorRow } from '../../lib/failover/providers/error-table.ts';
import { GAUSSDB_ERRORS } from '../../lib/failover/providers/gaussdb.ts';
import { POLARDB_ERRORS } from '../../lib/failover/providers/polardb.ts';
import { GDN_ERRORS } from '../../lib/failover/providers/polardb-gdn.ts';
import { PROVIDERS, type ProviderName } from '../../lib/failover/providers.ts';
import { duration } from '../../lib/decide/words.ts';
import type { FaultMatrixRow } from '../../test/contract/fault-matrix.ts';
import type { Matrix } from '../../test/contract/matrices.ts';
import { EXIT, tell, UsageError, type Command, type Context, type ExitCode, type Style } from '../command.ts';

const ERRORS: Readonly<Record<ProviderName, readonly ErrorRow[]>> = {
  gaussdb: GAUSSDB_ERRORS,
  polardb: POLARDB_ERRORS,
  'polardb-gdn': GDN_ERRORS,
};
const COLOURS: Readonly<Record<ErrorRow['outcome'], Style>> = { refused: 'red', busy: 'yellow', unknown: 'cyan' };

export const providers: Command = {
  name: 'providers',
  summary: 'What each provider can do, and what its errors mean',
  usage: '[PROVIDER]',
  details: `
Operations, time limits and the table of documented errors: refused (nothing happened), busy (tried again by itself) and unknown (looked at
until it is known). A code that no document lists is unknown, never success.

With --matrix every fault of the simulated cloud is played against every operation, and what came of it is printed: the end, how often
the operation took place (never twice), and how often it was asked for. It takes about half a minute a provider.

  understudy providers polardb
  understudy providers gaussdb --matrix
  understudy providers --matrix --fault accept-then-drop`,
  options: {
    matrix: { type: 'boolean', help: 'play every fault against every operation, and print what came of it' },
    fault: { type: 'string', value: 'TEXT', help: 'with --matrix: only faults with this in their name' },
  },
  async run(context, args) {
    const names = chosen(args.positionals[0]);
    const fault = args.text('fault');
    if (args.flag('matrix')) return await playMatrix(context, names, fault ?? '');
    if (fault !== undefined) throw new UsageError('--fault goes with --matrix.');
    const facts = names.map(factsOf);
    tell(
      context,
      facts,
      facts.flatMap((each, index) => [...(index === 0 ? [] : ['']), ...linesOf(context, each)]),
    );
    return EXIT.ok;
  },
};

function chosen(name: string | undefined): readonly ProviderName[] {
  const names = Object.keys(PROVIDERS) as ProviderName[];
  if (name === undefined) return names;
  const found = names.filter((each) => each === name);
  if (found.length === 0) throw new UsageError(`There is no provider ${name}. There are ${names.join(', ')}.`);
  return found;
}

interface Facts {
  readonly name: ProviderName;
  readonly operations: readonly string[];
  readonly honoursToken: boolean;
  readonly quietMs: number;
  readonly longestOperationMs: number;
  readonly errors: readonly ErrorRow[];
}

function factsOf(name: ProviderName): Facts {
  // Nothing is called: what a provider is says nothing of any account.
  const { operations, honoursToken, quietMs, longestOperationMs } = PROVIDERS[name]({} as never);
  return { name, operations, honoursToken, quietMs, longestOperationMs, errors: ERRORS[name] };
}

function linesOf(context: Context, facts: Facts): readonly string[] {
  const token = facts.honoursToken ? 'a repeated token has no second effect' : 'none: the claim is the guard';
  return [
    context.paint('bold', facts.name),
    `  Operations         ${facts.operations.join(', ')}`,
    `  Idempotency token  ${token}`,
    `  After a lost answer nothing is concluded for ${duration(facts.quietMs)}; the longest operation takes ${duration(facts.longestOperationMs)}.`,
    '  Errors',
    ...facts.errors.flatMap((row) => errorLines(context, row)),
  ];
}

function errorLines(context: Context, { statuses, code, outcome, sentence, remedy, source }: ErrorRow): readonly string[] {
  const head = `    ${statuses.join(', ').padEnd(9)} ${context.paint(COLOURS[outcome], outcome.padEnd(8))} ${code}`;
  return [head, `${' '.repeat(14)}${sentence} ${context.paint('dim', `${remedy} (${source})`)}`];
}

/** Loaded only here: nobody else needs the simulators. */
async function playMatrix(context: Context, names: readonly ProviderName[], part: string): Promise<ExitCode> {
  const { MATRICES, rowFault } = await import('../../test/contract/matrices.ts');
  const { renderFaultMatrix } = await import('../../test/contract/fault-matrix.ts');
  const chosen = MATRICES.filter(({ provider }) => names.includes(provider));
  if (!chosen.some(({ faults }) => faults.some(({ name }) => name.includes(part)))) throw unknownFault(part, chosen);
  const results: object[] = [];
  const lines: string[] = [];
  let wrong = 0;
  for (const matrix of chosen) {
    const faults = matrix.faults.filter(({ name }) => name.includes(part));
    context.remark(`${matrix.provider}: ${matrix.operations.length} operations × ${faults.length} faults …`);
    const rows: FaultMatrixRow[] = [];
    for (const { name } of faults) rows.push(...(await matrix.rows({ fault: name })));
    const found = rows.flatMap((row) => rowFault(matrix, row) ?? []);
    wrong += found.length;
    results.push(
      ...rows.map(({ provider, operation, fault, end, why, effects, calls }) => ({ provider, operation, fault, end, why, effects, calls })),
    );
    lines.push(`## ${matrix.provider}`, '', renderFaultMatrix(rows), ...found.map((fault) => context.paint('red', fault)));
  }
  tell(context, results, lines);
  return wrong === 0 ? EXIT.ok : EXIT.no;
}

function unknownFault(part: string, matrices: readonly Matrix[]): UsageError {
  const names = new Set(matrices.flatMap(({ faults }) => faults.map(({ name }) => name)));
  return new UsageError(`There is no fault with ${part} in its name. There are: ${[...names].join('; ')}.`);
}
