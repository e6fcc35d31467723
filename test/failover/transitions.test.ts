import { describe, expect, test } from 'vitest';
import type { Target } from '../../lib/config/config.ts';
import type { Claimed, Failover, Unknown } from '../../lib/failover/failover.ts';
import { becomeRunning, becomeUnknown, leaseMsOf, quietOf } from '../../lib/failover/transitions.ts';
import type { Services } from '../../lib/services.ts';
import { TIMING } from '../../lib/timing.ts';
import { acting } from '../decide/stories/teller.ts';
import { factsOf } from './facts.ts';

const NOW_MS = 1_000_000;
const FACTS = factsOf(NOW_MS - 5_000, { look: { number: 3, atMs: NOW_MS } });
const SENT = { firstSentAtMs: NOW_MS - 2_000, lastSentAtMs: NOW_MS - 1_000 };
const CLAIMED: Claimed = {
  ...FACTS,
  state: 'claimed',
  lease: { owner: 'w', endsAtMs: NOW_MS },
  ...SENT,
  repeats: 'nothing',
  sending: true,
};
const UNKNOWN: Unknown = { ...FACTS, state: 'unknown', lostBy: 'no answer', ...SENT, sinceMs: NOW_MS, boundMs: NOW_MS + 1 };

/** A provider that takes an hour at most and shows its work after `quietMs`. */
function services({ quietMs = 0, target = acting }: { quietMs?: number; target?: Target | undefined } = {}) {
  const targets = target === undefined ? {} : { orders: target };
  return {
    config: { targets },
    clock: { nowMs: () => NOW_MS },
    timing: TIMING,
    provider: () => ({ longestOperationMs: 3_600_000, quietMs }),
  } as unknown as Services;
}
const nobody = { config: { targets: {} } };
const last = (failover: Failover | undefined) => failover?.trail.at(-1);

describe('running', () => {
  test.each<[what: string, from: Claimed | Unknown, event: string]>([
    ['an answer accepts it', CLAIMED, 'accepted'],
    ['it was found to have happened', UNKNOWN, 'adopted'],
  ])('%s: it is followed soon, for as long as the provider may take', (_what, from, event) => {
    const running = becomeRunning(services(), from, { jobId: 'j1', requestId: 'r1', sentAtMs: NOW_MS - 1_000 }, 'a DR record');
    expect(running).toMatchObject({
      state: 'running',
      handle: { jobId: 'j1' },
      deadlineMs: NOW_MS + 3_600_000,
      polls: 0,
      look: { number: 4, atMs: NOW_MS + TIMING.pollFirstMs },
    });
    expect(last(running)).toMatchObject({ event, by: 'failover', why: 'a DR record', requestId: 'r1' });
  });

  test('without an id of the request there is none in the trail', () => {
    expect(last(becomeRunning(services(), CLAIMED, { sentAtMs: NOW_MS }))).not.toHaveProperty('requestId');
  });

  test('of a target that nobody configures any more it is over its time at once', () => {
    const running = becomeRunning({ ...services(), ...nobody } as Services, CLAIMED, { sentAtMs: NOW_MS });
    expect(running).toMatchObject({ state: 'running', deadlineMs: NOW_MS });
  });

  test.each(['requested', 'running', 'stuck', 'succeeded'])('from %s it does not begin', (state) => {
    expect(becomeRunning(services(), { ...FACTS, state } as unknown as Failover, { sentAtMs: NOW_MS })).toBeUndefined();
  });
});

describe('unknown', () => {
  test('it keeps when it was sent, is looked at after the quiet time, and is given up at its bound', () => {
    const unknown = becomeUnknown(services(), CLAIMED, 'time-out', 'r1');
    expect(unknown).toMatchObject({
      state: 'unknown',
      lostBy: 'time-out',
      ...SENT,
      sinceMs: NOW_MS,
      boundMs: NOW_MS + TIMING.unknownBoundMs,
      look: { atMs: NOW_MS + TIMING.quietMs },
    });
    expect(last(unknown)).toMatchObject({ event: 'lost', why: 'time-out', requestId: 'r1' });
    expect(last(becomeUnknown(services(), CLAIMED, 'time-out'))).not.toHaveProperty('requestId');
  });

  test('the quiet time is the provider’s where that is longer', () => {
    expect(quietOf(services({ quietMs: 240_000 }), CLAIMED)).toBe(240_000);
    expect(quietOf(services({ quietMs: 1_000 }), CLAIMED)).toBe(TIMING.quietMs);
    expect(quietOf({ ...services({ quietMs: 240_000 }), ...nobody } as Services, CLAIMED)).toBe(TIMING.quietMs);
  });

  test('what a target’s hooks add to its lease they add to its quiet time, so that it outlives the lease as ever (rule 17)', () => {
    const hook = { name: 'dns', url: 'ssm:/u', secret: 'ssm:/x', timeoutMs: 5_000, attempts: 2, onFailure: 'stop' } as const;
    const hooked: Target = { ...acting, hooks: { before: [hook], after: [] } };
    const added = leaseMsOf(services({ target: hooked }), CLAIMED) - leaseMsOf(services(), CLAIMED);
    expect(added).toBe(10_000 + TIMING.observeMs);
    expect(quietOf(services({ target: hooked }), CLAIMED) - quietOf(services(), CLAIMED)).toBe(added);
    expect(leaseMsOf(services(), CLAIMED)).toBe(TIMING.leaseMs);
    expect(leaseMsOf({ ...services(), ...nobody } as Services, CLAIMED)).toBe(TIMING.leaseMs);
  });
});
