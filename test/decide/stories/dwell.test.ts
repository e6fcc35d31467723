import { describe } from 'vitest';
import { MAX_STARTS } from '../../../lib/decide/health.ts';
import { alive, bothSee, ends, fires, HOUR, MINUTE, oneAndProbe, SECOND, T0, tell, twoObservers, unreached } from './teller.ts';

/** One short of what is remembered, every minute, two hours and more after the first. */
const reminded = Array.from({ length: MAX_STARTS - 1 }, (_, minute) => 3 * HOUR + minute * MINUTE);

describe('dwell', () => {
  tell([
    {
      rule: 2,
      says: 'at the first moment it waits, and says when to look again',
      alerts: bothSee,
      at: 0,
      gives: ['wait', 'dwelling'],
      lookAgain: MINUTE,
      check: ['dwell', { rule: 2, verdict: 'wait', value: 'firing for 0 ms', limit: 'at least 60 s', untilMs: T0 + MINUTE }],
    },
    {
      rule: 2,
      says: 'a millisecond before the end of the dwell it waits',
      alerts: bothSee,
      at: MINUTE - 1,
      gives: ['wait', 'dwelling'],
      lookAgain: MINUTE,
    },
    {
      rule: 2,
      says: 'exactly at the end of the dwell it acts',
      alerts: bothSee,
      at: MINUTE,
      gives: ['failover', 'criterion-met'],
      lookAgain: null,
      check: ['dwell', { verdict: 'pass', value: 'firing for 60 s' }],
    },
    {
      rule: 2,
      says: 'the dwell begins when the quorum is complete, not with its first alert',
      alerts: [fires('eu-1', 0), fires('eu-2', 40 * SECOND)],
      at: 99 * SECOND,
      gives: ['wait', 'dwelling'],
      lookAgain: 100 * SECOND,
    },
    {
      rule: 2,
      says: 'and a third observer does not make it longer',
      alerts: [...bothSee, fires('us-1', 50 * SECOND)],
      at: MINUTE,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 2,
      says: 'it is the time of the event that counts, not that of its arrival',
      alerts: [fires('eu-1', 3 * MINUTE, { began: 0 }), fires('eu-2', 3 * MINUTE, { began: 0 })],
      at: 3 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'where nobody ever says that it is over, a second episode dwells anew',
      alerts: [...bothSee, fires('eu-1', 2 * HOUR), fires('eu-2', 2 * HOUR)],
      at: 2 * HOUR + MINUTE - 1,
      gives: ['wait', 'dwelling'],
      lookAgain: 2 * HOUR + MINUTE,
    },
    {
      rule: 2,
      says: 'an end that was lost two hours ago does not part its observer from the others',
      alerts: [fires('eu-1', 0), fires('eu-1', 2 * HOUR), fires('eu-2', 2 * HOUR)],
      at: 2 * HOUR + MINUTE,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 2,
      says: 'the grace of the provider, too, begins with the second episode',
      alerts: [...bothSee, fires('eu-1', 2 * HOUR), fires('eu-2', 2 * HOUR)],
      guards: { providerGraceMs: 2 * MINUTE },
      at: 2 * HOUR + MINUTE,
      gives: ['wait', 'provider-grace'],
      lookAgain: 2 * HOUR + 2 * MINUTE,
    },
    {
      rule: 3,
      says: 'what was acted on and never ended is spent, until it was silent for longer than the age limit and begins again',
      alerts: [...bothSee, fires('eu-1', 2 * HOUR), fires('eu-2', 2 * HOUR)],
      controls: { spentUntilMs: T0 + MINUTE },
      at: 2 * HOUR + MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 3,
      says: 'exactly the age limit is no silence: it is the same episode, and spent',
      alerts: [...bothSee, fires('eu-1', 15 * MINUTE), fires('eu-2', 15 * MINUTE)],
      controls: { spentUntilMs: T0 + MINUTE },
      at: 16 * MINUTE,
      gives: ['clear', 'alerts-spent'],
    },
    {
      rule: 3,
      says: 'a millisecond more is one',
      alerts: [...bothSee, fires('eu-1', 15 * MINUTE + 1), fires('eu-2', 15 * MINUTE + 1)],
      controls: { spentUntilMs: T0 + MINUTE },
      at: 16 * MINUTE + 1,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 3,
      says: 'where so many reminders came that some were forgotten, nobody can tell a silence: what was spent stays so',
      alerts: ['eu-1', 'eu-2'].flatMap((observer) => [0, ...reminded].map((at) => fires(observer, at))),
      controls: { spentUntilMs: T0 + MINUTE },
      at: 3 * HOUR + 15 * MINUTE,
      gives: ['clear', 'alerts-spent'],
    },
    {
      rule: 2,
      says: 'reminders within the age limit do not begin it anew',
      alerts: [...bothSee, fires('eu-1', 14 * MINUTE), fires('eu-2', 14 * MINUTE)],
      at: 14 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'without a dwell it acts at once',
      alerts: bothSee,
      criteria: [{ ...twoObservers, forMs: 0 }],
      at: 0,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'one observer and our probe dwell from the one alert on',
      alerts: [fires('eu-1', 0)],
      criteria: [oneAndProbe],
      at: MINUTE - 1,
      world: 'none',
      gives: ['wait', 'dwelling'],
      lookAgain: MINUTE,
    },
    {
      rule: 2,
      says: 'a second observer that joins late does not restart the dwell of the first and our probe',
      alerts: [fires('eu-1', 0), fires('eu-2', 59 * SECOND)],
      criteria: [oneAndProbe],
      probe: unreached,
      at: MINUTE,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1'],
    },
    {
      rule: 2,
      says: 'a millisecond before the second observer has dwelt, the verdict still rests on our probe',
      alerts: [fires('eu-1', 0), fires('eu-2', 30 * SECOND)],
      criteria: [oneAndProbe],
      at: 90 * SECOND - 1,
      gives: ['hold', 'probe-unsure'],
    },
    {
      rule: 2,
      says: 'once both observers have dwelt, our probe is not needed any more',
      alerts: [fires('eu-1', 0), fires('eu-2', 30 * SECOND)],
      criteria: [oneAndProbe],
      at: 90 * SECOND,
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 1,
      says: 'but what it sees is a contradiction all the same',
      alerts: [fires('eu-1', 0), fires('eu-2', 30 * SECOND)],
      criteria: [oneAndProbe],
      probe: alive,
      at: 90 * SECOND,
      gives: ['hold', 'contradicted'],
    },
  ]);
});

