import { expect, test } from 'vitest';
import type { Provider } from '../../lib/failover/provider.ts';
import { NoAnswerError, NotSentError, SecretUnavailableError, type Http, type HttpRequest } from '../../lib/ports.ts';
import { createTestClock } from './drive.ts';
import type { SimulatorUnderTest } from './fault-matrix.ts';
import { bare, bench, call, HTML, readAll, START_MS, TOKEN } from './provider-bench.ts';
import type { ProviderContract } from './provider-contract.ts';

/** What a status says by itself, when the body names no code: only these three are ever certain (style §3.6). */
function bareOutcome(status: number, unreadableSuccess: 'accepted' | 'unknown'): string {
  if (status >= 200 && status < 300) return unreadableSuccess;
  if (status === 401 || status === 403) return 'refused';
  return status === 429 ? 'busy' : 'unknown';
}

export function startOutcomes<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
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

  test.each(operations)('%s: a secret that takes its time to be read does not lengthen the deadline', async (operation) => {
    const requests: HttpRequest[] = [];
    const clock = createTestClock(START_MS);
    const http: Http = {
      async request(request) {
        requests.push(request);
        return await Promise.resolve(contract.acceptedAnswer(operation));
      },
    };
    const slowly = (byMs: number): Provider => {
      const values = async (): Promise<readonly [string]> => {
        clock.advance(byMs);
        return await Promise.resolve([contract.secret.value]);
      };
      return contract.create({ http, secrets: { values }, clock, entropy: { id: () => '0'.repeat(32) } });
    };
    expect(await slowly(2000).start(call(contract, operation))).toMatchObject({ kind: 'accepted' });
    expect(requests[0]?.timeoutMs).toBeLessThanOrEqual(3000);
    expect(await slowly(5000).start(call(contract, operation))).toMatchObject({ kind: 'busy', code: 'not-sent' });
    expect(requests).toHaveLength(1);
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
