import { beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../lib/config/config.ts';
import type { Operation, Plan, Provider, ProviderPorts } from '../../lib/failover/provider.ts';
import type { Http, HttpRequest, HttpResponse } from '../../lib/ports.ts';
import { runFaultMatrix, type FaultMatrixSubject, type SimulatorUnderTest } from './fault-matrix.ts';
import { bare, bench, call, expectNoSecret, readAll } from './provider-bench.ts';
import { reads } from './provider-reads.ts';
import { startOutcomes } from './provider-starts.ts';

/** One row of a provider's error table, as far as the suite checks it. */
export interface DocumentedError {
  readonly status: number;
  readonly code: string;
  readonly outcome: 'refused' | 'busy' | 'unknown';
}

/**
 * What a provider hands in to be held to the contract (style §3.8). It lives in `<provider>-contract.ts`, without the test runner, so
 * that the docs are generated from the same object; `<provider>.test.ts` calls `providerContract(it)` and adds what only it knows.
 */
export interface ProviderContract<Simulator extends SimulatorUnderTest = SimulatorUnderTest> {
  readonly name: string;
  create(ports: ProviderPorts): Provider;
  /** A complete target of this provider whose `endpoint` is the given one. */
  target(endpoint: string): Target;
  /** The value behind every secret reference of the target, and its parts that must never be seen in anything that comes out. */
  readonly secret: { readonly value: string; readonly parts: readonly string[] };
  /** A plan that `start` takes as it is, without an observation. */
  plan(operation: Operation): Plan;
  readonly errors: readonly DocumentedError[];
  /** The vendor's way to write an error; `message` is the foreign text in it. */
  errorAnswer(error: Pick<DocumentedError, 'status' | 'code'>, message: string): HttpResponse;
  /** The vendor's way to say yes to an operation. */
  acceptedAnswer(operation: Operation): HttpResponse;
  /** What a 2xx whose body cannot be read is: `accepted` only where the vendor gives no handle that could be missed. */
  readonly unreadableSuccess: 'accepted' | 'unknown';
  /** A full answer to any read, with every status word in it replaced by `word`, which no document lists. */
  foreignStatus(request: HttpRequest, word: string): HttpResponse;
  /** The simulator and its menu (fault-matrix.ts). */
  readonly matrix: FaultMatrixSubject<Simulator>;
  /** The real HTTP adapter, for the matrix. */
  readonly http: Http;
}

/** Holds one provider to the whole contract. */
export function providerContract<Simulator extends SimulatorUnderTest>(contract: ProviderContract<Simulator>): void {
  describe(`${contract.name} keeps the provider contract`, () => {
    describe('start: every answer has one outcome', () => startOutcomes(contract));
    describe('reads: nothing that cannot be read is a success', () => reads(contract));
    describe('secrets stay inside (S8)', () => secrets(contract));
    describe('every fault × every operation: one effect or a named stop', () => faults(contract));
  });
}

function secrets<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
  test('not even when the other side writes them into its error or its reason', async () => {
    const outputs: unknown[] = [];
    const echo = (request: HttpRequest): string =>
      [...Object.values(request.headers), request.url, request.body ?? '', ...contract.secret.parts].join(' ');
    for (const error of [...contract.errors, { status: 418, code: 'Echo' }, { status: 200, code: 'Echo' }]) {
      const { provider } = bench(contract, (request) => ({
        ...contract.errorAnswer(error, echo(request)),
        headers: { 'x-request-id': echo(request), 'content-type': 'application/json' },
      }));
      for (const operation of provider.operations) {
        outputs.push(await provider.start(call(contract, operation)), ...(await readAll(provider, call(contract, operation))).outputs);
      }
    }
    const { provider } = bench(contract, (request) => contract.foreignStatus(request, echo(request)));
    for (const operation of provider.operations) outputs.push(...(await readAll(provider, call(contract, operation))).outputs);
    const failing = bench(contract, (request) => Promise.reject(new Error(echo(request)))).provider;
    for (const operation of failing.operations) {
      outputs.push(await failing.start(call(contract, operation)), ...(await readAll(failing, call(contract, operation))).outputs);
    }
    expectNoSecret(contract, outputs);
  });
}

function faults<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
  const { honoursToken, operations } = bench(contract, () => bare(200)).provider;
  // The first requests of a process pay for loading its HTTP stack; on a busy machine that can eat a read's whole time.
  beforeAll(async () => {
    await runFaultMatrix(contract, { operation: operations[0] ?? 'failover', fault: 'none' });
  }, 60_000);
  for (const operation of operations) {
    for (const fault of contract.matrix.faults.filter((fault) => fault.except?.includes(operation) !== true)) {
      test(`${operation} × ${fault.name}`, async () => {
        const [row] = await runFaultMatrix(contract, { operation, fault: fault.name });
        if (row === undefined) throw new Error('no row came out of the matrix');
        const seen = { end: row.end, effects: row.effects };
        const said = `${row.why} — ${row.trail.join(' → ')}`;
        expect(row.effects, said).toBeLessThanOrEqual(1);
        expect(row.end === 'succeeded' ? row.effects : 1, said).toBe(1);
        if (fault.expected !== undefined) expect(fault.expected, said).toContainEqual(seen);
        expect(new Set(row.intents).size, 'every repeat has the same intent').toBeLessThanOrEqual(1);
        if (honoursToken) for (const intent of row.intents) expect(intent).toContain(row.token);
        expect(row.why.length).toBeGreaterThan(0);
        expectNoSecret(contract, row.outputs);
      });
    }
  }
}
