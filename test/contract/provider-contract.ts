import { describe, expect, test } from 'vitest';
import type { Target } from '../../lib/config/config.ts';
import type { Observation, Operation, Plan, Provider, ProviderPorts, SentCall } from '../../lib/failover/provider.ts';
import { NoAnswerError, NotSentError, SecretUnavailableError, type Http, type HttpRequest, type HttpResponse } from '../../lib/ports.ts';
import { createTestClock, type TestClock } from './drive.ts';
import { runFaultMatrix, type FaultMatrixSubject, type SimulatorUnderTest } from './fault-matrix.ts';

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

const ENDPOINT = 'https://provider.test';
const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const TOKEN = '0123456789abcdef'.repeat(4);

/** Holds one provider to the whole contract. */
export function providerContract<Simulator extends SimulatorUnderTest>(contract: ProviderContract<Simulator>): void {
  describe(`${contract.name} keeps the provider contract`, () => {
    describe('start: every answer has one outcome', () => startOutcomes(contract));
    describe('reads: nothing that cannot be read is a success', () => reads(contract));
    describe('secrets stay inside (S8)', () => secrets(contract));
    describe('every fault × every operation: one effect or a named stop', () => faults(contract));
  });
}

interface Bench {
  readonly provider: Provider;
  readonly requests: HttpRequest[];
  readonly clock: TestClock;
}

/** A provider on a scripted wire: the wire is the only thing that is not real here, because no server can be made to send status 100. */
function bench<S extends SimulatorUnderTest>(
  contract: ProviderContract<S>,
  answer: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
): Bench {
  const requests: HttpRequest[] = [];
  const clock = createTestClock(START_MS);
  const http: Http = {
    async request(request) {
      requests.push(request);
      return await answer(request);
    },
  };
  const secrets = { values: async () => [contract.secret.value] as const };
  let ids = 0;
  const entropy = { id: () => (++ids).toString(16).padStart(32, '0') };
  return { provider: contract.create({ http, secrets, clock, entropy }), requests, clock };
}

function call<S extends SimulatorUnderTest>(contract: ProviderContract<S>, operation: Operation, deadlineMs = START_MS + 5000): SentCall {
  return {
    target: contract.target(ENDPOINT),
    plan: contract.plan(operation),
    token: TOKEN,
    deadlineMs,
    sentAtMs: START_MS,
    handle: { jobId: '8bf0175e-562e-45f6-942a-2e2c72c577d7', sentAtMs: START_MS },
  };
}

const bare = (status: number, body = ''): HttpResponse => ({ status, headers: {}, body });
const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** What a status says by itself, when the body names no code: only these three are ever certain (style §3.6). */
function bareOutcome(status: number, unreadableSuccess: 'accepted' | 'unknown'): string {
  if (status >= 200 && status < 300) return unreadableSuccess;
  if (status === 401 || status === 403) return 'refused';
  return status === 429 ? 'busy' : 'unknown';
}

