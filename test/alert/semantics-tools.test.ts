import { describe, expect, test } from 'vitest';
import { understand } from '../../lib/alert/understand.ts';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, eventText, ignoredBy, parsedBy, refusalBy } from './semantics.ts';

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
    ['No Data', 'firing', 'other', 'critical'],
    ['Re-No Data', 'firing', 'other', 'critical'],
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

describe('CloudEvents', () => {
  const EVENT = eventJson('cloudevents', 'unreachable.structured.json');
  const TYPE = 'org.example.database.unreachable';
  const binary = (headers: Readonly<Record<string, string>>, body = '{}') =>
    parsedBy('cloudevents', body, {
      headers: { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/a', 'ce-type': TYPE, 'ce-time': '2026-11-21T20:00:04Z', ...headers },
    });

  test.each([
    ['the type’s last word', { type: `${TYPE}.resolved` }, 'resolved'],
    ['the data’s state, which wins', { type: `${TYPE}.firing`, data: { status: 'RESOLVED' } }, 'resolved'],
    ['a configured type', { type: TYPE }, 'firing'],
  ])('state by %s', (_case, change, status) => {
    expect(alertBy('cloudevents', { ...EVENT, ...change })).toMatchObject({ name: TYPE, class: 'unreachable', status });
  });

  test('a type that says nothing is no alert', () => {
    for (const type of ['com.example.backup', 'toString', 'a.constructor'])
      expect(ignoredBy('cloudevents', { ...EVENT, type })).not.toBe('');
  });

  test('begin and end are one series of one source and subject', () => {
    const [began, ended] = ['unreachable.structured.json', 'unreachable-resolved.structured.json'].map((file) =>
      alertBy('cloudevents', eventJson('cloudevents', file)),
    );
    expect(ended?.fingerprint).toBe(began?.fingerprint);
    expect(alertBy('cloudevents', { ...EVENT, source: '/b' }).fingerprint).not.toBe(began?.fingerprint);
  });

  test('binary: attributes are headers, percent-encoded', () => {
    expect(binary({ 'ce-subject': 'pc%2D1' }).alerts[0]?.resources[0]).toStrictEqual({ key: 'subject', value: 'pc-1' });
    expect(binary({ 'ce-subject': 'pc%zz' }).alerts[0]?.resources[0]?.value).toBe('pc%zz');
    expect(binary({}, 'no json at all').alerts).toHaveLength(1);
  });

  test.each([
    [{ specversion: '0.3' }, 'malformed specversion'],
    [{ id: '' }, 'malformed id'],
    [{ source: null }, 'malformed source'],
    [{ time: null }, 'bad-time time'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('cloudevents', { ...EVENT, ...change })).toBe(expected);
  });

  test('an empty batch is lawful', () => {
    expect(ignoredBy('cloudevents', '[]', { contentType: 'application/cloudevents-batch+json' })).toBe('an empty batch');
  });
});

describe('the generic source', () => {
  const BODY = { what: 'PrimaryUnreachable', s: 'firing', at: '2026.11.21 21:00:04', id: 'pc-1', deep: { l: { team: 'x' } } };
  const MAPPING = { name: 'what', status: 's', startsAt: 'at', resources: 'id' };
  const mapping = (change: Readonly<Record<string, string>>) => ({ zone: 'Europe/Berlin', mapping: { ...MAPPING, ...change } });

  test('reads by the mapping', () => {
    const alert = alertBy(
      'generic',
      BODY,
      mapping({ labels: 'deep.l', class: "'down'", severity: "'P1'", fingerprint: "join('/', [what, id])", summary: 'what' }),
    );
    expect(alert).toMatchObject({
      name: 'PrimaryUnreachable',
      class: 'down',
      severity: 'critical',
      fingerprint: 'PrimaryUnreachable/pc-1',
      labels: { team: 'x' },
    });
    expect(alert).toMatchObject({ startsAtMs: Date.UTC(2026, 10, 21, 20, 0, 4), resources: [{ key: 'resource', value: 'pc-1' }] });
  });

  test.each([
    ['an expression that does not parse', { name: '][' }, 'malformed $ mapping.name'],
    ['a function that does not suit the value', { name: 'length(`5`)' }, 'malformed $ mapping.name'],
    ['a status that is neither', { status: "s == 'x' && 'firing'" }, 'malformed $ mapping.status'],
    ['true is no status', { status: '`true`' }, 'malformed $ mapping.status'],
    ['no list of alerts', { alerts: 'what' }, 'malformed mapping.alerts'],
    ['no resource', { resources: 'nothing' }, 'no-resource $ mapping.resources'],
    ['no time', { startsAt: 'nothing' }, 'bad-time $ mapping.startsAt'],
    ['an expression without bounds', { name: 'a'.repeat(600) }, 'malformed $ mapping.name'],
  ])('refused: %s', (_case, change, expected) => {
    expect(refusalBy('generic', BODY, mapping(change))).toBe(expected);
  });

  test('without a mapping it reads nothing', () => {
    expect(refusalBy('generic', BODY, { mapping: {} })).toBe('malformed $ mapping.name');
  });

  test('too deep and too large', () => {
    expect(refusalBy('generic', `${'['.repeat(200)}${']'.repeat(200)}`, mapping({}))).toBe('too-large $');
    expect(refusalBy('generic', { ...BODY, x: 'x'.repeat(70_000) }, mapping({}))).toBe('too-large $');
  });
});
