import { describe } from 'vitest';
import { askDba, bothSee, DAY, fires, HOUR, MINUTE, oneAndProbe, SECOND, T0, tell, twoObservers } from './teller.ts';

const at = MINUTE;

describe('pause', () => {
  const pause = { owner: 'ann@example.com', reason: 'resize', sinceMs: T0 - HOUR };
  tell([
    {
      rule: 13,
      says: 'while automation is paused, nothing acts, and the verdict says who, why and until when',
      alerts: bothSee,
      at,
      controls: { pause: { ...pause, untilMs: T0 + HOUR } },
      gives: ['hold', 'paused'],
      lookAgain: null,
      check: [
        'pause',
        { rule: 13, verdict: 'fail', value: 'paused by ann@example.com until 2026-11-20T13:00:00.000Z: resize', limit: 'not paused' },
      ],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 13,
      says: 'a millisecond before its end it holds',
      alerts: bothSee,
      at,
      controls: { pause: { ...pause, untilMs: T0 + at + 1 } },
      gives: ['hold', 'paused'],
    },
    {
      rule: 13,
      says: 'exactly at its end it is over, though the table deletes late',
      alerts: bothSee,
      at,
      controls: { pause: { ...pause, untilMs: T0 + at } },
      gives: ['failover', 'criterion-met'],
      check: ['pause', { verdict: 'pass', value: 'not paused' }],
    },
    {
      rule: 13,
      says: 'alerts that began before the pause ended need a fresh signal',
      alerts: bothSee,
      at,
      controls: { pausedUntilMs: T0 + 1 },
      gives: ['hold', 'began-in-window'],
      check: ['fresh-signal', { rule: 13, verdict: 'fail', value: 'began in a pause', limit: 'begun outside pauses, freezes and windows' }],
    },
    {
      rule: 13,
      says: 'alerts that began exactly when it ended are fresh',
      alerts: bothSee,
      at,
      controls: { pausedUntilMs: T0 },
      gives: ['failover', 'criterion-met'],
      check: ['fresh-signal', { verdict: 'pass', value: 'began outside' }],
    },
    {
      rule: 13,
      says: 'one fresh alert does not freshen the other',
      alerts: [fires('eu-1', 0), fires('eu-2', 2 * MINUTE)],
      at: 3 * MINUTE,
      controls: { pausedUntilMs: T0 + MINUTE },
      gives: ['hold', 'began-in-window'],
    },
    {
      rule: 13,
      says: 'but a leftover of the pause does not hold what two fresh alerts justify without it',
      alerts: [fires('us-1', 0), fires('eu-1', 2 * MINUTE), fires('eu-2', 2 * MINUTE)],
      at: 3 * MINUTE,
      controls: { pausedUntilMs: T0 + MINUTE },
      gives: ['failover', 'criterion-met'],
      evidence: ['eu-1', 'eu-2'],
    },
    {
      rule: 13,
      says: 'while the fresh ones still dwell it holds, and looks again when they are done',
      alerts: [fires('us-1', 0), fires('eu-1', 2 * MINUTE), fires('eu-2', 4 * MINUTE)],
      at: 4 * MINUTE,
      controls: { pausedUntilMs: T0 + MINUTE },
      gives: ['hold', 'began-in-window'],
      lookAgain: 5 * MINUTE,
    },
    {
      rule: 13,
      says: 'reminders of an episode that began in a pause do not freshen it',
      alerts: [
        ...bothSee,
        ...Array.from({ length: 30 }, (_, index) => [fires('eu-1', (index + 1) * MINUTE), fires('eu-2', (index + 1) * MINUTE)]).flat(),
      ],
      at: 31 * MINUTE,
      controls: { pausedUntilMs: T0 + SECOND },
      gives: ['hold', 'began-in-window'],
    },
  ]);
});

