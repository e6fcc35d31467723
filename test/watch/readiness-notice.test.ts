import { expect, test } from 'vitest';
import type { Check } from '../../lib/decide/verdict.ts';
import { readinessNotice } from '../../lib/watch/readiness-notice.ts';
import type { Readiness } from '../../lib/watch/standing.ts';

const check = (name: string, verdict: Check['verdict']): Check => ({ name, rule: 18, verdict, value: 'seen', limit: 'wanted' });
const LOST: Readiness = {
  targetId: 'orders',
  outcome: 'not-ready',
  checks: [check('lag', 'fail'), check('something-new', 'fail'), check('role', 'pass')],
  checkedAtMs: 7_000,
  standing: 'lost',
  sinceMs: 5_000,
  contrary: 0,
  told: false,
};

test('what was lost is told with what is red, and what a person does about it where that is known', () => {
  expect(readinessNotice({ mode: 'act' }, LOST)).toMatchObject({
    key: 'orders/readiness-lost/5000',
    urgency: 'page',
    facts: [
      { name: 'Mode', value: 'act' },
      { name: '✗ lag', value: 'seen (limit: wanted)' },
      { name: '✗ something-new', value: 'seen (limit: wanted)' },
    ],
    steps: [expect.stringContaining('Find out why the standby lags'), 'Prove that it is mended: understudy drill orders'],
  });
  expect(readinessNotice({ mode: 'shadow' }, LOST).urgency).toBe('tell');
});

test('what is back is told with how long it was away, if that is known', () => {
  const back = (more: Partial<Readiness>) =>
    readinessNotice({ mode: 'act' }, { ...LOST, standing: 'ready', checks: [check('lag', 'pass'), check('role', 'unread')], ...more });
  expect(back({ beforeMs: 60_000 })).toMatchObject({
    key: 'orders/readiness-back/5000',
    urgency: 'tell',
    facts: [{ value: 'act' }, { name: 'Was not ready for', value: '60 s' }, { name: 'Checks', value: '1 of 2 pass, none fails' }],
  });
  expect(back({}).facts).toContainEqual({ name: 'Was not ready for', value: '0 ms' });
});
