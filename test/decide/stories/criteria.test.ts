import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../lib/decide/linear-pattern.ts';
import { bothSee, ends, fires, MINUTE, oneAndProbe, SECOND, T0, tell, twoObservers, unreached, verdictOf } from './teller.ts';

/** Only one alert from one observer is asked for, so that each story shows one condition of a criterion. */
const one = { ...twoObservers, name: 'one', quorum: { ...twoObservers.quorum, alerts: 1, observers: 1 }, forMs: 0 };
const at = MINUTE;

test('a policy without criteria can never be met, and has nothing to check', () => {
  const nothing = { kind: 'clear', reason: 'no-matching-alert', checks: [], evidence: [], decidedAtMs: T0 + at };
  expect(verdictOf({ alerts: bothSee, criteria: [], at })).toEqual(nothing);
});

describe('which alerts count', () => {
  tell([
    {
      says: 'no alert at all: nothing to decide',
      alerts: [],
      at,
      gives: ['clear', 'no-matching-alert'],
      lookAgain: null,
      check: ['alert-age', { verdict: 'pass', value: 'none' }],
    },
    {
      says: 'no alert at all: none is spent',
      alerts: [],
      at,
      gives: ['clear', 'no-matching-alert'],
      check: ['new-signal', { verdict: 'pass', value: '0 of 0 new' }],
    },
    {
      says: 'an alert that matches is told as such',
      alerts: bothSee,
      at,
      gives: ['failover', 'criterion-met'],
      check: ['matching-alerts', { verdict: 'pass', value: '2 firing' }],
    },
    {
      rule: 4,
      says: 'overload is not death, whatever the severity',
      alerts: [fires('eu-1', 0, { class: 'overload' })],
      criteria: [one],
      at,
      gives: ['clear', 'no-matching-alert'],
      check: ['matching-alerts', { rule: 4, verdict: 'fail', value: '0 firing', limit: 'a firing alert for criterion "one"' }],
    },
    {
      rule: 4,
      says: 'overload does not count even if a criterion lists it',
      alerts: [fires('eu-1', 0, { class: 'overload' })],
      criteria: [{ ...one, classes: ['overload', 'unreachable'] }],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 4,
      says: 'a full disk is not death',
      alerts: [fires('eu-1', 0, { class: 'capacity' })],
      criteria: [{ ...one, classes: ['capacity'] }],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 4,
      says: 'a criterion without classes counts unreachable, down and replication',
      alerts: [fires('eu-1', 0, { class: 'replication' })],
      criteria: [{ ...one, classes: [] }],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 4,
      says: 'a criterion without classes does not count "other"',
      alerts: [fires('eu-1', 0, { class: 'other' })],
      criteria: [{ ...one, classes: [] }],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 4,
      says: '"other" counts where the configuration names it',
      alerts: [fires('eu-1', 0, { class: 'other' })],
      criteria: [{ ...one, classes: ['other'] }],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'a class that the criterion does not list does not count',
      alerts: [fires('eu-1', 0, { class: 'down' })],
      criteria: [{ ...one, classes: ['unreachable'] }],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      says: 'a warning is not critical',
      alerts: [fires('eu-1', 0, { severity: 'warning' })],
      criteria: [one],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      says: 'a criterion without severities takes any',
      alerts: [fires('eu-1', 0, { severity: 'info' })],
      criteria: [{ ...one, severities: [] }],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'another monitoring system than those named does not count',
      alerts: [fires('eu-1', 0)],
      criteria: [{ ...one, sources: ['cloudwatch'] }],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      says: 'a monitoring system that is named counts',
      alerts: [fires('eu-1', 0)],
      criteria: [{ ...one, sources: ['cloudwatch', 'alertmanager'] }],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'names of alerts are exact',
      alerts: [fires('eu-1', 0, { name: 'DatabaseUnreachableCanary' })],
      criteria: [{ ...one, names: ['DatabaseUnreachable'] }],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      says: 'an alert of the name counts',
      alerts: [fires('eu-1', 0)],
      criteria: [{ ...one, names: ['DatabaseUnreachable'] }],
      at,
      gives: ['failover', 'criterion-met'],
    },
  ]);
});

