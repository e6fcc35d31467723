import { describe, expect, test } from 'vitest';
import { decide } from '../../../lib/decide/decide.ts';
import { fold } from '../../../lib/decide/fold.ts';
import { MAX_OBSERVERS, MAX_REMEMBERED, MAX_TRACKED_PER_CRITERION, type Health } from '../../../lib/decide/health.ts';
import { relevanceOf } from '../../../lib/decide/matcher.ts';
import {
  alertOf,
  bothSee,
  DAY,
  ends,
  fires,
  healthOf,
  HOUR,
  MINUTE,
  rulesOf,
  SECOND,
  situationOf,
  T0,
  tell,
  twoObservers,
  verdictOf,
  type Statement,
} from './teller.ts';

describe('ends that come in another order or dress', () => {
  tell([
    {
      rule: 2,
      says: 'resolved, then redelivered: the old firing changes nothing (Alertmanager is at-least-once by design)',
      alerts: [
        ...bothSee,
        ends('eu-1', 30 * SECOND),
        ends('eu-2', 30 * SECOND),
        ...bothSee.map((one) => ({ ...one, at: 2 * MINUTE, began: 0 })),
      ],
      at: 2 * MINUTE,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 2,
      says: 'an end that overtakes its beginning ends it all the same',
      alerts: [ends('eu-1', 30 * SECOND, { began: 0 }), ...bothSee],
      at: 2 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'an end stated at another severity cancels all the same (Alibaba Cloud tells "failure ended" as information)',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND, { severity: 'info' })],
      at: 2 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'and it does even if it overtakes its beginning',
      alerts: [ends('eu-1', 30 * SECOND, { severity: 'info', began: 0 }), ...bothSee],
      at: 2 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'an end with other labels cancels, though the policy asks for them',
      criteria: [{ ...twoObservers, match: [{ label: 'env', op: '=', value: 'prod' }] }],
      alerts: [ends('eu-1', 30 * SECOND, { labels: {}, began: 0 }), ...bothSee],
      at: 2 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'an end in another class cancels what is on record',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND, { class: 'other' })],
      at: 2 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'the end of another series of the same observer cancels nothing',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND, { fingerprint: 'cpu', class: 'overload' })],
      at: 2 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'the same fingerprint from another monitoring system is another series',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND, { source: 'zabbix' })],
      at: 2 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 3,
      says: 'a start that is delivered a day late, after its end, is old twice',
      alerts: [ends('eu-1', 30 * SECOND, { began: 0 }), fires('eu-1', DAY, { began: 0 }), fires('eu-2', DAY)],
      at: DAY + MINUTE,
      gives: ['clear', 'quorum-short'],
    },
  ]);
});

const rules = rulesOf({});
const relevance = relevanceOf(rules.policy);
const foldAt = (health: Health, statements: readonly Statement[], atMs: number): Health =>
  fold(health, statements.map(alertOf), relevance, T0 + atMs);
const verdictFrom = (health: Health, at: number): ReturnType<typeof decide> => decide(rules, situationOf({}, health), T0 + at);
const flood = (observer: string, count: number, at: (index: number) => number, more: Partial<Statement> = {}): Statement[] =>
  Array.from({ length: count }, (_, index) =>
    fires(observer, at(index), { fingerprint: `flood-${String(index).padStart(4, '0')}`, ...more }),
  );

