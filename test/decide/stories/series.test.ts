import { describe, expect, test } from 'vitest';
import { decide } from '../../../lib/decide/decide.ts';
import { boundTracked } from '../../../lib/decide/bounds.ts';
import { fold } from '../../../lib/decide/fold.ts';
import { emptyHealth, episodeOf, MAX_OBSERVERS, MAX_STARTS, MAX_TRACKED_PER_CRITERION, type Health } from '../../../lib/decide/health.ts';
import { relevanceOf } from '../../../lib/decide/matcher.ts';
import { alertOf, bothSee, ends, fires, MINUTE, rulesOf, SECOND, situationOf, T0, tell, twoObservers, type Statement } from './teller.ts';

const rules = rulesOf({});
const foldAt = (health: Health, statements: readonly Statement[], atMs: number, { policy } = rules): Health =>
  fold(health, statements.map(alertOf), relevanceOf(policy), T0 + atMs);
const told = (...statements: readonly Statement[]): Health => foldAt(emptyHealth, statements, MINUTE);
const startsOf = (health: Health, observer = 'eu-1'): readonly number[] | undefined =>
  health.observers[observer]?.tracked[`alertmanager/unreachable-${observer}`]?.startsMs.map((startMs) => startMs - T0);

describe('the starts of a series', () => {
  const reminders = (count: number): Statement[] => Array.from({ length: count }, (_, index) => fires('eu-1', index * SECOND));
  test('are kept newest first, as many as there is room for', () => {
    expect(startsOf(told(...reminders(MAX_STARTS)))).toEqual(Array.from({ length: MAX_STARTS }, (_, index) => (15 - index) * SECOND));
  });
  test('of more the newest stay, and the very first', () => {
    const starts = startsOf(told(...reminders(MAX_STARTS + 1)));
    expect(starts).toHaveLength(MAX_STARTS);
    expect(starts?.slice(0, 2)).toEqual([16 * SECOND, 15 * SECOND]);
    expect(starts?.slice(-2)).toEqual([2 * SECOND, 0]);
  });
  test('that an end is not before are gone from the record', () => {
    expect(startsOf(told(fires('eu-1', 0), ends('eu-1', SECOND)))).toEqual([]);
    expect(startsOf(told(fires('eu-1', SECOND), ends('eu-1', SECOND)))).toEqual([]);
    expect(startsOf(told(fires('eu-1', SECOND + 1), ends('eu-1', SECOND)))).toEqual([SECOND + 1]);
  });
  test('go one by one: an end takes the first and leaves the reminder after it', () => {
    expect(startsOf(told(fires('eu-1', 10 * SECOND), fires('eu-1', 50 * SECOND), ends('eu-1', 20 * SECOND)))).toEqual([50 * SECOND]);
  });
});

describe('an episode', () => {
  const series = { source: 's', name: 'n', class: 'down', severity: 'critical', labels: {}, summary: '', statedAtMs: 0 } as const;
  test.each([
    [[], 0, undefined],
    [[20, 10], 20, undefined],
    [[20, 10], 15, { firstMs: 20, lastMs: 20 }],
    [[30, 20, 10], 10, { firstMs: 20, lastMs: 30 }],
    [[30, 20, 10], 9, { firstMs: 10, lastMs: 30 }],
  ])(
    'rule 2: of starts at %j and an end at %d is what began after the end, whatever else is on record',
    (startsMs, resolvedAtMs, episode) => {
      expect(episodeOf({ ...series, startsMs, resolvedAtMs })).toEqual(episode);
    },
  );
});

test.each([
  ['is before its end', 30 * SECOND + 1],
  ['is at its end', 30 * SECOND],
])('rule 2: a start that %s begins nothing, even if the record still has it', (_what, resolvedMs) => {
  const health = told(...bothSee, fires('eu-1', MINUTE), fires('eu-2', MINUTE));
  const observers = Object.entries(health.observers).map(([name, observer]) => {
    const series = Object.entries(observer.tracked).map(([key, alert]) => [
      key,
      { ...alert, startsMs: [T0 + MINUTE, T0 + 30 * SECOND], resolvedAtMs: T0 + resolvedMs },
    ]);
    return [name, { ...observer, tracked: Object.fromEntries(series) as typeof observer.tracked }];
  });
  const record = { ...health, observers: Object.fromEntries(observers) as Health['observers'] };
  expect(decide(rules, situationOf({}, record), T0 + 2 * MINUTE - 1)).toMatchObject({ kind: 'wait', lookAgainAtMs: T0 + 2 * MINUTE });
});