describe('label matchers, as in Alertmanager', () => {
  const matching = (op: '=' | '!=' | '=~' | '!~', value: string, label = 'env'): { criteria: [typeof one] } => ({
    criteria: [{ ...one, match: [{ label, op, value }] }],
  });
  const alerts = [fires('eu-1', 0)];
  tell([
    { says: '= takes the value', alerts, ...matching('=', 'prod'), at, gives: ['failover', 'criterion-met'] },
    { says: '= does not take a part of the value', alerts, ...matching('=', 'pro'), at, gives: ['clear', 'no-matching-alert'] },
    { says: '!= does not take the value', alerts, ...matching('!=', 'prod'), at, gives: ['clear', 'no-matching-alert'] },
    { says: '!= takes another value', alerts, ...matching('!=', 'test'), at, gives: ['failover', 'criterion-met'] },
    { says: '=~ is anchored', alerts, ...matching('=~', 'pro'), at, gives: ['clear', 'no-matching-alert'] },
    { says: '=~ takes what the pattern takes', alerts, ...matching('=~', 'pro.|live'), at, gives: ['failover', 'criterion-met'] },
    { says: '!~ is anchored too', alerts, ...matching('!~', 'pro'), at, gives: ['failover', 'criterion-met'] },
    { says: '!~ does not take what the pattern takes', alerts, ...matching('!~', 'p.*'), at, gives: ['clear', 'no-matching-alert'] },
    { says: 'an absent label is the empty text', alerts, ...matching('=', '', 'team'), at, gives: ['failover', 'criterion-met'] },
    { says: 'an absent label is not some value', alerts, ...matching('=~', '.+', 'team'), at, gives: ['clear', 'no-matching-alert'] },
    {
      says: 'a label of the language itself is absent',
      alerts,
      ...matching('=', '', 'constructor'),
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'all matchers must hold',
      alerts,
      criteria: [
        {
          ...one,
          match: [
            { label: 'env', op: '=', value: 'prod' },
            { label: 'team', op: '=', value: 'x' },
          ],
        },
      ],
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      says: 'a pattern that does not compile holds for nothing',
      alerts,
      ...matching('=~', '('),
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    { says: 'nor does its negation', alerts, ...matching('!~', '('), at, gives: ['clear', 'no-matching-alert'] },
    {
      says: 'a pattern built to be slow is not slow',
      alerts: [fires('eu-1', 0, { labels: { env: 'a'.repeat(256) } })],
      ...matching('=~', '(a*)*b'),
      at,
      gives: ['clear', 'no-matching-alert'],
    },
  ]);
  if (!compilePattern('pro.|live').ok) throw new Error('the stories need a pattern that compiles');
});

describe('quorum', () => {
  const quorum = (alerts: number, observers: number): typeof twoObservers => ({
    ...twoObservers,
    quorum: { ...twoObservers.quorum, alerts, observers },
  });
  tell([
    {
      rule: 1,
      says: 'two observers that agree are enough',
      alerts: bothSee,
      at,
      gives: ['failover', 'criterion-met'],
      check: ['quorum', { rule: 1, verdict: 'pass', value: '2 alerts from 2 observers', limit: '2 alerts from 2 observers within 10 min' }],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 1,
      says: 'in whatever order they come, the evidence is told in one',
      alerts: bothSee.toReversed(),
      at,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 1,
      says: 'and the earlier first',
      alerts: [fires('eu-2', -SECOND), fires('eu-1', 0)],
      at,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-2', 'eu-1'],
    },
    {
      rule: 1,
      says: 'one observer is not',
      alerts: [fires('eu-1', 0)],
      at,
      gives: ['clear', 'quorum-short'],
      check: ['quorum', { verdict: 'fail', value: '1 alerts from 1 observers' }],
      evidence: ['eu-1'],
    },
    {
      rule: 1,
      says: 'two alerts of one observer are one observer',
      alerts: [fires('eu-1', 0), fires('eu-1', 0, { fingerprint: 'another' })],
      at,
      gives: ['clear', 'quorum-short'],
      check: ['quorum', { value: '2 alerts from 1 observers' }],
    },
    {
      rule: 1,
      says: 'one alert of each of two observers is short of three alerts',
      alerts: bothSee,
      criteria: [quorum(3, 2)],
      at,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 1,
      says: 'three alerts of two observers are three alerts',
      alerts: [...bothSee, fires('eu-1', 0, { fingerprint: 'another' })],
      criteria: [quorum(3, 2)],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 1,
      says: 'a third observer that is wanted is missed',
      alerts: bothSee,
      criteria: [quorum(2, 3)],
      at,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 1,
      says: 'the window holds alerts that began exactly its length apart',
      alerts: [fires('eu-1', 0), fires('eu-2', 10 * MINUTE)],
      at: 11 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 1,
      says: 'the window does not hold alerts that began a millisecond further apart',
      alerts: [fires('eu-1', 0), fires('eu-2', 10 * MINUTE + 1)],
      at: 12 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 1,
      says: 'an alert outside of the window is no evidence, and does not spoil the quorum of those inside',
      alerts: [fires('us-1', 0), fires('eu-1', 12 * MINUTE), fires('eu-2', 12 * MINUTE)],
      at: 13 * MINUTE,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 1,
      says: 'one observer and our own probe are two',
      alerts: [fires('eu-1', 0)],
      criteria: [oneAndProbe],
      probe: unreached,
      at,
      gives: ['failover', 'criterion-met'],
      check: [
        'quorum',
        {
          verdict: 'pass',
          value: '1 alerts from 1 observers, our probe to be asked',
          limit: '1 alerts from 2 observers (our probe may be one) within 10 min',
        },
      ],
    },
    {
      rule: 1,
      says: 'our probe alone never begins anything',
      alerts: [],
      criteria: [oneAndProbe],
      probe: unreached,
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 1,
      says: 'even if a criterion wants no second observer, our probe stands for none of the alerts',
      alerts: [fires('eu-1', 0)],
      criteria: [{ ...oneAndProbe, quorum: { ...oneAndProbe.quorum, observers: 1 } }],
      at,
      gives: ['failover', 'criterion-met'],
      check: ['own-probe', { verdict: 'pass', value: 'no probe configured' }],
    },
    {
      rule: 1,
      says: 'two observers do not depend on our probe, though it might be one of them',
      alerts: bothSee,
      criteria: [oneAndProbe],
      at,
      gives: ['failover', 'criterion-met'],
      check: ['quorum', { value: '2 alerts from 2 observers' }],
    },
    {
      rule: 1,
      says: 'two observers are no quorum while an end of one is known',
      alerts: [...bothSee, ends('eu-2', 10 * SECOND)],
      at,
      gives: ['clear', 'quorum-short'],
    },
  ]);
});