describe('what does not change the record costs no write', () => {
  const health = healthOf(rules, bothSee);
  test('the same alerts again give the very same object', () => {
    expect(foldAt(health, bothSee, HOUR)).toBe(health);
  });
  test('so does an alert that no criterion could count', () => {
    expect(foldAt(health, [fires('eu-1', 0, { class: 'overload', fingerprint: 'cpu' })], 0)).toBe(health);
    expect(foldAt(health, [fires('eu-1', 0, { name: 'Other', class: 'other', fingerprint: 'x' })], 0)).toBe(health);
  });
  test('an end on record is not written twice', () => {
    const ended = foldAt(health, [ends('eu-1', SECOND)], SECOND);
    expect(ended).not.toBe(health);
    expect(foldAt(ended, [ends('eu-1', SECOND)], MINUTE)).toBe(ended);
  });
  test('an older end changes nothing', () => {
    const ended = foldAt(health, [ends('eu-1', 2 * SECOND)], SECOND);
    expect(foldAt(ended, [ends('eu-1', SECOND)], MINUTE)).toBe(ended);
  });
  test('a reminder that has been forgotten among many is not written again', () => {
    const reminded = foldAt(
      health,
      Array.from({ length: 40 }, (_, index) => fires('eu-1', index * SECOND)),
      MINUTE,
    );
    expect(foldAt(reminded, [fires('eu-1', 20 * SECOND)], MINUTE)).toBe(reminded);
  });
  test('a newcomer for which there is no room may come again and again', () => {
    const many = flood('eu-1', 40, (index) => index);
    const full = foldAt(health, many, 0);
    expect(Object.keys(full.observers['eu-1']?.tracked ?? {})).toHaveLength(MAX_TRACKED_PER_CRITERION);
    expect(foldAt(full, many, 0)).toBe(full);
  });
});

describe('two statements of one moment', () => {
  const stated = (more: Partial<Statement>): Statement => fires('eu-1', 0, more);
  test.each<[string, Partial<Statement>, Partial<Statement>]>([
    ['another severity', { severity: 'critical' }, { severity: 'warning' }],
    ['another name', { name: 'A' }, { name: 'B' }],
    ['another class', { class: 'down' }, { class: 'unreachable' }],
    ['another summary', { summary: 'a' }, { summary: 'b' }],
    ['an earlier name and a later summary', { name: 'A', summary: 'b' }, { name: 'B', summary: 'a' }],
    ['another label', { labels: { env: 'prod' } }, { labels: { env: 'live' } }],
    ['one label more', { labels: { env: 'prod' } }, { labels: { env: 'prod', team: 'x' } }],
    ['one label instead of another', { labels: { env: 'prod' } }, { labels: { team: 'prod' } }],
    ['a label of the language itself', { labels: { env: 'prod' } }, { labels: { constructor: 'prod' } }],
    ['the same labels in another order', { labels: { env: 'a', team: 'b' } }, { labels: { team: 'b', env: 'a' } }],
  ])('%s: whichever comes first, the same one describes the series', (_what, a, b) => {
    const match = ['env', 'team', 'constructor'].map((label) => ({ label, op: '!=' as const, value: 'x' }));
    const labelled = rulesOf({ criteria: [{ ...twoObservers, match }] });
    const one = healthOf(labelled, [stated(a), stated(b)]);
    expect(healthOf(labelled, [stated(b), stated(a)])).toEqual(one);
    expect(fold(one, [alertOf(stated(a)), alertOf(stated(b))], relevanceOf(labelled.policy), T0)).toBe(one);
  });
  test('of equal times the description that is later by the alphabet stands', () => {
    const health = healthOf(rules, [stated({ summary: 'b' }), stated({ summary: 'a' })]);
    expect(health.observers['eu-1']?.tracked['alertmanager/unreachable-eu-1']?.summary).toBe('b');
  });
  test('a later one stands, whichever comes first', () => {
    const later = stated({ summary: 'a', at: SECOND, began: 0 });
    for (const order of [
      [stated({ summary: 'b' }), later],
      [later, stated({ summary: 'b' })],
    ])
      expect(healthOf(rules, order).observers['eu-1']?.tracked['alertmanager/unreachable-eu-1']).toMatchObject({
        summary: 'a',
        statedAtMs: T0 + SECOND,
      });
  });
  test('of a long summary no more is kept than people need', () => {
    const health = healthOf(rules, [stated({ summary: 's'.repeat(300) })]);
    expect(health.observers['eu-1']?.tracked['alertmanager/unreachable-eu-1']?.summary).toHaveLength(120);
  });
  test('only labels that the policy asks about are kept', () => {
    const labelled = rulesOf({ criteria: [{ ...twoObservers, match: [{ label: 'env', op: '=', value: 'prod' }] }] });
    const health = healthOf(labelled, [stated({ labels: { env: 'prod', secret: 'x' } })]);
    expect(health.observers['eu-1']?.tracked['alertmanager/unreachable-eu-1']?.labels).toEqual({ env: 'prod' });
  });
});

