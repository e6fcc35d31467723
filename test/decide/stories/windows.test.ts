import { describe } from 'vitest';
import { bothSee, fires, HOUR, MINUTE, SECOND, T0, tell, twoObservers, type Story } from './teller.ts';

const at = MINUTE;
/** Fridays from 13:00 to 14:00 in UTC: an hour after the stories begin. */
const friday = { name: 'patching', cron: '0 13 * * 5', durationMs: HOUR, zone: 'UTC' };
/** Both observers see it at a moment; a minute later it has dwelt. */
const seenAt = (beganMs: number): Pick<Story, 'alerts'> => ({ alerts: [fires('eu-1', beganMs), fires('eu-2', beganMs)] });

describe('maintenance windows', () => {
  const guards = { maintenance: [friday] };
  tell([
    {
      rule: 13,
      says: 'a millisecond before the window opens it acts',
      ...seenAt(HOUR - MINUTE - 1),
      guards,
      at: HOUR - 1,
      gives: ['failover', 'criterion-met'],
      check: ['maintenance-window', { rule: 13, verdict: 'pass', value: 'none open', limit: 'no window or freeze open' }],
    },
    {
      rule: 13,
      says: 'exactly when it opens it holds',
      ...seenAt(HOUR - MINUTE),
      guards,
      at: HOUR,
      gives: ['hold', 'maintenance'],
      check: ['maintenance-window', { verdict: 'fail', value: 'maintenance "patching" until 2026-11-20T14:00:00.000Z' }],
    },
    {
      rule: 13,
      says: 'a millisecond before it closes it holds',
      ...seenAt(HOUR - MINUTE),
      guards,
      criteria: [{ ...twoObservers, maxAgeMs: 3 * HOUR }],
      at: 2 * HOUR - 1,
      gives: ['hold', 'maintenance'],
    },
    {
      rule: 13,
      says: 'exactly when it closes it is closed, and what began before it is not taken for its work',
      ...seenAt(HOUR - MINUTE),
      guards,
      criteria: [{ ...twoObservers, maxAgeMs: 3 * HOUR }],
      at: 2 * HOUR,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 13,
      says: 'what began in the window needs a fresh signal after it',
      ...seenAt(HOUR + 59 * MINUTE),
      guards,
      at: 2 * HOUR + MINUTE,
      gives: ['hold', 'began-in-window'],
      check: ['fresh-signal', { verdict: 'fail', value: 'began in maintenance "patching"' }],
    },
    {
      rule: 13,
      says: 'what began exactly at its end is fresh',
      ...seenAt(2 * HOUR),
      guards,
      at: 2 * HOUR + MINUTE,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 13,
      says: 'on another day it is closed',
      alerts: bothSee,
      guards: { maintenance: [{ ...friday, cron: '0 12 * * 4' }] },
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 13,
      says: 'any of several windows holds',
      alerts: bothSee,
      guards: { maintenance: [friday, { ...friday, name: 'noon', cron: '0 12 * * *' }] },
      at,
      gives: ['hold', 'maintenance'],
      check: ['maintenance-window', { value: 'maintenance "noon" until 2026-11-20T13:00:00.000Z' }],
    },
    {
      rule: 13,
      says: 'a window of days that began before yesterday is open still',
      alerts: bothSee,
      guards: { maintenance: [{ ...friday, cron: '0 0 * * 3', durationMs: 72 * HOUR }] },
      at,
      gives: ['hold', 'maintenance'],
    },
    {
      rule: 13,
      says: 'a cron that never comes is never open',
      alerts: bothSee,
      guards: { maintenance: [{ ...friday, cron: '0 0 30 2 *' }] },
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 13,
      says: 'a cron that cannot be read holds, and says that it cannot be read',
      alerts: bothSee,
      guards: { maintenance: [{ ...friday, cron: 'on Fridays' }] },
      at,
      gives: ['hold', 'state-unreadable'],
    },
  ]);
});

