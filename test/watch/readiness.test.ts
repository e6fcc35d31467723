import { describe, expect, test } from 'vitest';
import type { Check } from '../../lib/decide/verdict.ts';
import type { Observation } from '../../lib/failover/provider.ts';
import { assess, BUSY_MAX_MS, type ReadinessInput } from '../../lib/watch/readiness.ts';
import { follow, type Checked, type Readiness } from '../../lib/watch/standing.ts';

const NOW = Date.UTC(2026, 10, 20, 3);
const DAY = 86_400_000;

const well: Observation = {
  observedAtMs: NOW,
  standbyRole: 'standby',
  relation: 'healthy',
  standbyHealthy: true,
  lagMs: 1_000,
  inFlight: [],
  writer: 'primary',
  candidates: [],
  lastSwitchAtMs: undefined,
  details: {},
};
const passes: Check = { name: 'role', rule: 5, verdict: 'pass', value: 'standby', limit: 'standby' };
const input: ReadinessInput = {
  observation: well,
  planImpossible: undefined,
  preflight: [passes],
  probe: { kind: 'alive', latencyMs: 3 },
  maxLagMs: 10_000,
  busySinceMs: undefined,
  unreadable: undefined,
  lastAlertAtMs: undefined,
  drill: { lastAtMs: NOW - DAY, plannedSinceMs: 0, dueSinceMs: NOW - 14 * DAY },
  nowMs: NOW,
};
const seen = (change: Partial<Observation>): Partial<ReadinessInput> => ({ observation: { ...well, ...change } });

interface Row {
  readonly what: string;
  readonly change: Partial<ReadinessInput>;
  readonly outcome: 'ready' | 'not-ready' | 'unsure';
  /** `name: verdict` of every check that does not pass. */
  readonly notPassing: readonly string[];
}
const TABLE: readonly Row[] = [
  { what: 'all is well', change: {}, outcome: 'ready', notPassing: [] },
  { what: 'its record cannot be read', change: { unreadable: 'health' }, outcome: 'not-ready', notPassing: ['own-record: fail'] },
  {
    what: 'a part cannot be read',
    change: seen({ details: { monitorUnread: 'HTTP 403' } }),
    outcome: 'not-ready',
    notPassing: ['provider-read: fail'],
  },
  {
    what: 'nothing can be read',
    change: {
      ...seen({
        standbyRole: 'unknown',
        relation: 'unknown',
        standbyHealthy: undefined,
        lagMs: undefined,
        details: { unread: 'HTTP 401' },
      }),
      planImpossible: 'not read',
      preflight: [],
    },
    outcome: 'not-ready',
    notPassing: [
      'provider-read: fail',
      'standby-role: fail',
      'relation: fail',
      'standby-health: fail',
      'lag: fail',
      'plan: fail',
      'preflight: unread',
    ],
  },
  {
    what: 'role and relation are told by nobody',
    change: seen({ standbyRole: 'unknown', relation: 'unknown' }),
    outcome: 'not-ready',
    notPassing: ['provider-read: fail', 'standby-role: fail', 'relation: fail'],
  },
  {
    what: 'the standby is the primary',
    change: seen({ standbyRole: 'primary' }),
    outcome: 'not-ready',
    notPassing: ['standby-role: fail'],
  },
  { what: 'there is no standby', change: seen({ standbyRole: 'none' }), outcome: 'not-ready', notPassing: ['standby-role: fail'] },
  { what: 'the relation is broken', change: seen({ relation: 'broken' }), outcome: 'not-ready', notPassing: ['relation: fail'] },
  { what: 'the standby is ill', change: seen({ standbyHealthy: false }), outcome: 'not-ready', notPassing: ['standby-health: fail'] },
  { what: 'lag at the limit', change: seen({ lagMs: 10_000 }), outcome: 'ready', notPassing: [] },
  { what: 'lag over the limit', change: seen({ lagMs: 10_001 }), outcome: 'not-ready', notPassing: ['lag: fail'] },
  { what: 'lag unknown', change: seen({ lagMs: undefined }), outcome: 'not-ready', notPassing: ['lag: fail'] },
  { what: 'lag no number', change: seen({ lagMs: Number.NaN }), outcome: 'not-ready', notPassing: ['lag: fail'] },
  {
    what: 'no plan can be made',
    change: { planImpossible: 'forced is off', preflight: [] },
    outcome: 'not-ready',
    notPassing: ['plan: fail', 'preflight: unread'],
  },
  {
    what: 'the provider’s own check fails',
    change: { preflight: [passes, { ...passes, name: 'unlocked', verdict: 'fail', value: 'locked' }] },
    outcome: 'not-ready',
    notPassing: ['preflight: fail'],
  },
  {
    what: 'the provider’s own check passes with time',
    change: { preflight: [{ ...passes, name: 'last-switch', verdict: 'fail', untilMs: NOW + 1 }] },
    outcome: 'ready',
    notPassing: [],
  },
  {
    what: 'a backup runs: what fails meanwhile waits',
    change: { ...seen({ inFlight: ['backup'], standbyHealthy: false }), busySinceMs: NOW - BUSY_MAX_MS },
    outcome: 'unsure',
    notPassing: ['provider-free: wait', 'standby-health: wait'],
  },
  {
    what: 'an operation does not end',
    change: { ...seen({ relation: 'switching' }), busySinceMs: NOW - BUSY_MAX_MS - 1 },
    outcome: 'not-ready',
    notPassing: ['provider-free: fail', 'relation: wait'],
  },
  {
    what: 'the credential is gone while it seems busy',
    change: seen({ inFlight: ['backup'], details: { tasksUnread: 'HTTP 401' } }),
    outcome: 'not-ready',
    notPassing: ['provider-read: fail', 'provider-free: wait'],
  },
  {
    what: 'the probe does not reach it',
    change: { probe: { kind: 'unreached', why: 'refused' } },
    outcome: 'not-ready',
    notPassing: ['probe-reaches: fail'],
  },
  {
    what: 'the probe is blind',
    change: { probe: { kind: 'unsure', why: 'no such name' } },
    outcome: 'not-ready',
    notPassing: ['probe-reaches: fail'],
  },
  { what: 'it alarms', change: { probe: 'not-while-alarming' }, outcome: 'ready', notPassing: ['probe-reaches: unread'] },
  {
    what: 'the drills stopped',
    change: { drill: { lastAtMs: NOW - 14 * DAY - 1, plannedSinceMs: 0, dueSinceMs: NOW - 14 * DAY } },
    outcome: 'not-ready',
    notPassing: ['last-drill: fail'],
  },
  {
    what: 'never drilled, planned lately',
    change: { drill: { lastAtMs: undefined, plannedSinceMs: NOW - DAY, dueSinceMs: NOW - 14 * DAY } },
    outcome: 'ready',
    notPassing: [],
  },
  {
    what: 'never drilled, planned long ago',
    change: { drill: { lastAtMs: undefined, plannedSinceMs: NOW - 15 * DAY, dueSinceMs: NOW - 14 * DAY } },
    outcome: 'not-ready',
    notPassing: ['last-drill: fail'],
  },
];

