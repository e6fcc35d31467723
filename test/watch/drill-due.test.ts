import { describe, expect, test } from 'vitest';
import { awsScheduleFault } from '../../lib/config/schedule.ts';
import { drillDueSinceMs } from '../../lib/watch/drill-due.ts';
import { parseSchedule } from '../../local/schedule-expression.ts';

/** A Saturday. */
const NOW = Date.UTC(2026, 10, 21, 23, 7);

const CRONS = [
  'cron(0 4 ? * SUN *)',
  'cron(30 4 ? * 1 *)',
  'cron(0/15 * * * ? *)',
  'cron(5/20 2 * * ? *)',
  'cron(0 0 15 * ? *)',
  'cron(0 9 ? * MON-FRI *)',
  'cron(0 9 ? * 2#1 *)',
  'cron(0 9 ? * 6L *)',
  'cron(0 0 L * ? *)',
  'cron(5,35 8-17/2 ? JAN-DEC MON,WED *)',
  'cron(0 3 1 1/3 ? *)',
  'cron(0 0 1 1,7 ? 2020-2040)',
];

describe('the last drill may be as old as', () => {
  test.each([
    ['rate(7 days)', 14 * 24],
    ['rate(1 day)', 48],
    ['rate(12 hours)', 24],
    ['rate(30 minutes)', 1],
  ])('two periods of %s', (schedule, hours) => {
    expect(drillDueSinceMs(schedule, 'UTC', NOW)).toBe(NOW - hours * 3_600_000);
  });

  // The embedded cloud's scheduler reads AWS's dialect with another library: its runs are the oracle.
  test.each(CRONS)('the run before the last one of %s', (schedule) => {
    expect(awsScheduleFault(schedule, NOW)).toBeUndefined();
    for (const zone of ['UTC', 'Asia/Singapore', 'Europe/Berlin']) {
      const dueMs = drillDueSinceMs(schedule, zone, NOW) ?? Number.NaN;
      const next = parseSchedule(schedule, { startMs: 0, zone });
      const lastMs = next(dueMs) ?? Number.NaN;
      expect(next(dueMs - 1), zone).toBe(dueMs);
      expect(lastMs, zone).toBeLessThanOrEqual(NOW);
      expect(next(lastMs) ?? Number.POSITIVE_INFINITY, zone).toBeGreaterThan(NOW);
    }
  });

  test('nothing at all, while the schedule has not come yet or is not understood', () => {
    expect(drillDueSinceMs('cron(0 0 1 1 ? 2099)', 'UTC', NOW)).toBeUndefined();
    expect(drillDueSinceMs('every week', 'UTC', NOW)).toBeUndefined();
    expect(drillDueSinceMs('cron(x)', 'UTC', NOW)).toBeUndefined();
    expect(drillDueSinceMs('cron(0 4 ? * SUN * 1/2)', 'UTC', NOW)).toBeUndefined();
  });
});