/** A window at 02:30 in Berlin. Milliseconds after the stories' beginning, so that the rows read as moments. */
const berlin = { name: 'night', cron: '30 2 * * *', durationMs: HOUR, zone: 'Europe/Berlin' };
const moment = (iso: string): number => Date.parse(iso) - T0;

describe('daylight saving in the zone of a window', () => {
  const openAt = (iso: string): Pick<Story, 'alerts' | 'guards' | 'criteria' | 'at'> => ({
    ...seenAt(moment(iso)),
    guards: { maintenance: [berlin] },
    criteria: [{ ...twoObservers, forMs: 0 }],
    at: moment(iso),
  });
  tell([
    { rule: 13, says: 'in winter 02:30 in Berlin is 01:30 UTC', ...openAt('2026-12-01T01:30:00Z'), gives: ['hold', 'maintenance'] },
    { rule: 13, says: 'in winter 00:30 UTC is before it', ...openAt('2026-12-01T00:30:00Z'), gives: ['failover', 'criterion-met'] },
    { rule: 13, says: 'in summer 02:30 in Berlin is 00:30 UTC', ...openAt('2026-07-01T00:30:00Z'), gives: ['hold', 'maintenance'] },
    { rule: 13, says: 'in summer 01:30 UTC is after it', ...openAt('2026-07-01T01:30:00Z'), gives: ['failover', 'criterion-met'] },
    {
      rule: 13,
      says: 'when the clock jumps over 02:30, the window opens at the moment of the jump or after it, that night too',
      ...openAt('2026-03-29T01:45:00Z'),
      gives: ['hold', 'maintenance'],
    },
    {
      rule: 13,
      says: 'when 02:30 comes twice, the window opens with the first',
      ...openAt('2026-10-25T00:45:00Z'),
      gives: ['hold', 'maintenance'],
    },
  ]);
});

describe('freezes', () => {
  const freeze = { fromMs: T0, toMs: T0 + HOUR, reason: 'Black Friday' };
  const guards = { freezes: [freeze] };
  tell([
    {
      rule: 13,
      says: 'a freeze holds, and says why',
      alerts: bothSee,
      guards,
      at,
      gives: ['hold', 'frozen'],
      check: ['maintenance-window', { verdict: 'fail', value: 'freeze "Black Friday" until 2026-11-20T13:00:00.000Z' }],
    },
    {
      rule: 13,
      says: 'it holds from its first millisecond',
      alerts: bothSee,
      guards: { freezes: [{ ...freeze, fromMs: T0 + at }] },
      at,
      gives: ['hold', 'frozen'],
    },
    {
      rule: 13,
      says: 'and not before',
      alerts: bothSee,
      guards: { freezes: [{ ...freeze, fromMs: T0 + at + 1 }] },
      at,
      gives: ['failover', 'criterion-met'],
    },
    {
      rule: 13,
      says: 'a millisecond before its end it holds',
      alerts: bothSee,
      guards: { freezes: [{ ...freeze, toMs: T0 + at + 1 }] },
      at,
      gives: ['hold', 'frozen'],
    },
    {
      rule: 13,
      says: 'at its end it is over, and what began in it needs a fresh signal',
      alerts: bothSee,
      guards: { freezes: [{ ...freeze, toMs: T0 + at }] },
      at,
      gives: ['hold', 'began-in-window'],
      check: ['fresh-signal', { value: 'began in freeze "Black Friday"' }],
    },
    {
      rule: 13,
      says: 'what began before the freeze does not freshen what began in it',
      alerts: [fires('eu-1', 0), fires('eu-2', 30 * SECOND)],
      guards: { freezes: [{ ...freeze, fromMs: T0 + SECOND, toMs: T0 + at }] },
      at: 2 * MINUTE,
      gives: ['hold', 'began-in-window'],
    },
    {
      rule: 13,
      says: 'what began before the freeze waits for its end only',
      alerts: bothSee,
      guards: { freezes: [{ ...freeze, fromMs: T0 + SECOND, toMs: T0 + at }] },
      at,
      gives: ['failover', 'criterion-met'],
    },
  ]);
});