describe('block, cool-down, limit a day, in flight', () => {
  tell([
    {
      rule: 9,
      says: 'an earlier failover that nobody acknowledged blocks, whatever its age',
      alerts: bothSee,
      at,
      controls: { block: { failoverId: 'f1', why: 'failed: the job failed', sinceMs: T0 - 400 * DAY } },
      gives: ['hold', 'blocked'],
      lookAgain: null,
      check: ['block', { rule: 9, verdict: 'fail', value: 'f1: failed: the job failed', limit: 'no unacknowledged failover' }],
    },
    {
      rule: 8,
      says: 'a millisecond before the end of the cool-down it holds',
      alerts: bothSee,
      at,
      controls: { coolDownUntilMs: T0 + at + 1 },
      gives: ['hold', 'cool-down'],
      check: ['cool-down', { rule: 8, verdict: 'fail', value: '1 ms left', limit: '60 min after a failover', untilMs: T0 + at + 1 }],
    },
    {
      rule: 8,
      says: 'exactly at its end the cool-down is over',
      alerts: bothSee,
      at,
      controls: { coolDownUntilMs: T0 + at },
      gives: ['failover', 'criterion-met'],
      check: ['cool-down', { verdict: 'pass', value: 'over' }],
    },
    {
      rule: 8,
      says: 'the limit of failovers a day is a limit',
      alerts: bothSee,
      at,
      controls: { failoversMs: [T0 - HOUR, T0 - 2 * HOUR] },
      gives: ['hold', 'daily-limit'],
      check: ['daily-limit', { rule: 8, verdict: 'fail', value: '2 in 24 h', limit: 'fewer than 2' }],
    },
    {
      rule: 8,
      says: 'one fewer is below it',
      alerts: bothSee,
      at,
      controls: { failoversMs: [T0 - HOUR] },
      gives: ['failover', 'criterion-met'],
      check: ['daily-limit', { verdict: 'pass', value: '1 in 24 h' }],
    },
    {
      rule: 8,
      says: 'a failover exactly a day ago is not of this day',
      alerts: bothSee,
      at,
      controls: { failoversMs: [T0 - HOUR, T0 + at - DAY] },
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 8,
      says: 'a millisecond less ago it is',
      alerts: bothSee,
      at,
      controls: { failoversMs: [T0 - HOUR, T0 + at - DAY + 1] },
      gives: ['hold', 'daily-limit'],
    },
    {
      rule: 6,
      says: 'one failover at a time, and what is in flight is told before anything else',
      alerts: bothSee,
      at,
      inFlight: 'f2',
      controls: {
        block: { failoverId: 'f1', why: 'failed', sinceMs: T0 },
        pause: { owner: 'ann', reason: 'x', sinceMs: T0, untilMs: T0 + HOUR },
      },
      gives: ['hold', 'in-flight'],
      check: ['in-flight', { rule: 6, verdict: 'fail', value: 'f2', limit: 'none in flight' }],
    },
    {
      rule: 6,
      says: 'with nothing in flight the check says so',
      alerts: bothSee,
      at,
      gives: ['failover', 'criterion-met'],
      check: ['in-flight', { verdict: 'pass', value: 'none' }],
    },
    {
      says: 'a pause is told before a block, and a block before a cool-down',
      alerts: bothSee,
      at,
      controls: {
        coolDownUntilMs: T0 + HOUR,
        block: { failoverId: 'f1', why: 'failed', sinceMs: T0 },
        pause: { owner: 'ann', reason: 'x', sinceMs: T0, untilMs: T0 + HOUR },
      },
      gives: ['hold', 'paused'],
    },
    {
      says: 'while it dwells, what would hold it is told already',
      alerts: bothSee,
      at: SECOND,
      controls: { block: { failoverId: 'f1', why: 'failed', sinceMs: T0 } },
      gives: ['wait', 'dwelling'],
      check: ['block', { verdict: 'fail' }],
    },
  ]);
});

describe("the provider's own high availability", () => {
  const guards = { providerGraceMs: 5 * MINUTE };
  tell([
    {
      rule: 2,
      says: 'it has its time first',
      alerts: bothSee,
      guards,
      at: 5 * MINUTE - 1,
      gives: ['wait', 'provider-grace'],
      lookAgain: 5 * MINUTE,
      check: [
        'provider-grace',
        { rule: 2, verdict: 'wait', value: '5.0 min since the start', limit: 'at least 5 min', untilMs: T0 + 5 * MINUTE },
      ],
    },
    {
      rule: 2,
      says: 'exactly at the end of its time we act',
      alerts: bothSee,
      guards,
      at: 5 * MINUTE,
      gives: ['failover', 'criterion-met'],
      check: ['provider-grace', { verdict: 'pass' }],
    },
    {
      rule: 2,
      says: 'its time runs from the first alert of the episode, not from the last',
      alerts: [fires('eu-1', 0), fires('eu-2', 4 * MINUTE)],
      guards,
      at: 5 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 2,
      says: 'a start in our future has lasted no time',
      alerts: [fires('eu-1', 0, { began: 20 * SECOND }), fires('eu-2', 0, { began: 20 * SECOND })],
      criteria: [{ ...twoObservers, forMs: 0 }],
      guards,
      at: 20 * SECOND,
      gives: ['wait', 'provider-grace'],
      check: ['provider-grace', { value: '0 ms since the start' }],
    },
    {
      says: 'what forbids is told before what only takes time',
      alerts: bothSee,
      guards: { ...guards, approval: askDba },
      at,
      controls: { coolDownUntilMs: T0 + 2 * HOUR },
      gives: ['hold', 'cool-down'],
    },
    {
      says: 'what only takes time is told before the world is read',
      alerts: bothSee,
      guards,
      at,
      world: 'none',
      gives: ['wait', 'provider-grace'],
    },
  ]);
});

