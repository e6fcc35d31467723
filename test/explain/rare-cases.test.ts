import { describe, expect, test } from 'vitest';
import type { Criterion, Matcher } from '../../lib/config/config.ts';
import { deliveryOfFile } from '../../lib/alert/delivery-file.ts';
import { verdictOf, type Case } from '../../lib/explain/case.ts';
import { waysToAct } from '../../lib/explain/counterfactual.ts';
import { misfitsOf } from '../../lib/explain/counts.ts';
import { labelsFor, valueFor } from '../../lib/explain/fitting-labels.ts';
import { readBody } from '../../lib/explain/read.ts';
import { stoppersOf } from '../../lib/explain/stoppers.ts';
import { supposedLook, SUPPOSED } from '../../lib/explain/suppose.ts';
import { instant } from '../../lib/decide/words.ts';
import { eventsOf, RECEIVED_AT_MS } from '../alert/fixtures.ts';
import {
  alertOf,
  bothSee,
  ends,
  fires,
  healthOf,
  HOUR,
  MINUTE,
  rulesOf,
  SECOND,
  T0,
  twoObservers,
  unreached,
  type Statement,
  type Story,
} from '../decide/stories/teller.ts';
import { caseOf } from './case.ts';

type Situation = Partial<Omit<Story, 'gives' | 'says'>>;
const OUTAGE = { alerts: bothSee, at: 2 * MINUTE };
const codesOf = (given: Case): readonly string[] => waysToAct(given).map(({ changes }) => changes.map(({ code }) => code).join('+'));
const matcher = (op: Matcher['op'], value: string, label = 'env'): Matcher => ({ label, op, value });

describe('alerts that are on record already', () => {
  const recorded = (statements: readonly Statement[], at: number): Case => {
    const given = caseOf({ alerts: [], at });
    return { ...given, before: healthOf(given.rules, statements) };
  };

  test('too old: they would have to have begun anew, both of them', () => {
    const given = recorded(bothSee, HOUR);
    expect(verdictOf(given)).toMatchObject({ kind: 'clear', reason: 'alerts-too-old' });
    const way = waysToAct(given).find(({ changes }) => changes[0]?.code === 'alert-fresh');
    expect(way?.changes.map(({ value }) => value)).toEqual([instant(T0 + HOUR - MINUTE)]);
    expect(way?.verdict).toMatchObject({ kind: 'failover', evidence: ['alertmanager/unreachable-eu-1', 'alertmanager/unreachable-eu-2'] });
  });

  test('one of them has ended: it is not called back', () => {
    const given = recorded([...bothSee, ends('eu-2', MINUTE)], HOUR);
    expect(codesOf(given)).not.toContain('alert-fresh');
    expect(codesOf(given)).toContain('alert-fresh+more-observers');
  });
});

describe('a criterion that cannot be met by any alert', () => {
  const never = (change: Partial<Criterion>): Situation => ({ criteria: [{ ...twoObservers, ...change }] });
  test.each<[what: string, situation: Situation]>([
    ['it wants overload, which is no death', never({ classes: ['overload'] })],
    ['it wants a pattern that no value is easily told for', never({ match: [matcher('=~', 'db-[0-9]{4}')] })],
    ['it wants a label to be two things', never({ match: [matcher('=', 'a'), matcher('=', 'b')] })],
  ])('%s: no way is told rather than a wrong one', (_what, situation) => {
    expect(codesOf(caseOf({ ...OUTAGE, ...situation }))).toEqual([]);
    expect(codesOf(caseOf({ ...OUTAGE, ...situation, alerts: [] }))).toEqual([]);
  });
});

test('without any alert, one of any severity is thought up where any counts', () => {
  const given = caseOf({ ...OUTAGE, alerts: [], criteria: [{ ...twoObservers, severities: [] }] });
  const [way] = waysToAct(given);
  expect(way?.changes.map(({ code, value }) => `${code} ${value}`)).toEqual(['more-observers 2', `wait ${instant(T0 + 3 * MINUTE)}`]);
  expect(way?.changes.find(({ code }) => code === 'more-observers')?.what).toContain('(unreachable, critical)');
});

describe('labels that make matchers hold', () => {
  test.each<[matchers: readonly Matcher[], labels: Readonly<Record<string, string>>]>([
    [[matcher('=', 'prod')], { env: 'prod' }],
    [[matcher('!=', 'prod')], { env: '' }],
    [[matcher('!=', '')], { env: 'any' }],
    [[matcher('=~', '.+')], { env: 'x' }],
    [[matcher('=~', 'prod|live'), matcher('!=', 'prod')], { env: 'live' }],
    [[matcher('!=', 'test'), matcher('=~', 'prod|test')], { env: 'prod' }],
    [[matcher('=', 'a'), matcher('=', 'b', 'team')], { env: 'a', team: 'b' }],
    [[matcher('=', 'a'), matcher('=', 'b')], {}],
    [[matcher('=~', '[')], {}],
  ])('%j', (matchers, labels) => {
    expect(labelsFor(matchers)).toEqual(labels);
  });

  test('a label that has to be there is asked for', () => {
    const match = [matcher('!=', '', 'cluster')];
    expect(valueFor(matcher('!=', ''))).toBe('any');
    expect(codesOf(caseOf({ ...OUTAGE, criteria: [{ ...twoObservers, match }] }))).toContain('alert-label');
  });

  test('a label that is missing is called missing, and an empty one empty', () => {
    const criterion = { ...twoObservers, match: [matcher('=', 'live')] };
    const labelled = (labels: Readonly<Record<string, string>>) =>
      misfitsOf(criterion, { ...alertOf(fires('eu-1', 0)), labels }).map(({ value }) => value);
    expect([labelled({}), labelled({ env: '' })]).toEqual([['env not there'], ['env ""']]);
  });
});