describe('floods', () => {
  test('which of many of one moment stay does not depend on which came first', () => {
    const many = flood('eu-1', 30, () => 0);
    const warned = flood('eu-1', 30, () => 0, { severity: 'warning' });
    for (const list of [many, warned]) {
      const there = Object.keys(foldAt(healthOf(rules, []), list, MINUTE).observers['eu-1']?.tracked ?? {});
      const back = Object.keys(foldAt(healthOf(rules, []), list.toReversed(), MINUTE).observers['eu-1']?.tracked ?? {});
      expect(there.length).toBe(MAX_TRACKED_PER_CRITERION);
      expect(back.toSorted()).toEqual(there.toSorted());
    }
  });
  test('rule 12: a thousand new fingerprints of one observer neither evict the evidence of another nor its own oldest', () => {
    const flooded = foldAt(
      healthOf(rules, bothSee),
      flood('eu-1', 1_000, (index) => index + 1),
      30 * SECOND,
    );
    expect(Object.keys(flooded.observers['eu-1']?.tracked ?? {}).length).toBeLessThanOrEqual(MAX_TRACKED_PER_CRITERION + MAX_REMEMBERED);
    const verdict = verdictFrom(flooded, MINUTE);
    expect(verdict.kind).toBe('failover');
    expect(verdict.evidence).toEqual(expect.arrayContaining(['alertmanager/unreachable-eu-1', 'alertmanager/unreachable-eu-2']));
  });
  test('the newest evidence stays as well: it may be the only one within the window of another observer', () => {
    const leftovers = flood('eu-1', 50, (index) => -14 * MINUTE + index * SECOND);
    const flooded = healthOf(rules, [...leftovers, ...bothSee]);
    expect(verdictFrom(flooded, MINUTE)).toMatchObject({ kind: 'failover' });
  });
  test('rule 3: a redrive of a thousand old alerts does not evict the live ones', () => {
    const redriven = flood('eu-1', 1_000, (index) => index * SECOND - 30 * DAY);
    const flooded = foldAt(healthOf(rules, bothSee), redriven, 30 * SECOND);
    expect(verdictFrom(flooded, MINUTE).kind).toBe('failover');
  });
  test('rule 3: nor does it keep live ones out that come after it', () => {
    const redriven = foldAt(
      healthOf(rules, []),
      flood('eu-1', 1_000, (index) => index * SECOND - 30 * DAY),
      0,
    );
    expect(verdictFrom(foldAt(redriven, bothSee, 0), MINUTE).kind).toBe('failover');
  });
  test('alerts from the future do not evict those of now', () => {
    const flooded = foldAt(
      healthOf(rules, bothSee),
      flood('eu-1', 100, (index) => 365 * DAY + index),
      0,
    );
    expect(verdictFrom(flooded, MINUTE).kind).toBe('failover');
    expect(
      verdictFrom(
        foldAt(
          foldAt(
            healthOf(rules, []),
            flood('eu-1', 100, (index) => DAY + index),
            0,
          ),
          bothSee,
          0,
        ),
        MINUTE,
      ).kind,
    ).toBe('failover');
  });
  test('many series that begin at one moment do not keep out another of that moment', () => {
    const two = rulesOf({
      criteria: [
        twoObservers,
        { ...twoObservers, name: 'down', classes: ['down'], quorum: { ...twoObservers.quorum, alerts: 1, observers: 1 } },
      ],
    });
    const health = healthOf(two, [...flood('eu-1', 50, () => 0), fires('eu-1', 0, { fingerprint: 'down', class: 'down' })]);
    const verdict = decide(two, situationOf({}, health), T0 + MINUTE);
    expect(verdict).toMatchObject({ kind: 'failover', criterion: 'down', evidence: ['alertmanager/down'] });
  });
  test('a flood that meets one criterion does not evict the evidence of another that it could have met, too', () => {
    const any = { ...twoObservers, name: 'any' };
    const down = { ...twoObservers, name: 'down', classes: ['down' as const], quorum: { ...twoObservers.quorum, alerts: 1, observers: 1 } };
    const two = rulesOf({ criteria: [any, down] });
    const health = healthOf(two, [
      fires('eu-1', 0, { fingerprint: 'down', class: 'down' }),
      ...flood('eu-1', 50, (index) => -index * SECOND),
    ]);
    expect(decide(two, situationOf({}, health), T0 + MINUTE)).toMatchObject({ kind: 'failover', criterion: 'down' });
  });
  test('a flood of warnings evicts nothing that is critical', () => {
    const flooded = foldAt(
      healthOf(rules, bothSee),
      flood('eu-1', 100, () => -MINUTE, { severity: 'warning' }),
      0,
    );
    expect(verdictFrom(flooded, MINUTE).kind).toBe('failover');
  });
  test('what goes is counted, and the oldest ends go first', () => {
    const ended = Array.from({ length: 12 }, (_, index) => ends('eu-1', index * SECOND, { fingerprint: `gone-${index}` }));
    const health = foldAt(healthOf(rules, []), ended, MINUTE);
    expect(health.dropped).toBe(12 - MAX_REMEMBERED);
    expect(Object.keys(health.observers['eu-1']?.tracked ?? {})).toEqual(ended.slice(4).map((one) => `alertmanager/${one.fingerprint}`));
    expect(health.observers['eu-1']?.floorMs).toBe(T0 + 3 * SECOND);
  });
  test('rule 2: an end for which there is no room is remembered by the floor', () => {
    const ended = Array.from({ length: 9 }, (_, index) => ends('eu-1', (10 + index) * SECOND, { fingerprint: `gone-${index}` }));
    const full = foldAt(healthOf(rules, []), ended, MINUTE);
    const more = foldAt(full, [ends('eu-1', 10.5 * SECOND, { fingerprint: 'late' })], MINUTE);
    expect(more.observers['eu-1']?.tracked).toEqual(full.observers['eu-1']?.tracked);
    expect(more.observers['eu-1']?.floorMs).toBe(T0 + 10.5 * SECOND);
    expect(foldAt(more, [fires('eu-1', 10.2 * SECOND, { fingerprint: 'late' })], MINUTE)).toBe(more);
  });
  test('rule 2: what ended and was forgotten does not come back by redelivery', () => {
    const series = Array.from({ length: 30 }, (_, index) => [
      fires('eu-1', index * SECOND, { fingerprint: `gone-${index}` }),
      ends('eu-1', index * SECOND + 500, { fingerprint: `gone-${index}`, began: index * SECOND }),
    ]).flat();
    const health = foldAt(healthOf(rules, []), series, MINUTE);
    expect(health.dropped).toBeGreaterThan(0);
    expect(foldAt(health, series, MINUTE)).toBe(health);
    expect(verdictFrom(foldAt(health, [...series, fires('eu-2', 0)], MINUTE), MINUTE).kind).toBe('clear');
  });
});

