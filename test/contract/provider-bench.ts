import { expect } from 'vitest';
import type { Observation, Operation, Provider, SentCall } from '../../lib/failover/provider.ts';
import type { Http, HttpRequest, HttpResponse } from '../../lib/ports.ts';
import { createTestClock, type TestClock } from './drive.ts';
import type { SimulatorUnderTest } from './fault-matrix.ts';
import type { ProviderContract } from './provider-contract.ts';

export const ENDPOINT = 'https://provider.test';
export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
export const TOKEN = '0123456789abcdef'.repeat(4);

export interface Bench {
  readonly provider: Provider;
  readonly requests: HttpRequest[];
  readonly clock: TestClock;
}

/** A provider on a scripted wire: the wire is the only thing that is not real here, because no server can be made to send status 100. */
export function bench<S extends SimulatorUnderTest>(
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

export function call<S extends SimulatorUnderTest>(
  contract: ProviderContract<S>,
  operation: Operation,
  deadlineMs = START_MS + 5000,
): SentCall {
  return {
    target: contract.target(ENDPOINT),
    plan: contract.plan(operation),
    token: TOKEN,
    deadlineMs,
    sentAtMs: START_MS,
    handle: { jobId: '8bf0175e-562e-45f6-942a-2e2c72c577d7', sentAtMs: START_MS },
  };
}

export const bare = (status: number, body = ''): HttpResponse => ({ status, headers: {}, body });
export const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** Everything that the provider says when it only looks. Fails the test if any of it throws. */
export async function readAll(
  provider: Provider,
  sent: SentCall,
): Promise<{ observation: Observation; outputs: unknown[]; kinds: string[] }> {
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

export function expectNoSecret<S extends SimulatorUnderTest>(contract: ProviderContract<S>, outputs: unknown): void {
  const text = JSON.stringify(outputs);
  expect(contract.secret.parts.length).toBeGreaterThan(0);
  for (const part of contract.secret.parts) expect(text.includes(part), 'a part of a secret came out').toBe(false);
}