describe('the end of a series', () => {
  test('is remembered though it takes nothing away: what it ended may come after it', () => {
    const health = told(fires('eu-1', MINUTE, { began: 40 * SECOND }));
    const ended = foldAt(health, [ends('eu-1', 30 * SECOND)], MINUTE);
    expect(startsOf(ended)).toEqual([40 * SECOND]);
    expect(foldAt(ended, [fires('eu-1', 20 * SECOND)], MINUTE)).toBe(ended);
  });
  test('that nothing on record needs is remembered if a criterion could ask for its kind, and else costs nothing', () => {
    const two = rulesOf({ criteria: [{ ...twoObservers, classes: ['down'] }, twoObservers] });
    expect(startsOf(foldAt(emptyHealth, [ends('eu-1', SECOND)], MINUTE, two))).toEqual([]);
    expect(told(ends('eu-1', SECOND, { class: 'overload' }))).toBe(emptyHealth);
  });
  test('what has other labels than the policy asks for costs nothing while it fires', () => {
    const prod = rulesOf({ criteria: [{ ...twoObservers, match: [{ label: 'env', op: '=', value: 'prod' }] }] });
    expect(foldAt(emptyHealth, [fires('eu-1', 0, { labels: { env: 'test' } })], 0, prod)).toBe(emptyHealth);
  });
  tell([
    {
      rule: 2,
      says: 'it ends the reminders before it as well',
      alerts: [...bothSee, fires('eu-1', 10 * SECOND), ends('eu-1', 20 * SECOND, { began: 0 })],
      at: MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'seen before its beginning, by a clock that is slow, it ends it all the same',
      alerts: [...bothSee, ends('eu-1', -SECOND, { began: 0 })],
      at: MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'what began with other labels than the policy asks for is no start of it',
      alerts: [...bothSee, fires('eu-1', -MINUTE, { labels: { env: 'test' } })],
      criteria: [{ ...twoObservers, forMs: 90 * SECOND, match: [{ label: 'env', op: '=', value: 'prod' }] }],
      at: 89 * SECOND,
      gives: ['wait', 'dwelling'],
    },
  ]);
});

describe('rule 2: below the floor, which the newest forgotten end has raised', () => {
  const gone = Array.from({ length: 9 }, (_, index) => ends('eu-1', (10 + index) * SECOND, { fingerprint: `gone-${index}` }));
  const full = told(...bothSee, ...gone);
  test('the story is as told: one end was forgotten', () => {
    expect(full.observers['eu-1']?.floorMs).toBe(T0 + 10 * SECOND);
    expect(full.dropped).toBe(1);
  });
  test('an end counts for what is on record, though it is older than all that is remembered, and goes at once', () => {
    const ended = foldAt(full, [ends('eu-1', 5 * SECOND)], MINUTE);
    expect(startsOf(ended)).toBeUndefined();
    expect(ended.dropped).toBe(2);
    expect(foldAt(ended, [fires('eu-1', 0)], MINUTE)).toBe(ended);
  });
  test('what began exactly at the floor does not come back', () => {
    expect(foldAt(full, [fires('eu-1', 10 * SECOND, { fingerprint: 'gone-0' })], MINUTE)).toBe(full);
  });
  test('what began before it is not new because it is stated again later', () => {
    expect(foldAt(full, [fires('eu-1', 30 * SECOND, { began: 9 * SECOND, fingerprint: 'gone-0' })], MINUTE)).toBe(full);
  });
  test('what began before it and ended after it is remembered', () => {
    const ended = foldAt(full, [ends('eu-1', 30 * SECOND, { began: 9 * SECOND, fingerprint: 'late' })], MINUTE);
    expect(ended.observers['eu-1']?.tracked).toHaveProperty(['alertmanager/late']);
  });
});

test('as many series as there is room for stay as they are: nothing is copied', () => {
  const series = Array.from({ length: MAX_TRACKED_PER_CRITERION + 1 }, (_, index) => fires('eu-1', index, { fingerprint: `f${index}` }));
  const { tracked = {} } = told(...series.slice(1)).observers['eu-1'] ?? {};
  expect(boundTracked(tracked, relevanceOf(rules.policy), T0)).toEqual({ kept: tracked, floorMs: 0, dropped: [] });
  expect(boundTracked(tracked, relevanceOf(rules.policy), T0).kept).toBe(tracked);
  const one = { ...tracked, ...told(...series.slice(0, 1)).observers['eu-1']?.tracked };
  expect(boundTracked(one, relevanceOf(rules.policy), T0 + SECOND).dropped).toEqual(['alertmanager/f4']);
});

describe('which observers see something', () => {
  const watchers = Array.from({ length: MAX_OBSERVERS - 1 }, (_, index) => fires(`eu-${index + 1}`, MINUTE));
  const room = (last: Statement, atMs: number): boolean => {
    const full = foldAt(emptyHealth, [...watchers, last], atMs);
    expect(Object.keys(full.observers)).toHaveLength(MAX_OBSERVERS);
    return foldAt(full, [fires('newcomer', MINUTE)], atMs) !== full;
  };
  test.each([
    ['whose alert is from the future sees nothing', 90 * SECOND + 1, true],
    ['whose clock is as far ahead as is allowed sees something', 90 * SECOND, false],
  ])('one %s', (_what, beganMs, isRoom) => {
    expect(room(fires('last', beganMs), MINUTE)).toBe(isRoom);
  });
  test.each([
    ['that is a millisecond too old is nothing', 15 * MINUTE + 1, true],
    ['that is just of the highest age is something', 15 * MINUTE, false],
  ])('an alert %s', (_what, atMs, isRoom) => {
    expect(room(fires('last', 0), atMs)).toBe(isRoom);
  });
});

test('what a policy looks for is found out once for each policy', () => {
  expect(relevanceOf(rules.policy)).toBe(relevanceOf(rules.policy));
  expect(relevanceOf(rulesOf({}).policy)).not.toBe(relevanceOf(rules.policy));
});
