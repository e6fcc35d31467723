import { describe, expect, test } from 'vitest';
import { awsScheduleFault, isZone, windowCronFault } from '../../lib/config/schedule.ts';

const NOW_MS = Date.UTC(2026, 10, 21);

describe("AWS's schedules", () => {
  test.each([
    'cron(0 3 ? * SUN *)',
    'cron(0 3 * * ? *)',
    'cron(0 3 1W * ? *)',
    'cron(0 3 L * ? 2026-2030)',
    'cron(0 3 ? * 5#2 *)',
    'cron(0 3 ? JAN,jul 6L *)',
    'cron(0/5 8-17 ? * MON-FRI *)',
    'cron(0 0 29 2 ? *)',
    'rate(1 day)',
    'rate(7 days)',
  ])('%s will do', (text) => {
    expect(awsScheduleFault(text, NOW_MS)).toBeUndefined();
  });

  test.each([
    ['every sunday', 'neither'],
    ['rate(0 days)', 'neither'],
    ['rate(1 days)', 'singular'],
    ['rate(2 day)', 'singular'],
    ['cron(0 3 * * 0)', 'six fields'],
    ['cron(60 3 ? * SUN *)', 'minutes'],
    ['cron(0 24 ? * SUN *)', 'hours'],
    ['cron(0 3 32 * ? *)', 'day of month'],
    ['cron(0 3 ? JANUARY SUN *)', 'month'],
    ['cron(0 3 ? * 0 *)', 'day of week'],
    ['cron(0 3 ? * SUN 1969)', 'year'],
    ['cron(0/0 3 ? * SUN *)', 'minutes'],
    ['cron(*-5 3 ? * SUN *)', 'minutes'],
    ['cron(0 3 * * * *)', 'exactly one'],
    ['cron(0 3 ? * ? *)', 'exactly one'],
    ['cron(0 3 ? * SUN 2020)', 'never'],
    ['cron(0 0 30 2 ? *)', 'never'],
    ['cron(0 0 31 FEB,4,6 ? *)', 'never'],
    ['cron(0 3 ? * SUN *) ', 'neither'],
  ])('%s is refused: %s', (text, why) => {
    expect(awsScheduleFault(text, NOW_MS)).toContain(why);
  });
});

describe('maintenance windows', () => {
  test.each(['0 3 * * 0', '*/15 1-4 * * SAT,SUN', '30 2 1 1 *'])('%s will do', (text) => {
    expect(windowCronFault(text, NOW_MS)).toBeUndefined();
  });
  test.each([
    ['0 3 * *', 'five fields'],
    ['0 0 3 * * 0', 'five fields'],
    ['99 3 * * *', 'understood'],
    ['0 0 30 2 *', 'never'],
  ])('%s is refused: %s', (text, why) => {
    expect(windowCronFault(text, NOW_MS)).toContain(why);
  });
});

test.each([
  ['Asia/Singapore', true],
  ['UTC', true],
  ['+08:00', false],
  ['Mars/Olympus', false],
  ['', false],
])('zone %j: %s', (text, expected) => {
  expect(isZone(text)).toBe(expected);
});
