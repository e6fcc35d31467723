import { expect, test } from 'vitest';
import type { Observation } from '../../lib/failover/provider.ts';
import { NoAnswerError, NotSentError, type HttpResponse } from '../../lib/ports.ts';
import type { SimulatorUnderTest } from './fault-matrix.ts';
import { bare, bench, call, ENDPOINT, HTML, readAll, START_MS } from './provider-bench.ts';
import type { ProviderContract } from './provider-contract.ts';

function expectNothingKnown(observation: Observation): void {
  expect(observation).toMatchObject({ standbyRole: 'unknown', relation: 'unknown', candidates: [] });
  expect(observation.standbyHealthy).toBeUndefined();
  expect(observation.lagMs).toBeUndefined();
  expect(observation.writer).toBeUndefined();
}

const SUCCESS = ['succeeded', 'happened', 'nothing-happened', 'promoted', 'not-promoted', 'failed'];

export function reads<S extends SimulatorUnderTest>(contract: ProviderContract<S>): void {
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
