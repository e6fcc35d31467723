import { expect, test } from 'vitest';
import type { Policy } from '../../lib/config/config.ts';
import { beganMs } from '../../lib/decide/began.ts';
import { fold } from '../../lib/decide/fold.ts';
import { emptyHealth } from '../../lib/decide/health.ts';
import { relevanceOf } from '../../lib/decide/matcher.ts';
import type { Verdict } from '../../lib/decide/verdict.ts';
import { alertOf, calmGuards, fires, HOUR, MINUTE, T0, twoObservers } from './stories/teller.ts';

test('a silence is as long as the verdict’s own criterion says, not another one’s', () => {
  const named = (name: string, maxAgeMs: number): Policy['criteria'][number] => ({ ...twoObservers, name, maxAgeMs });
  const policy = { name: 'shop', criteria: [named('short', MINUTE), named('long', HOUR)], guards: calmGuards };
  const alerts = [fires('eu-1', 0), fires('eu-1', 30 * MINUTE)].map(alertOf);
  const health = fold(emptyHealth, alerts, relevanceOf(policy), T0 + 30 * MINUTE);
  const evidence = Object.keys(health.observers['eu-1']?.tracked ?? {});
  const said = (criterion: string): Verdict => ({
    kind: 'hold',
    reason: 'blocked',
    checks: [],
    criterion,
    evidence,
    decidedAtMs: T0 + 30 * MINUTE,
  });
  expect(beganMs(health, policy, said('long'))).toBe(T0);
  expect(beganMs(health, policy, said('short'))).toBe(T0 + 30 * MINUTE);
});