describe('rule 18: a target is ready when a failover would go through;', () => {
  test.each(TABLE)('$what: $outcome', ({ change, outcome, notPassing }) => {
    const found = assess({ ...input, ...change });
    expect(found.checks.filter(({ verdict }) => verdict !== 'pass').map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual(notPassing);
    expect(found.outcome).toBe(outcome);
    for (const check of found.checks) expect(check).toMatchObject({ rule: 18, value: /./, limit: /./ });
  });

  test('what is not configured is not checked', () => {
    const names = assess({ ...input, probe: undefined, drill: undefined }).checks.map(({ name }) => name);
    expect(names).not.toContain('probe-reaches');
    expect(names).not.toContain('last-drill');
  });

  test('the last alert informs: a silent target is ready', () => {
    const alertOf = (lastAlertAtMs: number | undefined): string | undefined =>
      assess({ ...input, lastAlertAtMs }).checks.find(({ name }) => name === 'last-alert')?.value;
    expect([alertOf(undefined), alertOf(NOW - 300 * DAY)]).toEqual(['none on record', '300 d ago']);
  });

  test('a provider’s long words are cut', () => {
    const { checks } = assess({ ...input, planImpossible: 'x'.repeat(5_000) });
    expect(checks.find(({ name }) => name === 'plan')?.value).toHaveLength(200);
  });
});

/** The standings after a row of checks: `+` ready, `-` not ready, `?` unsure. `!` marks a change, of which people are told. */
function standings(row: string): string {
  const outcomes = { '+': 'ready', '-': 'not-ready', '?': 'unsure' } as const;
  let readiness: Readiness | undefined;
  return row
    .split('')
    .map((sign, index) => {
      const checked: Checked = {
        targetId: 't',
        checks: [],
        outcome: outcomes[sign as keyof typeof outcomes],
        checkedAtMs: 1_000 * (index + 1),
      };
      readiness = follow(readiness, checked);
      return `${readiness.standing === 'ready' ? 'r' : 'L'}${readiness.told ? '' : '!'}`;
    })
    .join(' ');
}

describe('the standing', () => {
  test.each([
    ['+++', 'r r r'],
    ['-', 'r'],
    ['--', 'r L!'],
    ['----', 'r L! L L'],
    ['+-+-+-', 'r r r r r r'],
    ['--+', 'r L! L'],
    ['--++', 'r L! L r!'],
    ['--+-+-', 'r L! L L L L'],
    ['-?-', 'r r L!'],
    ['--?+?+', 'r L! L L L r!'],
    ['??', 'r r'],
  ])('after %s is %s', (row, expected) => {
    expect(standings(row)).toBe(expected);
  });

  test('knows how long the one before it lasted', () => {
    const at = (outcome: Checked['outcome'], checkedAtMs: number): Checked => ({ targetId: 't', checks: [], outcome, checkedAtMs });
    const lost = follow(follow(undefined, at('not-ready', 1_000)), at('not-ready', 2_000));
    expect(lost).toMatchObject({ standing: 'lost', sinceMs: 2_000, beforeMs: 1_000 });
    const back = follow(follow(lost, at('ready', 3_000)), at('ready', 9_000));
    expect(back).toMatchObject({ standing: 'ready', sinceMs: 9_000, beforeMs: 7_000 });
  });
});