describe('the end of a condition', () => {
  tell([
    {
      rule: 2,
      says: 'an end during the dwell cancels',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND)],
      at: MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'both ends leave nothing',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND), ends('eu-2', 31 * SECOND)],
      at: MINUTE,
      gives: ['clear', 'no-matching-alert'],
      evidence: [],
    },
    {
      rule: 2,
      says: 'a new episode dwells anew',
      alerts: [...bothSee, ends('eu-1', 30 * SECOND), fires('eu-1', 45 * SECOND)],
      at: MINUTE,
      gives: ['wait', 'dwelling'],
      lookAgain: 105 * SECOND,
    },
    {
      rule: 2,
      says: 'a database that flaps every 40 s never dwells for a minute',
      alerts: [0, 1, 2, 3, 4].flatMap((cycle) => [
        fires('eu-1', cycle * 40 * SECOND),
        fires('eu-2', cycle * 40 * SECOND),
        ends('eu-1', cycle * 40 * SECOND + 30 * SECOND),
        ends('eu-2', cycle * 40 * SECOND + 30 * SECOND),
      ]),
      at: 189 * SECOND,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 2,
      says: 'an episode that begins at the very moment of the end is the old one',
      alerts: [...bothSee, ends('eu-1', 0), ends('eu-2', 0)],
      at: MINUTE,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 2,
      says: 'an episode that begins a millisecond after the end is a new one',
      alerts: [ends('eu-1', 0), ends('eu-2', 0), fires('eu-1', 1), fires('eu-2', 1)],
      at: MINUTE + 1,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'monitoring that says "recovered" is no proof of life: it takes its own word back and no other',
      alerts: [...bothSee, ends('us-1', 30 * SECOND)],
      at: MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'a lower severity takes the evidence away',
      alerts: [...bothSee, fires('eu-1', 30 * SECOND, { severity: 'warning', began: 0 })],
      at: MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 2,
      says: 'a warning that becomes critical counts from then on',
      alerts: [fires('eu-1', 0, { severity: 'warning' }), fires('eu-2', 0), fires('eu-1', 5 * MINUTE)],
      at: 5 * MINUTE + 59 * SECOND,
      gives: ['wait', 'dwelling'],
      lookAgain: 6 * MINUTE,
    },
  ]);
});

