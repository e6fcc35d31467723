import type { Operation } from '../../lib/failover/provider.ts';
import type { Http, HttpRequest } from '../../lib/ports.ts';
import { createTestClock, drive, type End, type TestClock } from './drive.ts';
import type { ProviderContract } from './provider-contract.ts';

/**
 * A provider's simulator as the matrix needs it: one per row, in the state in which the operation is lawful. Written as a thin adapter
 * over `local/simulators/<provider>` in the provider's own contract file.
 */
export interface SimulatorUnderTest {
  /** `http://127.0.0.1:<port>`, what the target's `endpoint` becomes. */
  readonly url: string;
  /** Effects of this operation that took place: what must never become two. */
  effects(operation: Operation): number;
  /** Requests for this operation that reached the simulator, accepted or not. */
  calls(operation: Operation): number;
  /** Lets everything happen that is due by the clock; called before every request. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** One line of a provider's fault menu. */
export interface Fault {
  readonly name: string;
  /** A sentence for the printed matrix. */
  readonly what: string;
  /** The only lawful ends, with the effects they must have; without it: any named stop, and never more than one effect. */
  readonly expected?: readonly { readonly end: End; readonly effects: 0 | 1 }[];
  /** Switched on when the operation's first request is about to leave, so that the reads before it are still whole. */
  readonly fromStart?: true;
  /** Operations that the fault means nothing to. */
  readonly except?: readonly Operation[];
}

/** The part of a provider's contract that only the matrix uses. `Simulator` is the adapter's own type. */
export interface FaultMatrixSubject<Simulator extends SimulatorUnderTest = SimulatorUnderTest> {
  readonly faults: readonly Fault[];
  /** A fresh simulator on the given clock, in the state in which `operation` is lawful. */
  startSimulator(operation: Operation, clock: TestClock): Promise<Simulator>;
  /** Switches a fault of the menu on, for the operation's own request or the reads around it, as the fault means. */
  setFault(simulator: Simulator, fault: string, operation: Operation): void;
  /** The business part of a request that changes something (path and parameters without signature, date, nonce); `undefined` for a read. */
  intent(request: HttpRequest): string | undefined;
}

export interface FaultMatrixRow {
  readonly provider: string;
  readonly operation: Operation;
  readonly fault: string;
  readonly what: string;
  readonly end: End;
  readonly why: string;
  readonly trail: readonly string[];
  readonly effects: number;
  readonly calls: number;
  readonly token: string;
  /** Business parts of all starts that left, in order: they must be one and the same text. */
  readonly intents: readonly string[];
  readonly outputs: readonly unknown[];
}

/** Of one call, in real time: what a hanging simulator costs a row, and twice what a busy machine ever took for an answer. */
const CALL_TIMEOUT_MS = 500;
const TOKEN = 'a'.repeat(64);

/**
 * Every fault × every operation against the real simulator over real HTTP, on a clock that only the driver moves. One row each; `only`
 * limits it to some.
 */
export async function runFaultMatrix<S extends SimulatorUnderTest>(
  contract: ProviderContract<S>,
  only: { readonly operation?: Operation; readonly fault?: string } = {},
): Promise<readonly FaultMatrixRow[]> {
  const clock = createTestClock();
  const operations = build(contract, contract.http, clock).operations.filter((name) => name === (only.operation ?? name));
  const rows: FaultMatrixRow[] = [];
  for (const operation of operations) {
    for (const fault of contract.matrix.faults) {
      if (fault.name !== (only.fault ?? fault.name) || fault.except?.includes(operation) === true) continue;
      rows.push(await runRow(contract, operation, fault));
    }
  }
  return rows;
}

function build<S extends SimulatorUnderTest>(
  contract: ProviderContract<S>,
  http: Http,
  clock: TestClock,
): ReturnType<typeof contract.create> {
  let ids = 0;
  const entropy = { id: () => (++ids).toString(16).padStart(32, '0') };
  return contract.create({ http, clock, entropy, secrets: { values: async () => [contract.secret.value] } });
}

async function runRow<S extends SimulatorUnderTest>(
  contract: ProviderContract<S>,
  operation: Operation,
  fault: Fault,
): Promise<FaultMatrixRow> {
  const clock = createTestClock();
  const simulator = await contract.matrix.startSimulator(operation, clock);
  const intents: string[] = [];
  const setFault = (): void => contract.matrix.setFault(simulator, fault.name, operation);
  const spy: Http = {
    async request(request) {
      const intent = contract.matrix.intent(request);
      if (intent !== undefined && intents.push(intent) === 1 && fault.fromStart === true) setFault();
      await simulator.settle();
      return await contract.http.request(request);
    },
  };
  try {
    if (fault.fromStart !== true) setFault();
    const target = contract.target(simulator.url);
    const provider = build(contract, spy, clock);
    const driven = await drive({ provider, target, operation, clock, callTimeoutMs: CALL_TIMEOUT_MS, token: TOKEN });
    await simulator.settle();
    const counted = { effects: simulator.effects(operation), calls: simulator.calls(operation) };
    return { provider: contract.name, operation, fault: fault.name, what: fault.what, ...driven, ...counted, token: TOKEN, intents };
  } finally {
    await simulator.close();
  }
}

/** The matrix as a Markdown table, for the docs and the terminal. Pure; the simulator's port of the day is left out. */
export function renderFaultMatrix(rows: readonly FaultMatrixRow[]): string {
  const cell = (text: string): string =>
    text
      .replaceAll(/127\.0\.0\.1:\d+/g, 'provider')
      .replaceAll('|', '\\|')
      .replaceAll('\n', ' ');
  const line = (row: FaultMatrixRow): string =>
    `| ${row.operation} | ${row.fault} | ${cell(row.what)} | ${row.end}: ${cell(row.why)} | ${row.effects} | ${row.calls} |`;
  const head = ['| operation | fault | what it does | end | effects | calls |', '| --- | --- | --- | --- | ---: | ---: |'];
  return [...head, ...rows.map(line), ''].join('\n');
}
