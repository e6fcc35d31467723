import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verdictOf, type Case } from '../../lib/explain/case.ts';
import type { ChangeCode } from '../../lib/explain/change.ts';
import { applied, waysToAct } from '../../lib/explain/counterfactual.ts';
import { GUARD_LIFTS } from '../../lib/explain/guard-changes.ts';
import { stoppersOf } from '../../lib/explain/stoppers.ts';
import { instant } from '../../lib/decide/words.ts';
import { circumstances, moment, statement } from '../decide/arbitrary.ts';
import {
  alive,
  askDba,
  bothSee,
  ends,
  fires,
  HOUR,
  MINUTE,
  oneAndProbe,
  SECOND,
  T0,
  twoObservers,
  unreached,
  unsure,
  type Story,
} from '../decide/stories/teller.ts';
import { caseOf } from './case.ts';

type Situation = Partial<Omit<Story, 'gives' | 'says'>>;
const OUTAGE = { alerts: bothSee, at: 2 * MINUTE };
const codesOf = (given: Case): readonly (readonly ChangeCode[])[] => waysToAct(given).map(({ changes }) => changes.map(({ code }) => code));

describe('one thing that is not as it should be, and the one change that mends it', () => {
  const pause = { owner: 'ann', reason: 'work', sinceMs: T0, untilMs: T0 + HOUR };
  test.each<[what: string, situation: Situation, expected: readonly ChangeCode[], kind?: string]>([
    ['not for long enough yet', { at: 20 * SECOND }, ['wait']],
    ['begun ahead of our clock', { alerts: [fires('eu-1', 5 * MINUTE), fires('eu-2', 5 * MINUTE)] }, ['wait']],
    ['the provider still has its grace', { guards: { providerGraceMs: 3 * MINUTE } }, ['wait']],
    ['an earlier failover is in flight', { inFlight: 'f1' }, ['in-flight-over']],
    ['blocked', { controls: { block: { failoverId: 'f1', why: 'failed', sinceMs: T0 } } }, ['acknowledged']],
    ['cooling down', { controls: { coolDownUntilMs: T0 + HOUR } }, ['acknowledged']],
    ['as many failovers as a day may have', { controls: { failoversMs: [T0 - HOUR, T0 - 2 * HOUR] } }, ['daily-limit']],
    ['our probe reaches it', { probe: alive }, ['probe']],
    ['our probe cannot tell and is needed', { criteria: [oneAndProbe], alerts: [fires('eu-1', 0)], probe: unsure }, ['probe']],
    ['the provider is busy', { world: { inFlight: ['backup'] } }, ['provider-idle']],
    ['the standby is none', { world: { standbyRole: 'primary' } }, ['standby-role']],
    ['replication is broken', { world: { relation: 'broken' } }, ['relation-healthy']],
    ['the standby is ill', { world: { standbyHealthy: false } }, ['standby-healthy']],
    ['the lag cannot be read', { world: { lagMs: undefined } }, ['lag']],
    ['the lag is too long', { world: { lagMs: MINUTE }, guards: { overLag: 'hold' } }, ['lag']],
    ['no plan can be made', { planImpossible: 'no reader' }, ['plan']],
    ['the brake is on', { fleet: { brakeOn: true } }, ['brake-released']],
    ['a storm', { fleet: { alarmingTargets: 9 } }, ['brake-released']],
    ['shadow mode', { target: { mode: 'shadow' } }, ['mode-act']],
    ['nobody has looked', { world: 'none' }, ['look']],
    ['one observer only', { alerts: [fires('eu-1', 0)] }, ['more-observers']],
    ['the alerts are warnings', { alerts: bothSee.map((one) => ({ ...one, severity: 'warning' })) }, ['alert-severity']],
    ['the alerts are of no class', { alerts: bothSee.map((one) => ({ ...one, class: 'other' })) }, ['alert-class']],
    ['they are of another source', { criteria: [{ ...twoObservers, sources: ['zabbix'] }] }, ['alert-source']],
    ['they have another name', { criteria: [{ ...twoObservers, names: ['Down'] }] }, ['alert-name']],
    ['a label is wanted', { criteria: [{ ...twoObservers, match: [{ label: 'env', op: '=', value: 'live' }] }] }, ['alert-label']],
    ['a label is not', { criteria: [{ ...twoObservers, match: [{ label: 'env', op: '!~', value: 'prod|live' }] }] }, ['alert-label']],
    ['a pattern is wanted', { criteria: [{ ...twoObservers, match: [{ label: 'env', op: '=~', value: 'live.*|x' }] }] }, ['alert-label']],
    ['resolved', { alerts: [...bothSee, ends('eu-1', MINUTE), ends('eu-2', MINUTE)], at: 90 * SECOND }, ['alert-firing']],
    ['too old', { at: 20 * MINUTE }, ['alert-fresh']],
    ['spent', { controls: { spentUntilMs: T0 } }, ['alert-fresh']],
    ['too far apart', { alerts: [fires('eu-1', 0), fires('eu-2', 11 * MINUTE)], at: 13 * MINUTE }, ['alert-fresh']],
  ])('%s', (_what, situation, expected, kind = 'failover') => {
    const given = caseOf({ ...OUTAGE, ...situation });
    expect(verdictOf(given).kind).not.toBe(kind);
    const ways = waysToAct(given);
    expect(ways.map(({ changes }) => changes.map(({ code }) => code))).toContainEqual(expected);
    const way = ways.find(({ changes }) => changes.length === expected.length && changes[0]?.code === expected[0]);
    expect(way?.verdict.kind).toBe(kind);
  });

  test('a pause that is lifted leaves the signals of its time unfresh, as a real one does', () => {
    const given = caseOf({ ...OUTAGE, controls: { pause } });
    expect(codesOf(given)).toContainEqual(['pause-lifted', 'alert-fresh', 'wait']);
    expect(codesOf(given)).not.toContainEqual(['pause-lifted']);
  });

  test('a window that closes leaves the signals of its time unfresh, and one that never opened does not', () => {
    const maintenance = [{ name: 'work', cron: '58 11 * * *', durationMs: 5 * MINUTE, zone: 'UTC' }];
    const codes = codesOf(caseOf({ ...OUTAGE, guards: { maintenance } }));
    expect(codes).toContainEqual(['window-closed']);
    expect(codes.every((way) => way[0] !== 'wait' || way.includes('alert-fresh'))).toBe(true);
  });

  test('an ask wants the approval, and the consent to lose data where the lag is over the limit', () => {
    expect(codesOf(caseOf({ ...OUTAGE, guards: { approval: askDba } }))).toEqual([['approved']]);
    const lagging = caseOf({ ...OUTAGE, guards: { approval: askDba, overLag: 'ask' }, world: { lagMs: MINUTE } });
    expect(codesOf(lagging)).toEqual(
      expect.arrayContaining([
        ['data-loss-consented', 'approved'],
        ['lag', 'approved'],
      ]),
    );
  });
});

