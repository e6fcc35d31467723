import { describe, expect, test } from 'vitest';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, eventText, ignoredBy, refusalBy } from './semantics.ts';

describe('PagerDuty', () => {
  const TRIGGERED = eventJson('pagerduty', 'incident-triggered.json');
  const event = (change: Json): Json => ({ event: { ...(TRIGGERED['event'] as Json), ...change } });
  const data = (change: Json): Json => event({ data: { ...((TRIGGERED['event'] as Json)['data'] as Json), ...change } });

  test.each([
    ['incident.triggered', 'firing'],
    ['incident.reopened', 'firing'],
    ['incident.resolved', 'resolved'],
  ])('%s', (event_type, status) => {
    expect(alertBy('pagerduty', event({ event_type }))).toMatchObject({ status, class: 'unreachable', severity: 'critical' });
  });

  test.each(['incident.acknowledged', 'incident.escalated', 'service.updated', 'pagey.ping', 'incident.invented', 'toString'])(
    '%s says nothing',
    (event_type) => {
      expect(ignoredBy('pagerduty', event({ event_type }))).not.toBe('');
    },
  );

  test('the sender’s key is the series; without one the incident is', () => {
    expect(alertBy('pagerduty', data({ id: 'OTHER' })).fingerprint).toBe(alertBy('pagerduty', TRIGGERED).fingerprint);
    expect(alertBy('pagerduty', data({ id: 'OTHER', incident_key: null })).fingerprint).not.toBe(
      alertBy('pagerduty', data({ incident_key: null })).fingerprint,
    );
  });

  test('custom fields name databases and classes', () => {
    const custom_fields = [
      { name: 'cluster', value: 'pc-1' },
      { name: 'understudy_class', value: 'replication' },
    ];
    expect(alertBy('pagerduty', data({ title: 'x', custom_fields }))).toMatchObject({ class: 'replication', labels: { cluster: 'pc-1' } });
  });

  test.each([
    [event({ occurred_at: null }), 'bad-time event.occurred_at'],
    [data({ title: null }), 'malformed event.data.title'],
    [{ messages: [] }, 'malformed event'],
  ])('refused (%#)', (body, expected) => {
    expect(refusalBy('pagerduty', body)).toBe(expected);
  });
});

describe('Uptime-Kuma', () => {
  const DOWN = eventJson('uptime-kuma', 'polardb-down.json');
  const beat = (change: Json): Json => ({ ...DOWN, heartbeat: { ...(DOWN['heartbeat'] as Json), ...change } });
  const monitor = (change: Json): Json => ({ ...DOWN, monitor: { ...(DOWN['monitor'] as Json), ...change } });

  test('the local time with its offset is used before the time without a zone', () => {
    expect(alertBy('uptime-kuma', beat({ time: '2001-01-01 00:00:00' })).startsAtMs).toBe(Date.UTC(2026, 10, 21, 20, 0, 4));
    const bare = beat({ timezoneOffset: undefined });
    expect(refusalBy('uptime-kuma', bare)).toBe('zone-needed heartbeat.time');
    expect(alertBy('uptime-kuma', bare, { zone: 'UTC' }).startsAtMs).toBe(Date.UTC(2026, 10, 21, 20, 0, 4, 512));
  });

  test.each([
    ['port', 'unreachable'],
    ['postgres', 'unreachable'],
    ['keyword', 'other'],
    ['toString', 'other'],
  ])('a monitor of the type %s', (type, condition) => {
    expect(alertBy('uptime-kuma', monitor({ type })).class).toBe(condition);
  });

  test('trying again and maintenance are no statement', () => {
    expect(ignoredBy('uptime-kuma', beat({ status: 2 }))).toBe('the monitor is still trying');
    expect(ignoredBy('uptime-kuma', beat({ status: 3 }))).toBe('the monitor is under maintenance');
    expect(refusalBy('uptime-kuma', beat({ status: 4 }))).toBe('malformed heartbeat.status');
  });

  test('a multipart form says what JSON says', () => {
    const form = alertBy('uptime-kuma', eventText('uptime-kuma', 'polardb-down.multipart.txt'), { contentType: 'multipart/form-data' });
    expect(form).toStrictEqual(alertBy('uptime-kuma', DOWN));
  });
});

describe('Nightingale', () => {
  const ONE = eventJson('nightingale', 'polardb-unreachable.json');

  test('tags as a list where there is no map', () => {
    expect(alertBy('nightingale', { ...ONE, tags_map: null, tags: ['clusterId=pc=1', 'junk', 7] }).resources).toStrictEqual([
      { key: 'clusterId', value: 'pc=1' },
    ]);
  });

  test('recovery, its time and its series', () => {
    const recovered = alertBy('nightingale', eventJson('nightingale', 'polardb-recovered.json'));
    expect(recovered).toMatchObject({
      status: 'resolved',
      fingerprint: alertBy('nightingale', ONE).fingerprint,
      observedAtMs: 1_795_291_444_000,
    });
  });

  test.each([
    [{ is_recovered: 'false' }, 'malformed is_recovered'],
    [{ trigger_time: null }, 'bad-time trigger_time'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('nightingale', { ...ONE, ...change })).toBe(expected);
    expect(refusalBy('nightingale', [{ ...ONE, ...change }])).toBe(expected.replace(' ', ' $[0].'));
  });
});