describe('age', () => {
  const tooOld = 15 * MINUTE;
  tell([
    {
      rule: 3,
      says: 'an alert exactly as old as the limit counts',
      alerts: bothSee,
      at: tooOld,
      gives: ['failover', 'criterion-met'],
      check: ['alert-age', { rule: 3, verdict: 'pass', value: 'youngest is 15 min old', limit: 'at most 15 min' }],
    },
    {
      rule: 3,
      says: 'an alert a millisecond older is recorded and never acted on',
      alerts: bothSee,
      at: tooOld + 1,
      gives: ['clear', 'alerts-too-old'],
      check: ['alert-age', { verdict: 'fail' }],
      evidence: [],
    },
    {
      rule: 3,
      says: 'one that is too old does not make up a quorum with one that is not',
      alerts: [fires('eu-1', 0), fires('eu-2', 9 * MINUTE)],
      at: tooOld + 1,
      gives: ['clear', 'quorum-short'],
      check: ['alert-age', { verdict: 'pass', value: 'youngest is 6.0 min old' }],
    },
    {
      rule: 3,
      says: 'a reminder shows that it still lasts',
      alerts: [...bothSee, fires('eu-1', 14 * MINUTE), fires('eu-2', 14 * MINUTE)],
      at: tooOld + MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 3,
      says: 'a drained dead-letter queue of last week moves nothing',
      alerts: [fires('eu-1', 168 * HOUR, { began: 0 }), fires('eu-2', 168 * HOUR, { began: 0 })],
      at: 168 * HOUR,
      gives: ['clear', 'alerts-too-old'],
    },
    {
      rule: 3,
      says: 'the time that people took to approve makes no alert older',
      alerts: bothSee,
      at: HOUR,
      settled: { approved: true, dataLossConsented: false, consideredMs: 45 * MINUTE },
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 3,
      says: 'but every other millisecond does',
      alerts: bothSee,
      at: HOUR + 1,
      settled: { approved: true, dataLossConsented: false, consideredMs: 45 * MINUTE },
      gives: ['clear', 'alerts-too-old'],
    },
    {
      rule: 3,
      says: 'a consideration that ended before it began makes no alert older either',
      alerts: bothSee,
      at: tooOld,
      settled: { approved: true, dataLossConsented: false, consideredMs: -MINUTE },
      gives: ['failover', 'criterion-met'],
    },
  ]);
});

describe('in which order it came', () => {
  tell([
    {
      rule: 2,
      says: 'the dwell runs from the later of the two, whatever else lies between them on the record',
      alerts: [
        fires('eu-1', 10 * SECOND, { fingerprint: 'a' }),
        fires('eu-2', -MINUTE, { fingerprint: 'm' }),
        ends('eu-2', 0, { fingerprint: 'm' }),
        fires('eu-3', 0, { fingerprint: 'z' }),
      ],
      at: 65 * SECOND,
      gives: ['wait', 'dwelling'],
      lookAgain: 70 * SECOND,
    },
  ]);
});