function startOutcomes<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
  const operations = bench(contract, () => bare(200)).provider.operations;

  test.each(operations)('%s: every status from 100 to 599 without a readable body', async (operation) => {
    for (const body of ['', HTML, '{"unexpected":', '[]', 'null', '{}']) {
      for (let status = 100; status <= 599; status++) {
        const { provider, requests } = bench(contract, () => bare(status, body));
        const outcome = await provider.start(call(contract, operation));
        expect(outcome.kind, `${status} ${body}`).toBe(bareOutcome(status, contract.unreadableSuccess));
        expect(requests, 'one request, never sent again').toHaveLength(1);
      }
    }
  });

  test.each(operations)('%s: every documented code has its outcome, with words for people', async (operation) => {
    expect(contract.errors.length).toBeGreaterThan(0);
    for (const error of contract.errors) {
      const { provider, requests } = bench(contract, () => contract.errorAnswer(error, 'some text'));
      const outcome = await provider.start(call(contract, operation));
      expect({ code: error.code, status: error.status, outcome: outcome.kind }).toEqual({
        code: error.code,
        status: error.status,
        outcome: error.outcome,
      });
      expect(requests).toHaveLength(1);
      if (outcome.kind === 'refused') expect(outcome.remedy.length).toBeGreaterThan(10);
      if (outcome.kind === 'busy') expect(outcome.retryAfterMs).toBeGreaterThan(0);
      if (outcome.kind !== 'accepted') expect(outcome.code).toBe(error.code);
    }
  });

  test.each(operations)('%s: a code that no document lists is unknown, whatever the status but 401, 403, 429', async (operation) => {
    for (let status = 100; status <= 599; status++) {
      const answer = contract.errorAnswer({ status, code: 'Never.Heard.Of.It' }, 'no such text');
      const { provider } = bench(contract, () => answer);
      const outcome = await provider.start(call(contract, operation));
      expect(outcome.kind, String(status)).toBe(bareOutcome(status, contract.unreadableSuccess));
    }
  });

  test.each(operations)('%s: every 2xx with the vendor’s own yes is accepted, and keeps when it was sent', async (operation) => {
    for (let status = 200; status <= 299; status++) {
      const { provider } = bench(contract, () => ({ ...contract.acceptedAnswer(operation), status }));
      const outcome = await provider.start(call(contract, operation));
      expect(outcome.kind).toBe('accepted');
      if (outcome.kind === 'accepted') expect(outcome.handle.sentAtMs).toBe(START_MS);
    }
  });

  test.each(operations)('%s: nothing sent is busy; an answer that never came is unknown', async (operation) => {
    const notSent = await bench(contract, () => Promise.reject(new NotSentError('provider.test: ECONNREFUSED'))).provider.start(
      call(contract, operation),
    );
    expect(notSent).toMatchObject({ kind: 'busy', code: 'not-sent' });
    const noAnswer = await bench(contract, () => Promise.reject(new NoAnswerError('provider.test: ECONNRESET'))).provider.start(
      call(contract, operation),
    );
    expect(noAnswer).toMatchObject({ kind: 'unknown', code: 'no-answer' });
    const foreign = await bench(contract, () => Promise.reject(new TypeError('a bug in the adapter'))).provider.start(
      call(contract, operation),
    );
    expect(foreign.kind).toBe('unknown');
  });

  test.each(operations)('%s: after the deadline nothing is sent at all', async (operation) => {
    const { provider, requests } = bench(contract, () => contract.acceptedAnswer(operation));
    const outcome = await provider.start(call(contract, operation, START_MS));
    expect(outcome).toMatchObject({ kind: 'busy', code: 'not-sent' });
    expect(requests).toHaveLength(0);
  });

  test.each(operations)('%s: the request may take as long as its deadline allows, no longer', async (operation) => {
    const { provider, requests } = bench(contract, () => contract.acceptedAnswer(operation));
    await provider.start(call(contract, operation, START_MS + 1234));
    expect(requests[0]?.timeoutMs).toBeGreaterThan(0);
    expect(requests[0]?.timeoutMs).toBeLessThanOrEqual(1234);
  });

  test.each(operations)('%s: a repeat carries the same intent, signed afresh', async (operation) => {
    const { provider, requests, clock } = bench(contract, () => bare(503));
    await provider.start(call(contract, operation));
    clock.advance(1000);
    await provider.start({ ...call(contract, operation), deadlineMs: clock.nowMs() + 5000 });
    const [first, second] = requests;
    if (first === undefined || second === undefined) throw new Error('two requests were expected');
    expect(contract.matrix.intent(first)).toBeTypeOf('string');
    expect(contract.matrix.intent(second)).toBe(contract.matrix.intent(first));
    expect(first.headers['Authorization'] ?? first.headers['authorization']).toBeTypeOf('string');
    expect(second.headers).not.toEqual(first.headers);
    if (provider.honoursToken) expect(contract.matrix.intent(first)).toContain(TOKEN);
  });

  test('a secret that cannot be read: nothing is sent, nothing is thrown', async () => {
    const requests: HttpRequest[] = [];
    const http: Http = {
      async request(request) {
        requests.push(request);
        return await Promise.resolve(bare(200));
      },
    };
    const secrets = { values: () => Promise.reject(new SecretUnavailableError('env:SECRET')) };
    const provider = contract.create({ http, secrets, clock: createTestClock(START_MS), entropy: { id: () => '0'.repeat(32) } });
    for (const operation of provider.operations) {
      expect(await provider.start(call(contract, operation))).toMatchObject({ kind: 'busy', code: 'not-sent' });
      await readAll(provider, call(contract, operation));
    }
    expect(requests).toHaveLength(0);
  });
}

