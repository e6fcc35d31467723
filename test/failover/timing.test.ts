import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { assertTiming, hooksExtraMs, TIMING, type Timing } from '../../lib/timing.ts';

describe('the order of the limits that rule 17 rests on', () => {
  test('holds', () => {
    expect(assertTiming(TIMING)).toBe(TIMING);
  });

  test.each<[what: string, change: Partial<Timing>, fault: string]>([
    ['a lease that ends before the call surely has', { leaseMs: TIMING.observeMs + TIMING.callMs + TIMING.leaseMarginMs - 1 }, 'lease'],
    ['a call longer than the lease has room for', { callMs: TIMING.leaseMs }, 'lease'],
    ['a quiet time in which a call may still be on its way', { quietMs: TIMING.callMs }, 'quiet'],
    ['a quiet time that a lease given up too early, by a wrong clock, outlives', { quietMs: TIMING.leaseMs - 1 }, 'quiet'],
  ])('%s is refused', (_what, change, fault) => {
    expect(() => assertTiming({ ...TIMING, ...change })).toThrow(fault);
  });

  test('hooks lengthen the lease by themselves and by the look after them; none do not', () => {
    expect(hooksExtraMs(TIMING, 0)).toBe(0);
    expect(hooksExtraMs(TIMING, 10_000)).toBe(10_000 + TIMING.observeMs);
  });
});

/** What a function does in one run, each part with its longest time-out. */
describe('no function is cut off in the middle of what it may do', () => {
  const { functions, provider } = parse(readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8'), {
    merge: true,
    logLevel: 'error',
  }) as {
    functions: Record<string, { timeout?: number }>;
    provider: { timeout: number };
  };
  const timeoutMs = (name: string): number => (functions[name]?.timeout ?? provider.timeout) * 1_000;
  const { observeMs, callMs, beforeHooksMs } = TIMING;
  const LONGEST_HOOK_MS = 10_000;

  test.each([
    ['failover', observeMs + beforeHooksMs + observeMs + callMs],
    ['poller', observeMs + LONGEST_HOOK_MS],
    ['decider', observeMs],
  ])('%s', (name, neededMs) => {
    expect(timeoutMs(name)).toBeGreaterThan(neededMs + 5_000);
  });
});
