import { describe, expect, test } from 'vitest';
import { moved, momentsIn } from '../../cli/times.ts';
import { retime } from '../../cli/retime.ts';
import type { Alert } from '../../lib/alert/alert.ts';
import { understand } from '../../lib/alert/understand.ts';
import { ALL_FIXTURES, CONFIGURED, eventsOf, type Fixture } from '../alert/fixtures.ts';
import { SOURCES } from '../../lib/alert/sources.ts';

const HOUR = 3_600_000;
/** In winter like the events, so that Berlin's clock is the same number of hours ahead. */
const NOW_MS = Date.UTC(2026, 11, 24, 18, 0, 0, 250);

describe('every written form of time keeps its form', () => {
  test.each([
    ['"2026-11-21T20:00:04.512308871Z"', '"2026-11-21T21:00:04.512308871Z"'],
    ['2026-11-21T20:00:04Z', '2026-11-21T21:00:04Z'],
    ['2026-11-21T23:30:04.5+08:00', '2026-11-22T00:30:04.5+08:00'],
    ['2026-11-21T20:00:11.402+0000', '2026-11-21T21:00:11.402+0000'],
    ['2026-12-31 23:00:04', '2027-01-01 00:00:04'],
    ['a=2026-11-21T20%3A00%3A04%2B08%3A00&b', 'a=2026-11-21T21%3A00%3A04%2B08%3A00&b'],
    ['20261121T200004.642+0800', '20261121T210004.642+0800'],
    ['(21/11/26 19:59:00)', '(21/11/26 20:59:00)'],
    ['01 12, 2024 13:51:16 GMT-03:00', '01 12, 2024 14:51:16 GMT-03:00'],
    ['11/21/2026 11:00:04 AM', '11/21/2026 12:00:04 PM'],
    ['11/21/2026 11:30:04 PM', '11/22/2026 12:30:04 AM'],
    ['"date": "2026.11.21", "time": "23:00:04"', '"date": "2026.11.22", "time": "00:00:04"'],
    ['"timestamp":1795291204000', '"timestamp":1795294804000'],
    ['timestamp=1795291204000&x=1', 'timestamp=1795294804000&x=1'],
    [String.raw`{\"started_at\": 1795291204}`, String.raw`{\"started_at\": 1795294804}`],
    ['"last_updated": "1795291204512"', '"last_updated": "1795294804512"'],
  ])('%s', (before, after) => {
    expect(moved(before, HOUR)).toBe(after);
  });
  test.each([
    '0001-01-01T00:00:00Z',
    '"time": "1970-01-01T00:00:00Z"',
    '"account":"1795291204"',
    '"id":1795291204000',
    '12345678T200004x',
    '2026-13-99',
  ])('%s is no moment of an alert', (text) => {
    expect(moved(text, HOUR)).toBe(text);
  });
});

const shifted = (ms: number | undefined, deltaMs: number): number | undefined => (ms === undefined ? undefined : ms + deltaMs);
const withoutTimes = ({ startsAtMs: _s, observedAtMs: _o, summary: _t, labels: _l, ...rest }: Alert) => rest;
const alertsOf = (fixture: Fixture, body: string): readonly Alert[] =>
  understand({ ...fixture.delivery, body }, CONFIGURED, fixture.source).parsed.alerts;
const firing = SOURCES.flatMap(({ name }) => eventsOf(name)).filter((fixture) =>
  alertsOf(fixture, fixture.delivery.body).some(({ status }) => status === 'firing'),
);

describe('the project’s events, moved to now', () => {
  test('are many', () => {
    expect(firing.length).toBeGreaterThan(25);
  });
  test.each(firing.map((fixture) => [`${fixture.source}/${fixture.file}`, fixture] as const))('%s', (_name, fixture) => {
    const before = alertsOf(fixture, fixture.delivery.body);
    const writtenStartMs = Math.max(...before.map((alert) => alert.startsAtMs));
    const body = retime(fixture.delivery.body, { startMs: NOW_MS - 90_000, nowMs: NOW_MS, writtenStartMs });
    const after = alertsOf(fixture, body);
    const deltaMs = (after[0]?.startsAtMs ?? 0) - (before[0]?.startsAtMs ?? 0);
    expect(deltaMs % 1_000).toBe(0);
    expect(after.map((alert) => [alert.startsAtMs, alert.observedAtMs])).toEqual(
      before.map((alert) => [shifted(alert.startsAtMs, deltaMs), shifted(alert.observedAtMs, deltaMs)]),
    );
    expect(after.map(withoutTimes)).toEqual(before.map(withoutTimes));
    const newestMs = Math.max(...after.map((alert) => alert.startsAtMs));
    expect(NOW_MS - newestMs).toBeGreaterThanOrEqual(90_000);
    expect(Math.max(...after.map((alert) => alert.observedAtMs))).toBeLessThanOrEqual(NOW_MS);
  });
});

describe('the body as a whole', () => {
  test.each(ALL_FIXTURES.map((fixture) => [`${fixture.source}/${fixture.file}`, fixture.delivery.body] as const))(
    '%s: there and back again',
    (_name, body) => {
      expect(moved(moved(body, HOUR), -HOUR)).toBe(body);
    },
  );
  test('a resolve is never moved into the future, though the alert began long before', () => {
    const body = '{"startsAt":"2026-11-21T20:00:00Z","endsAt":"2026-11-21T21:00:00Z"}';
    const retiming = { startMs: NOW_MS - 90_000, nowMs: NOW_MS, writtenStartMs: Date.UTC(2026, 10, 21, 20) };
    const after = momentsIn(retime(body, retiming)).map(({ ms }) => ms);
    expect(Math.max(...after)).toBeLessThanOrEqual(NOW_MS);
    expect(Math.max(...after) - Math.min(...after)).toBe(HOUR);
  });
  test('the newest start lies at the wanted second', () => {
    const body = '["2026-11-21T20:00:04.512Z","2026-11-21T20:00:06.089Z"]';
    expect(retime(body, { startMs: Date.UTC(2026, 11, 24, 12, 0, 0), nowMs: NOW_MS })).toBe(
      '["2026-12-24T11:59:58.512Z","2026-12-24T12:00:00.089Z"]',
    );
  });
  test.each(['', 'no time here', '{"a":1}'])('%j stays as it is', (body) => {
    expect(retime(body, { startMs: 0, nowMs: NOW_MS })).toBe(body);
  });
  test('costs linear time', () => {
    const started = performance.now();
    moved('2026.11.21 '.repeat(30_000) + '1'.repeat(300_000) + 'time"'.repeat(50_000), HOUR);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