describe('too many observers', () => {
  const watchers = Array.from({ length: MAX_OBSERVERS }, (_, index) => fires(`eu-${index + 1}`, index));
  const full = healthOf(rules, watchers);
  test('while all of them see something, a newcomer is not taken in, and costs nothing', () => {
    expect(foldAt(full, [fires('eu-9', 0), fires('zz', 0)], MINUTE)).toBe(full);
    expect(Object.keys(full.observers)).toHaveLength(MAX_OBSERVERS);
  });
  test('a newcomer takes the place of one that sees nothing any more', () => {
    const after = foldAt(full, [ends('eu-3', 5 * SECOND), fires('eu-9', 6 * SECOND)], MINUTE);
    expect(Object.keys(after.observers)).toEqual(['eu-1', 'eu-2', 'eu-4', 'eu-5', 'eu-6', 'eu-7', 'eu-8', 'eu-9']);
    expect(after).toMatchObject({ floorMs: T0 + 5 * SECOND, dropped: 1 });
  });
  test('rule 2: and what that one had ended does not come back by redelivery', () => {
    const after = foldAt(full, [ends('eu-3', 5 * SECOND), fires('eu-9', 6 * SECOND)], MINUTE);
    const again = foldAt(foldAt(after, [ends('eu-4', 7 * SECOND)], MINUTE), [fires('eu-3', 2)], MINUTE);
    expect(again.observers['eu-3']).toBeUndefined();
  });
  test('of two that see nothing, the one that ended first goes', () => {
    const after = foldAt(full, [ends('eu-7', 3 * SECOND), ends('eu-2', 4 * SECOND), fires('eu-9', 6 * SECOND)], MINUTE);
    expect(after.observers).not.toHaveProperty('eu-7');
    expect(after.observers).toHaveProperty('eu-2');
  });
  test('of two that ended at once, the one that comes first by name goes', () => {
    const after = foldAt(full, [ends('eu-7', 3 * SECOND), ends('eu-2', 3 * SECOND), fires('eu-9', 6 * SECOND)], MINUTE);
    expect(after.observers).not.toHaveProperty('eu-2');
  });
  test('an observer whose alerts have grown too old sees nothing any more', () => {
    const after = foldAt(full, [fires('eu-9', 20 * MINUTE)], 20 * MINUTE);
    expect(after.observers).toHaveProperty('eu-9');
    expect(after).toMatchObject({ floorMs: 0, dropped: 1 });
  });
  test('a newcomer that only says what ended goes itself, and is remembered by the floor', () => {
    const after = foldAt(full, [ends('eu-9', 9 * SECOND)], MINUTE);
    expect(after.observers).toEqual(full.observers);
    expect(after).toMatchObject({ floorMs: T0 + 9 * SECOND, dropped: 1 });
    expect(foldAt(after, [ends('eu-9', 9 * SECOND), fires('eu-9', 8 * SECOND)], MINUTE)).toBe(after);
  });
  test('it goes itself though another that sees nothing knows less', () => {
    const one = foldAt(full, [ends('eu-3', 5 * SECOND)], MINUTE);
    const after = foldAt(one, [ends('eu-9', 9 * SECOND)], MINUTE);
    expect(after.observers).toEqual(one.observers);
    expect(after.floorMs).toBe(T0 + 9 * SECOND);
  });
  test('a newcomer that sees nothing and knows nothing changes nothing', () => {
    const one = foldAt(full, [ends('eu-3', 5 * SECOND)], MINUTE);
    expect(foldAt(one, [fires('eu-9', -DAY)], MINUTE)).toBe(one);
    expect(foldAt(full, [fires('eu-9', -DAY), fires('eu-9', 0, { severity: 'warning' })], MINUTE)).toBe(full);
  });
  test('an observer that sees one thing is not idle because another has ended', () => {
    const mixed = foldAt(full, [fires('eu-3', 0, { fingerprint: 'other' }), ends('eu-3', SECOND, { fingerprint: 'other' })], MINUTE);
    expect(foldAt(mixed, [fires('eu-9', 0)], MINUTE)).toBe(mixed);
  });
  test('an observer that sees what only one of the criteria asks for is not idle', () => {
    const two = rulesOf({ criteria: [twoObservers, { ...twoObservers, name: 'down', classes: ['down'] }] });
    const seeing = healthOf(two, watchers);
    const both = { ...twoObservers, name: 'both', classes: ['unreachable' as const, 'down' as const] };
    for (const policy of [two.policy, rulesOf({ criteria: [both, { ...both, classes: ['down'] }] }).policy])
      expect(fold(seeing, [alertOf(fires('eu-9', 0, { class: 'down' }))], relevanceOf(policy), T0)).toBe(seeing);
  });
  test('observers with names of the language itself are observers', () => {
    const odd = healthOf(rules, [fires('constructor', 0), fires('__proto__', 0)]);
    expect(Object.keys(odd.observers)).toEqual(['constructor', '__proto__']);
    expect(verdictOf({ alerts: [fires('constructor', 0), fires('__proto__', 0)], at: MINUTE }).kind).toBe('failover');
  });
});