/** Everything that the provider says when it only looks. Fails the test if any of it throws. */
async function readAll(provider: Provider, sent: SentCall): Promise<{ observation: Observation; outputs: unknown[]; kinds: string[] }> {
  const observation = await provider.observe(sent.target, sent.deadlineMs);
  const track = await provider.track(sent);
  const reconcile = await provider.reconcile(sent);
  const verify = await provider.verify(sent);
  return {
    observation,
    outputs: [observation, track, reconcile, verify],
    kinds: [track.kind, reconcile.kind, verify.kind],
  };
}

function expectNothingKnown(observation: Observation): void {
  expect(observation).toMatchObject({ standbyRole: 'unknown', relation: 'unknown', candidates: [] });
  expect(observation.standbyHealthy).toBeUndefined();
  expect(observation.lagMs).toBeUndefined();
  expect(observation.writer).toBeUndefined();
}

const SUCCESS = ['succeeded', 'happened', 'nothing-happened', 'promoted', 'not-promoted', 'failed'];

function reads<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
  const operations = bench(contract, () => bare(200)).provider.operations;
  const longAfter = START_MS + 24 * 3_600_000;

  test('no answer, no body, every status: unknown, and never thrown', async () => {
    const answers: (() => HttpResponse | Promise<HttpResponse>)[] = [
      () => Promise.reject(new NoAnswerError('provider.test: timeout')),
      () => Promise.reject(new NotSentError('provider.test: ENOTFOUND')),
      () => Promise.reject(new TypeError('a bug in the adapter')),
    ];
    for (let status = 100; status <= 599; status++)
      answers.push(
        () => bare(status),
        () => bare(status, HTML),
        () => bare(status, '{}'),
      );
    for (const body of ['[]', 'null', '7', '"x"', '{"a":{"b":[null]}}', '\u0000', '{"__proto__":null}'])
      answers.push(() => bare(200, body));
    for (const answer of answers) {
      const { provider, clock } = bench(contract, answer);
      clock.advance(longAfter - START_MS);
      const { observation, kinds } = await readAll(provider, { ...call(contract, 'failover'), deadlineMs: longAfter + 5000 });
      expectNothingKnown(observation);
      for (const kind of kinds) expect(SUCCESS).not.toContain(kind);
    }
  });

  test.each(operations)('%s: a status word outside the documented list is never success, nor proof of nothing', async (operation) => {
    for (const word of ['Nirvana', '', 'COMPLETED_WITH_DOUBT', 'null', 'true']) {
      const { provider, clock } = bench(contract, (request) => contract.foreignStatus(request, word));
      clock.advance(longAfter - START_MS);
      const { kinds } = await readAll(provider, { ...call(contract, operation), deadlineMs: longAfter + 5000 });
      for (const kind of kinds) expect(SUCCESS).not.toContain(kind);
    }
  });

  test('preflight on an observation in which nothing could be read passes no check of rules 5, 10 and 11', async () => {
    const { provider } = bench(contract, () => Promise.reject(new NoAnswerError('provider.test: timeout')));
    const target = contract.target(ENDPOINT);
    const observation = await provider.observe(target, START_MS + 5000);
    for (const operation of provider.operations) {
      const checks = provider.preflight(target, contract.plan(operation), observation, { maxLagMs: 1e12, dataLossConsented: true });
      expect(checks.some((check) => check.verdict === 'fail')).toBe(true);
      for (const check of checks) {
        expect(check.name).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(check.rule).toBeGreaterThan(0);
        expect(check.rule).toBeLessThanOrEqual(18);
      }
    }
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

function expectNoSecret<S extends SimulatorUnderTest>(contract: ProviderContract<S>, outputs: unknown): void {
  const text = JSON.stringify(outputs);
  expect(contract.secret.parts.length).toBeGreaterThan(0);
  for (const part of contract.secret.parts) expect(text.includes(part), 'a part of a secret came out').toBe(false);
}

function faults<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
  const { honoursToken, operations } = bench(contract, () => bare(200)).provider;
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