describe('the values are exact', () => {
  test('the moment to wait for: then, and not a millisecond sooner', () => {
    const given = caseOf({ ...OUTAGE, at: 20 * SECOND });
    const [way] = waysToAct(given);
    expect(way?.changes[0]?.value).toBe(instant(T0 + MINUTE));
    expect(verdictOf({ ...given, nowMs: T0 + MINUTE }).kind).toBe('failover');
    expect(verdictOf({ ...given, nowMs: T0 + MINUTE - 1 }).kind).toBe('wait');
  });

  test('the number of further alerts: as many, and not one fewer', () => {
    const criteria = [{ ...twoObservers, quorum: { ...twoObservers.quorum, alerts: 4, observers: 3 } }];
    const given = caseOf({ ...OUTAGE, alerts: [fires('eu-1', 0)], criteria });
    const way = waysToAct(given).find(({ changes }) => changes.length === 1 && changes[0]?.code === 'more-observers');
    expect(way?.changes[0]?.value).toBe('3');
  });

  test('the lag: at the limit it acts, a millisecond more and it does not', () => {
    const given = caseOf({ ...OUTAGE, world: { lagMs: MINUTE }, guards: { overLag: 'hold' } });
    const value = Number(waysToAct(given)[0]?.changes[0]?.value);
    const lagging = (lagMs: number): Case => caseOf({ ...OUTAGE, world: { lagMs }, guards: { overLag: 'hold' } });
    expect([verdictOf(lagging(value)).kind, verdictOf(lagging(value + 1)).kind]).toEqual(['failover', 'hold']);
  });
});