describe('clocks that differ', () => {
  tell([
    {
      rule: 3,
      says: 'a sender that is ahead by just the allowed skew is believed',
      alerts: [fires('eu-1', 0, { began: 30 * SECOND }), fires('eu-2', 0, { began: 30 * SECOND })],
      at: 0,
      gives: ['wait', 'dwelling'],
      lookAgain: 90 * SECOND,
    },
    {
      rule: 3,
      says: 'a millisecond more is not believed yet, and is looked at again when it can be',
      alerts: [fires('eu-1', 0, { began: 30 * SECOND + 1 }), fires('eu-2', 0, { began: 30 * SECOND + 1 })],
      at: 0,
      gives: ['clear', 'no-matching-alert'],
      lookAgain: 1,
      evidence: [],
    },
    {
      rule: 3,
      says: 'one that is believed now need not be looked at again for that',
      alerts: [fires('eu-1', 0, { began: 30 * SECOND })],
      at: 0,
      gives: ['clear', 'quorum-short'],
      lookAgain: null,
    },
    {
      rule: 3,
      says: 'a second observer whose clock is ahead is waited for',
      alerts: [fires('eu-1', 0), fires('eu-2', 0, { began: 2 * MINUTE })],
      at: 0,
      gives: ['clear', 'quorum-short'],
      lookAgain: 90 * SECOND,
    },
    {
      rule: 3,
      says: 'a date further ahead than an alert may be old sets no timer',
      alerts: [fires('eu-1', 0, { began: 15 * MINUTE + 30 * SECOND + 1 })],
      at: 0,
      gives: ['clear', 'no-matching-alert'],
      lookAgain: null,
    },
    {
      rule: 3,
      says: 'a date that is just as far ahead does',
      alerts: [fires('eu-1', 0, { began: 15 * MINUTE + 30 * SECOND })],
      at: 0,
      gives: ['clear', 'no-matching-alert'],
      lookAgain: 15 * MINUTE,
    },
    {
      rule: 3,
      says: 'when its time has come it counts',
      alerts: [fires('eu-1', 0, { began: 2 * MINUTE }), fires('eu-2', 0, { began: 2 * MINUTE })],
      at: 90 * SECOND,
      gives: ['wait', 'dwelling'],
      lookAgain: 3 * MINUTE,
    },
  ]);
});

describe('alerts that had their failover', () => {
  tell([
    {
      rule: 3,
      says: 'an alert that began exactly when the last failover ended is spent',
      alerts: bothSee,
      at: MINUTE,
      controls: { spentUntilMs: T0 },
      gives: ['clear', 'alerts-spent'],
      check: ['new-signal', { rule: 3, verdict: 'fail', value: '0 of 2 new', limit: 'begun after 2026-11-20T12:00:00.000Z' }],
    },
    {
      rule: 3,
      says: 'an alert that began a millisecond later is a new signal',
      alerts: bothSee,
      at: MINUTE,
      controls: { spentUntilMs: T0 - 1 },
      gives: ['failover', 'criterion-met'],
      check: ['new-signal', { verdict: 'pass', value: '2 of 2 new' }],
    },
    {
      rule: 3,
      says: 'one new and one spent are one',
      alerts: [fires('eu-1', 0), fires('eu-2', MINUTE)],
      at: 2 * MINUTE,
      controls: { spentUntilMs: T0 + 30 * SECOND },
      gives: ['clear', 'quorum-short'],
      check: ['new-signal', { verdict: 'pass', value: '1 of 2 new' }],
    },
    {
      rule: 3,
      says: 'however many reminders come, an episode that is spent stays spent',
      alerts: [
        ...bothSee,
        ...Array.from({ length: 40 }, (_, index) => [fires('eu-1', (index + 1) * MINUTE), fires('eu-2', (index + 1) * MINUTE)]).flat(),
      ],
      at: 41 * MINUTE,
      controls: { spentUntilMs: T0 + SECOND },
      gives: ['clear', 'alerts-spent'],
    },
    {
      says: 'where there was no failover yet, the check says so',
      alerts: bothSee,
      at: MINUTE,
      gives: ['failover', 'criterion-met'],
      check: ['new-signal', { limit: 'no earlier failover' }],
    },
  ]);
});