describe('time', () => {
  test('a daily limit ends when enough of the failovers are a day old', () => {
    const failoversMs = [T0 - 23 * HOUR, T0 - 22 * HOUR];
    const given = caseOf({ ...OUTAGE, controls: { failoversMs }, guards: { coolDownMs: 0 } });
    const waiting = waysToAct(given).find(({ changes }) => changes.some(({ code }) => code === 'wait'));
    expect(waiting?.changes.find(({ code }) => code === 'wait')?.value).toBe(instant(T0 + HOUR));
  });

  test('no waiting helps where not one failover a day may be', () => {
    const given = caseOf({ ...OUTAGE, guards: { failoversPerDay: 0 } });
    expect(verdictOf(given).reason).toBe('daily-limit');
    expect(codesOf(given)).toEqual(['daily-limit']);
  });

  test('what ended this very moment cannot have begun anew before it: nothing helps yet', () => {
    const maintenance = [{ name: 'work', cron: '58 11 * * *', durationMs: 3 * MINUTE, zone: 'UTC' }];
    const given = caseOf({ alerts: [...bothSee, ends('eu-3', 2 * MINUTE)], at: 2 * MINUTE, guards: { maintenance } });
    expect(verdictOf(given)).toMatchObject({ kind: 'hold', reason: 'began-in-window' });
    expect(codesOf(given)).toEqual([]);
    expect(codesOf({ ...given, nowMs: given.nowMs + MINUTE + SECOND })).toContain('alert-fresh');
  });
});

test('of two freezes the one that is open is lifted, and the other stands', () => {
  const freeze = (name: string, from: number, to: number) => ({ fromMs: T0 + from, toMs: T0 + to, reason: name });
  const freezes = [freeze('sale', MINUTE, HOUR), freeze('audit', 2 * HOUR, 3 * HOUR)];
  const given = caseOf({ ...OUTAGE, guards: { freezes } });
  expect(verdictOf(given).reason).toBe('frozen');
  const [way] = waysToAct(given);
  expect(way?.changes.map(({ code, value }) => `${code} ${value}`)).toEqual(['window-closed sale']);
  const otherwise = way?.changes.reduce((one, change) => change.apply(one), given);
  expect(otherwise?.rules.policy.guards.freezes).toEqual([freezes[1]]);
});

describe('the world that is supposed', () => {
  const rules = rulesOf({});
  test('nobody has looked', () => {
    expect(supposedLook(rules, { ...SUPPOSED, look: 'none' }, T0)).toBeUndefined();
  });

  test('a probe that is not configured tells nothing, and could not have stopped anything', () => {
    expect(supposedLook(rules, SUPPOSED, T0)).not.toHaveProperty('probe');
    const stops = (situation: Situation) => stoppersOf(caseOf({ ...OUTAGE, ...situation })).map(({ what }) => what);
    expect(stops({})).not.toContain('our own probe reached the database');
    expect(stops({ probe: unreached })).toContain('our own probe reached the database');
  });
});

describe('a body that is pasted before anything is configured', () => {
  const [event] = eventsOf('alertmanager');
  const delivery = event?.delivery ?? deliveryOfFile('', '', RECEIVED_AT_MS);
  const zabbixOnly = { zabbix: { kind: 'zabbix', auth: [] } };

  test('is read by whatever source knows it, and it is said that none is configured', () => {
    expect(readBody(delivery, zabbixOnly)).toMatchObject({ configured: false, understood: { source: 'alertmanager' } });
  });

  test('is read as the decider does where the decider can', () => {
    expect(readBody(delivery, { am: { kind: 'alertmanager', auth: [] } })).toMatchObject({
      configured: true,
      understood: { source: 'am' },
    });
  });

  test('stays unknown when a source was named, or when no source knows it', () => {
    const named = readBody(delivery, zabbixOnly, 'zabbix');
    expect([named.configured, named.understood.parsed.alerts]).toEqual([true, []]);
    const junk = readBody({ ...delivery, body: '{"hello":1}' }, zabbixOnly);
    expect(junk.understood.parsed.refusals.map(({ code }) => code)).toEqual(['unknown-source']);
    expect(junk.configured).toBe(true);
  });
});