describe('several criteria', () => {
  const slow = { ...twoObservers, name: 'slow', forMs: 10 * MINUTE };
  const down = { ...twoObservers, name: 'down', classes: ['down' as const], quorum: { ...twoObservers.quorum, alerts: 1, observers: 1 } };
  const downAt = (observer: string, atMs: number): ReturnType<typeof fires> =>
    fires(observer, atMs, { class: 'down', fingerprint: `down-${observer}` });
  tell([
    {
      says: 'any one of them suffices',
      alerts: bothSee,
      criteria: [slow, twoObservers],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'of two that dwell, the one that is done sooner is waited for',
      alerts: bothSee,
      criteria: [slow, twoObservers],
      at: SECOND,
      gives: ['wait', 'dwelling'],
      lookAgain: MINUTE,
    },
    {
      says: 'of two that are not met, the one with more evidence is told',
      alerts: [fires('eu-1', 0)],
      criteria: [down, twoObservers],
      at,
      gives: ['clear', 'quorum-short'],
    },
    {
      says: 'one that is held does not hold another that is met by fresh evidence alone',
      alerts: [...bothSee, downAt('us-1', 3 * MINUTE)],
      criteria: [twoObservers, { ...down, classes: ['down'] }],
      controls: { pausedUntilMs: T0 + MINUTE },
      at: 5 * MINUTE,
      gives: ['failover', 'criterion-met'],
      check: ['fresh-signal', { verdict: 'pass' }],
    },
    {
      says: 'the same, whichever of them is written first',
      alerts: [...bothSee, downAt('us-1', 3 * MINUTE)],
      criteria: [down, twoObservers],
      controls: { pausedUntilMs: T0 + MINUTE },
      at: 5 * MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'of one that is held and one that only takes time, the time is told',
      alerts: [...bothSee, downAt('us-1', 3 * MINUTE)],
      criteria: [twoObservers, down],
      guards: { providerGraceMs: 4 * MINUTE },
      controls: { pausedUntilMs: T0 + MINUTE },
      at: 5 * MINUTE,
      gives: ['wait', 'provider-grace'],
      lookAgain: 7 * MINUTE,
    },
    {
      says: 'of two that only take time, the sooner is told',
      alerts: [...bothSee.map((one) => ({ ...one, at: 2 * MINUTE })), downAt('us-1', 0)],
      criteria: [twoObservers, down],
      guards: { providerGraceMs: 4 * MINUTE },
      at: 3 * MINUTE,
      gives: ['wait', 'provider-grace'],
      lookAgain: 4 * MINUTE,
    },
    {
      says: 'one that needs our probe, which cannot tell, does not hold another that needs it not',
      alerts: [fires('eu-1', 0), downAt('us-1', 0)],
      criteria: [{ ...oneAndProbe, classes: ['unreachable'] }, down],
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      says: 'while one is held, the other is looked at when it is done dwelling',
      alerts: bothSee,
      criteria: [twoObservers, slow],
      at,
      controls: { block: { failoverId: 'f1', why: 'failed', sinceMs: T0 } },
      gives: ['hold', 'blocked'],
      lookAgain: 10 * MINUTE,
    },
    {
      says: 'if each is held, the one that may change sooner is told',
      alerts: [...bothSee, downAt('us-1', 3 * MINUTE)],
      criteria: [twoObservers, { ...oneAndProbe, name: 'down-and-probe', classes: ['down'] }],
      controls: { pausedUntilMs: T0 + MINUTE },
      at: 5 * MINUTE,
      gives: ['hold', 'probe-unsure'],
      lookAgain: 5 * MINUTE + 15 * SECOND,
    },
  ]);
});