test('as in the decider, the world is not looked at before time and record allow it', () => {
  const given = caseOf({ ...OUTAGE, at: 70 * SECOND, guards: { providerGraceMs: 2 * MINUTE }, world: { relation: 'broken' } });
  expect(verdictOf(given)).toMatchObject({ kind: 'wait', reason: 'provider-grace' });
  expect(codesOf(given)).toEqual([['wait', 'relation-healthy']]);
});

test('several things at once are mended together, with nothing that is not needed', () => {
  const given = caseOf({ ...OUTAGE, target: { mode: 'shadow' }, world: { relation: 'broken', standbyHealthy: false }, inFlight: 'f1' });
  expect(codesOf(given).map((way) => way.toSorted())).toEqual([['in-flight-over', 'mode-act', 'relation-healthy', 'standby-healthy']]);
});

test('overload is not talked into a death by waiting, only by being something else', () => {
  const alerts = bothSee.map((one) => ({ ...one, class: 'overload' as const }));
  const ways = codesOf(caseOf({ ...OUTAGE, alerts }));
  expect(ways).toContainEqual(['alert-class']);
  expect(ways).not.toContainEqual(['wait']);
});

describe('what would have stopped a failover', () => {
  test('every single thing is told with its verdict', () => {
    const stoppers = stoppersOf(caseOf({ ...OUTAGE, probe: unreached }));
    const told = Object.fromEntries(stoppers.map(({ what, verdict }) => [what, `${verdict.kind} ${verdict.reason}`]));
    expect(told).toEqual({
      'the alerts were resolved': 'clear no-matching-alert',
      'our own probe reached the database': 'hold contradicted',
      'the standby were not healthy': 'hold standby-unhealthy',
      'the lag were over 10 s': 'ask data-loss-consent-needed',
      'the lag could not be read': 'hold lag-unknown',
      'the target were paused': 'hold paused',
      'the fleet brake were on': 'hold fleet-brake',
      'the target were in shadow mode': 'hold shadow-mode',
    });
  });
});

const anyCase: fc.Arbitrary<Case> = fc
  .record({ around: circumstances, alerts: fc.array(statement, { minLength: 1, maxLength: 5 }), at: moment(0, 20 * MINUTE) })
  .map(({ around, alerts, at }) => caseOf({ ...around, alerts, at }));

describe('of any case', () => {
  test('every way is true, and none of its changes could be left out', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const { kind } = verdictOf(given);
        const goals = kind === 'ask' ? ['failover'] : ['failover', 'ask'];
        if (kind === 'failover') return;
        for (const { changes, verdict } of waysToAct(given)) {
          expect(goals).toContain(verdict.kind);
          expect(verdictOf(applied(given, changes))).toEqual(verdict);
          for (const change of changes) {
            const without = changes.filter((one) => one !== change);
            expect(goals).not.toContain(verdictOf(applied(given, without)).kind);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('no red check is left without anything that would lift it', () => {
    const byTime = new Set(['dwell', 'provider-grace', 'fresh-signal', 'state']);
    const ofAlerts = new Set(['matching-alerts', 'new-signal', 'alert-age', 'quorum']);
    fc.assert(
      fc.property(anyCase, (given) => {
        const red = verdictOf(given).checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'ask' || verdict === 'wait');
        for (const { name } of red) expect(byTime.has(name) || ofAlerts.has(name) || Object.hasOwn(GUARD_LIFTS, name), name).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
