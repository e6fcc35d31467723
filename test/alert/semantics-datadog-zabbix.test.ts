import { describe, expect, test } from 'vitest';
import { understand } from '../../lib/alert/understand.ts';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, ignoredBy, refusalBy } from './semantics.ts';

describe('Datadog', () => {
  const TRIGGERED = eventJson('datadog', 'polardb-triggered.json');
  const datadog = (change: Json) => alertBy('datadog', { ...TRIGGERED, ...change });

  test.each([
    ['Triggered', 'firing', 'unreachable', 'critical'],
    ['Re-Triggered', 'firing', 'unreachable', 'critical'],
    ['Renotify', 'firing', 'unreachable', 'critical'],
    ['Warn', 'firing', 'unreachable', 'warning'],
    ['Recovered', 'resolved', 'unreachable', 'critical'],
    ['Warn Recovered', 'resolved', 'unreachable', 'critical'],
    ['No Data', 'resolved', 'unreachable', 'critical'],
    ['Re-No Data', 'resolved', 'unreachable', 'critical'],
  ])('%s', (alert_transition, status, condition, severity) => {
    expect(datadog({ alert_transition })).toMatchObject({ status, class: condition, severity, fingerprint: datadog({}).fingerprint });
  });

  test.each(['Exploded', 'toString', '$ALERT_TRANSITION', ''])(
    'a transition that is not listed (%s) is refused, not guessed',
    (alert_transition) => {
      expect(refusalBy('datadog', { ...TRIGGERED, alert_transition })).toBe('malformed alert_transition');
    },
  );

  test('a text about a recovery is not a recovery', () => {
    expect(datadog({ body: 'this monitor recovered', title: '[Triggered] all Recovered' }).status).toBe('firing');
  });

  test('the name does not change with the state', () => {
    expect(datadog({ title: '[P1] [Warn on {x}] Disk full' }).name).toBe('Disk full');
    expect(datadog({ title: '[Recovered] [x]' }).name).toBe('[Recovered] [x]');
    expect(datadog({ title: '[never closed' }).name).toBe('[never closed');
  });

  test('a new cycle is the same series, another scope is not', () => {
    expect(datadog({ alert_cycle_key: '2' }).fingerprint).toBe(datadog({}).fingerprint);
    const plain = { aggreg_key: undefined };
    expect(datadog({ ...plain, scopes: 'a:1' }).fingerprint).not.toBe(datadog({ ...plain, scopes: 'a:2' }).fingerprint);
  });

  test('no priority: the alert’s type is the severity', () => {
    expect(datadog({ severity: '' }).severity).toBe('error');
  });

  test('without a time it cannot be judged', () => {
    expect(refusalBy('datadog', { ...TRIGGERED, last_updated: '', date: '$DATE' })).toBe('bad-time last_updated');
  });
});

describe('Zabbix', () => {
  const PROBLEM = eventJson('zabbix', 'gaussdb-problem.json');
  const zabbix = (change: Json, settings = {}) => alertBy('zabbix', { ...PROBLEM, ...change }, settings);

  test('the server’s clock is read in its configured zone', () => {
    expect(zabbix({}).startsAtMs).toBe(Date.UTC(2026, 10, 21, 20, 0, 4));
    expect(zabbix({}, { zone: 'Asia/Shanghai' }).startsAtMs).toBe(Date.UTC(2026, 10, 21, 13, 0, 4));
  });

  test('the recovery says when it came, else it is as old as the problem', () => {
    const recovery = eventJson('zabbix', 'gaussdb-recovery.json');
    expect(alertBy('zabbix', recovery)).toMatchObject({ status: 'resolved', observedAtMs: Date.UTC(2026, 10, 21, 20, 4, 4) });
    expect(alertBy('zabbix', { ...recovery, event_recovery_date: '{EVENT.RECOVERY.DATE}' }).observedAtMs).toBe(
      Date.UTC(2026, 10, 21, 20, 0, 4),
    );
  });

  test('problem and recovery are one series; a later problem of the trigger is the same again', () => {
    expect(zabbix({ event_value: '0', event_id: '9' }).fingerprint).toBe(zabbix({}).fingerprint);
    expect(zabbix({ trigger_id: '9' }).fingerprint).not.toBe(zabbix({}).fingerprint);
  });

  test('the number of the severity, which is never translated', () => {
    expect(['0', '1', '2', '3', '4', '5'].map((event_nseverity) => zabbix({ event_nseverity }).severity)).toStrictEqual([
      'unknown',
      'info',
      'warning',
      'warning',
      'error',
      'critical',
    ]);
    expect(zabbix({ event_nseverity: '{EVENT.NSEVERITY}', event_severity: 'High' }).severity).toBe('error');
  });

  test.each([
    [{ event_value: '{EVENT.VALUE}' }, 'malformed event_value'],
    [{ event_value: '2' }, 'malformed event_value'],
    [{ event_date: '{EVENT.DATE}' }, 'bad-time event_time'],
    [{ host: '*UNKNOWN*', host_ip: '{HOST.IP}', event_tags: '[]' }, 'no-resource host'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('zabbix', { ...PROBLEM, ...change })).toBe(expected);
  });

  test('without a configured zone its local time is refused', () => {
    const delivery = { contentType: 'application/json', headers: {}, body: JSON.stringify(PROBLEM), receivedAtMs: 0 };
    const { parsed } = understand(delivery, { zabbix: { kind: 'zabbix', auth: [] } }, 'zabbix');
    expect(parsed.refusals.map(({ code, path }) => `${code} ${path}`)).toStrictEqual(['zone-needed event_time']);
    expect(refusalBy('zabbix', { ...PROBLEM, event_date: '2026-11-21' })).toBe('bad-time event_time');
  });

  test('a comment is no change of state', () => {
    for (const change of [{ event_update_status: '1' }, { update_action: 'acknowledged' }]) {
      expect(ignoredBy('zabbix', { ...PROBLEM, ...change })).toMatch(/^a comment/);
    }
  });

  test('tags are ids, as JSON text or as a list', () => {
    const tags = [{ tag: 'cluster', value: 'pc-1' }];
    for (const event_tags of [tags, JSON.stringify(tags)])
      expect(zabbix({ event_tags }).resources).toContainEqual({ key: 'cluster', value: 'pc-1' });
    expect(zabbix({ event_tags: 'no json' }).resources.map(({ key }) => key)).toStrictEqual(['host', 'host_ip']);
  });
});
