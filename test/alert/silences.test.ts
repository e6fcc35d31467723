import { describe, expect, test } from 'vitest';
import type { Alert } from '../../lib/alert/alert.ts';
import { oneLine } from '../../lib/alert/text.ts';
import { parseIso } from '../../lib/alert/time.ts';
import { understand } from '../../lib/alert/understand.ts';
import { CONFIGURED, RECEIVED_AT_MS } from './fixtures.ts';
import { alertBy, eventJson, eventText, parsedBy, refusalBy, type Json } from './semantics.ts';

/** What a sender may leave out of a lawful body, one thing at a time, and what the alert is without it. */

const AT_MS = Date.UTC(2026, 10, 21, 20, 0, 4);
const recognised = (body: unknown): string | undefined =>
  understand({ contentType: '', headers: {}, body: JSON.stringify(body), receivedAtMs: RECEIVED_AT_MS }, CONFIGURED).source;

type Silence = readonly [what: string, left: Json, expected: Partial<Alert>];
/** `undefined` leaves a field out of JSON. */
function silences(source: string, read: (left: Json) => Alert, rows: readonly Silence[]): void {
  describe(source, () => {
    test.each(rows)('%s', (_what, left, expected) => {
      expect(read(left)).toMatchObject(expected);
    });
  });
}

const FORM = Object.fromEntries(new URLSearchParams(eventText('alibaba-cms', 'polardb-cpu.form.txt')));
silences('alibaba-cms', (left) => alertBy('alibaba-cms', { ...FORM, ...left }), [
  ['no name of the rule: its id', { alertName: undefined }, { name: 'alarmRule_uuid_0001' }],
  ['neither name nor id', { alertName: undefined, ruleId: undefined }, { name: 'unnamed' }],
  ['no value now', { curValue: undefined, unit: undefined }, { summary: 'PolarDB_集群CPU: cluster_cpu_utilization $Average>=95, now ?' }],
  [
    'no metric',
    { rawMetricName: undefined, metricName: undefined, expression: undefined },
    { class: 'other', summary: 'PolarDB_集群CPU:  , now 97.5%' },
  ],
  ['no dimensions: the name of the instance', { dimensions: undefined }, { resources: [{ key: 'instanceName', value: 'orders' }] }],
  [
    'dimensions that begin in the middle',
    { dimensions: '{x, clusterId=pc-1}', instanceName: undefined },
    { resources: [{ key: 'clusterId', value: 'pc-1' }] },
  ],
]);

const START = eventJson('alibaba-events', 'polardb-failure-start.json');
silences(
  'alibaba-events',
  (left) => alertBy('alibaba-events', { ...START, ...left, alert: { ...(START['alert'] as Json), ...(left['alert'] as Json) } }),
  [
    ['no time of the alert: that of the push', { alert: { timestamp: undefined, meta: {} }, time: AT_MS }, { startsAtMs: AT_MS }],
    ['no severity of the alert: that of the push', { alert: { severity: undefined }, severity: 'WARN' }, { severity: 'warning' }],
  ],
);
test('alibaba-events: a beginning is no time of the statement', () => {
  expect(refusalBy('alibaba-events', { ...START, time: undefined, alert: { ...(START['alert'] as Json), timestamp: 'x' } })).toBe(
    'bad-time alert.timestamp',
  );
});

describe('alibaba-arms', () => {
  test('a batch without labels, or without alerts, is a relative’s', () => {
    const body = eventJson('alibaba-arms', 'polardb-unreachable.json');
    expect(recognised(body)).toBe('alibaba-arms');
    expect(recognised({ ...body, alerts: [{ status: 'firing' }] })).not.toBe('alibaba-arms');
    expect(recognised({ ...body, alerts: [] })).not.toBe('alibaba-arms');
  });
});

describe('azure-monitor', () => {
  const LOG = eventJson('azure-monitor', 'log-alert.json');
  const log = (left: Json): Json => ({ ...LOG, data: { ...(LOG['data'] as Json), ...left } });
  const FIRED = eventJson('azure-monitor', 'polardb-fired.json');
  const data = FIRED['data'] as Json;

  test.each([
    ['11/21/2026 8:00:04 PM', {}],
    ['2026-11-21T20:00:04', {}],
    ['2026-11-21T20:00:04Z', {}],
    ['2026-11-21T20:00:04', { zone: 'Europe/Berlin' }],
    ['11/21/2026 8:00:04 PM', { zone: 'Asia/Singapore' }],
  ])('the end of a log alert’s interval (%s, %j) is in UTC, as its name says', (SearchIntervalEndtimeUtc, settings) => {
    expect(alertBy('azure-monitor', log({ SearchIntervalEndtimeUtc }), settings).startsAtMs).toBe(AT_MS);
  });

  test.each([
    ['1', 'error'],
    ['Critical', 'critical'],
    [undefined, 'unknown'],
  ])('the severity %j of a log alert is %s', (Severity, expected) => {
    expect(alertBy('azure-monitor', log({ Severity })).severity).toBe(expected);
  });

  test('an alert about nothing is refused', () => {
    const essentials = { ...(data['essentials'] as Json), alertTargetIDs: [], configurationItems: [7] };
    expect(refusalBy('azure-monitor', { ...FIRED, data: { essentials } })).toBe('no-resource data.essentials.alertTargetIDs');
  });

  test('a dimension without a name or without a value', () => {
    const alertContext = { condition: { allOf: [{ dimensions: [{ value: 'pc-1' }, { name: 'clusterId' }] }] } };
    const { resources } = alertBy('azure-monitor', { ...FIRED, data: { ...data, alertContext } });
    expect(resources.filter(({ key }) => !key.startsWith('resource'))).toEqual([{ key: '', value: 'pc-1' }]);
  });
});

const ALARM = eventJson('cloudwatch', 'polardb-overload.eventbridge.json');
const detail = ALARM['detail'] as Json;
const state = detail['state'] as Json;
silences(
  'cloudwatch',
  (left) => alertBy('cloudwatch', { ...ALARM, time: '2026-11-21T20:00:04Z', detail: { ...detail, state: { ...state, ...left } } }),
  [
    ['no time of the state: that of the event', { timestamp: undefined }, { observedAtMs: AT_MS }],
    ['no reason: the name says it', { reason: undefined }, { summary: String(detail['alarmName']) }],
  ],
);

const DOG = eventJson('datadog', 'polardb-triggered.json');
silences('datadog', (left) => alertBy('datadog', { ...DOG, ...left }), [
  ['no date: as old as its statement', { date: undefined }, { startsAtMs: 1_795_291_204_512, observedAtMs: 1_795_291_204_512 }],
  ['no title: the monitor’s', { title: undefined, monitor_name: 'WriterDown' }, { name: 'WriterDown', summary: 'WriterDown' }],
  ['neither title nor monitor', { title: undefined }, { name: '', summary: '' }],
  ['neither scope nor tags: the host', { scopes: undefined, tags: undefined, host: 'db1' }, { resources: [{ key: 'host', value: 'db1' }] }],
]);
test('datadog: without its keys the series is the monitor by name', () => {
  const nameless = { ...DOG, aggreg_key: undefined, monitor_id: undefined };
  expect(alertBy('datadog', nameless).fingerprint).toBe(alertBy('datadog', { ...nameless, date: '1795291100000' }).fingerprint);
  expect(alertBy('datadog', nameless).fingerprint).not.toBe(alertBy('datadog', { ...nameless, monitor_name: 'Another' }).fingerprint);
});

const OPEN = eventJson('google-cloud', 'polardb-open.json');
silences('google-cloud', (left) => alertBy('google-cloud', { ...OPEN, incident: { ...(OPEN['incident'] as Json), ...left } }), [
  ['no summary: the policy', { summary: undefined }, { summary: 'PolardbWriterUnreachable' }],
  ['a policy without a name', { summary: undefined, policy_name: null }, { name: 'unnamed', summary: 'unnamed' }],
]);

describe('grafana', () => {
  const LEGACY = eventJson('grafana', 'legacy-alerting.json');
  const BATCH = eventJson('grafana', 'polardb-unreachable.json');
  const { orgId: _orgId, ...titled } = BATCH;

  test.each([
    ['an organisation', BATCH, 'grafana'],
    ['a title and the state alerting', { ...titled, title: 'x', state: 'alerting' }, 'grafana'],
    ['a title and the state ok', { ...titled, title: 'x', state: 'ok' }, 'grafana'],
    ['a title and another state', { ...titled, title: 'x', state: 'pending' }, undefined],
    ['no title', { ...titled, title: undefined }, undefined],
  ])('a batch with %s is told apart', (_what, body, source) => {
    expect(recognised(body)).toBe(source);
  });

  test('a legacy body without the id of its rule is known by what was evaluated', () => {
    const { ruleId: _ruleId, ...rest } = LEGACY;
    expect(recognised(rest)).toBe('grafana');
    expect(recognised({ ruleName: 'x', state: 'alerting' })).toBeUndefined();
  });

  silences('legacy', (left) => alertBy('grafana', { ...LEGACY, ...left }), [
    ['no message: the title', { message: undefined }, { summary: '[Alerting] PolardbWriterUnreachable' }],
    ['neither: the rule', { message: undefined, title: undefined }, { summary: 'PolardbWriterUnreachable' }],
    ['a blank name', { ruleName: ' ', message: undefined, title: undefined }, { name: '', class: 'other' }],
  ]);

  test('a state that is blank is none, and a test alert without a group is an alert', () => {
    expect(refusalBy('grafana', { ...LEGACY, state: '' })).toBe('malformed state');
    const labels = { alertname: 'TestAlert', instance: 'Grafana' };
    const [alert] = BATCH['alerts'] as readonly Json[];
    const body = { ...BATCH, groupKey: undefined, commonLabels: labels, alerts: [{ ...alert, labels }] };
    expect(alertBy('grafana', body).name).toBe('TestAlert');
  });
});

describe('huawei-ces', () => {
  const ENVELOPE = eventJson('huawei-ces', 'gaussdb-cpu.smn.json');
  const EVENT = eventJson('huawei-ces', 'custom-event-drill.json');
  const TEMPLATE = JSON.parse(String(eventJson('huawei-ces', 'custom-template.smn.json')['message'])) as Json;

  test.each<[what: string, body: unknown, expected: string]>([
    ['a record that holds no message', { record: [{ smn: null }, 7] }, 'malformed type, malformed type'],
    ['an envelope of a blank type', { ...ENVELOPE, type: ' ' }, 'malformed type'],
    ['an envelope of another type', { ...ENVELOPE, type: 'Greeting' }, 'malformed type'],
    ['a message that is a list', { ...ENVELOPE, message: '[]' }, 'malformed message'],
    [
      'an alarm whose status is no text',
      { ...(JSON.parse(String(ENVELOPE['message'])) as Json), alarm_status: [] },
      'malformed alarm_status',
    ],
    [
      'a template that says neither',
      { ...TEMPLATE, data: { ...(TEMPLATE['data'] as Json), IsAlarm: 'perhaps' } },
      'malformed data.IsAlarm',
    ],
  ])('%s is refused', (_what, body, expected) => {
    expect(refusalBy('huawei-ces', body)).toBe(expected);
  });

  test('an event whose resource has no name', () => {
    const detail = { ...(EVENT['detail'] as Json), resource_name: undefined };
    expect(alertBy('huawei-ces', { ...EVENT, detail }).summary).toBe(`${String(EVENT['event_name'])}:`);
  });
});

const HEARD = eventJson('nightingale', 'polardb-unreachable.json');
silences('nightingale', (left) => alertBy('nightingale', { ...HEARD, ...left }), [
  ['no first time', { first_trigger_time: undefined }, { startsAtMs: AT_MS }],
  ['no time of evaluation', { last_eval_time: undefined }, { observedAtMs: AT_MS }],
  ['no name', { rule_name: undefined, annotations: {} }, { name: 'unnamed', summary: 'unnamed' }],
  ['a note in place of a summary', { annotations: {}, rule_note: 'look' }, { summary: 'look' }],
  ['another severity', { severity: 9 }, { severity: 'unknown' }],
]);
test('nightingale: without a hash the series is the rule on its tags', () => {
  const series = (left: Json): string => alertBy('nightingale', { ...HEARD, hash: undefined, ...left }).fingerprint;
  expect(series({})).toBe(series({ trigger_time: 1_795_291_300 }));
  expect(series({})).not.toBe(series({ rule_id: 13 }));
  expect(series({})).not.toBe(series({ tags_map: { clusterId: 'pc-2' } }));
});

test('pagerduty: an event of a blank type opens nothing', () => {
  expect(
    parsedBy('pagerduty', { event: { ...(eventJson('pagerduty', 'incident-triggered.json')['event'] as Json), event_type: '' } }),
  ).toMatchObject({
    alerts: [],
    ignored: [{}],
  });
});

describe('uptime-kuma', () => {
  const DOWN = eventJson('uptime-kuma', 'polardb-down.json');
  const monitor = (left: Json): Json => ({ ...DOWN, monitor: { ...(DOWN['monitor'] as Json), tags: [], ...left } });

  test('a monitor that says nothing of itself is refused, and one without a name or an id is known by the other', () => {
    const nothing = { id: undefined, name: undefined, hostname: undefined };
    expect(refusalBy('uptime-kuma', monitor(nothing))).toBe('no-resource monitor');
    expect(alertBy('uptime-kuma', monitor({ name: undefined }))).toMatchObject({ name: 'unnamed' });
    const byName = (id: unknown) => alertBy('uptime-kuma', monitor({ id })).fingerprint;
    expect(byName(undefined)).not.toBe(byName(7));
  });

  test('a tag without a name still names the database', () => {
    expect(alertBy('uptime-kuma', monitor({ tags: [{ value: 'pc-1' }] })).resources).toContainEqual({ key: '', value: 'pc-1' });
  });

  test('only a local time, in the configured zone', () => {
    const { time: _time, timezoneOffset: _offset, ...beat } = DOWN['heartbeat'] as Json;
    expect(alertBy('uptime-kuma', { ...DOWN, heartbeat: beat }, { zone: 'Europe/Berlin' }).startsAtMs).toBe(AT_MS);
  });
});

const PROBLEM = eventJson('zabbix', 'gaussdb-problem.json');
silences('zabbix', (left) => alertBy('zabbix', { ...PROBLEM, ...left }), [
  ['no name of the event: the trigger’s', { event_name: undefined }, { name: 'GaussDB: primary does not answer' }],
  ['neither', { event_name: '{EVENT.NAME}', trigger_name: '*UNKNOWN*' }, { name: 'unnamed' }],
  [
    'a tag without a name',
    { event_tags: [{ value: 'in14' }], host: undefined, host_ip: undefined },
    { resources: [{ key: '', value: 'in14' }] },
  ],
]);
test('zabbix: without a trigger the series is the event by name', () => {
  const series = (event_name: string): string => alertBy('zabbix', { ...PROBLEM, trigger_id: undefined, event_name }).fingerprint;
  expect(series('a')).toBe(series('a'));
  expect(series('a')).not.toBe(series('b'));
});

describe('envelopes', () => {
  test('of no records, and of a type that nobody documents, are none', () => {
    expect(recognised({ Records: [] })).toBeUndefined();
    const Message = JSON.stringify(ALARM);
    expect(recognised({ Type: 'Notification', TopicArn: 'arn', Message })).toBe('cloudwatch');
    expect(recognised({ Type: 'Rumour', TopicArn: 'arn', Message })).toBeUndefined();
  });
});

describe('texts and times', () => {
  test('of a very long text only the beginning is looked at', () => {
    expect(oneLine(`${'\n'.repeat(1_200)}late`)).toBe('');
    expect(oneLine(`a${'b'.repeat(2_000)}`)).toHaveLength(300);
  });

  test.each([
    '2026-11-21_20:00:04Z',
    '2026/11/21T20:00:04Z',
    '2026-11-21T20:00:04+1',
    '2026-11-21T20:00:04+01:0',
    '2026-11-21T20:00:04+19:00',
  ])('%s is no time', (text) => {
    expect(parseIso(text)).toBe('bad-time');
  });
  test.each(['2026-11-21t20:00:04z', '2026-11-21 20:00:04Z', '2026-11-21T20:00:04+0000'])('%s is one', (text) => {
    expect(parseIso(text)).toBe(AT_MS);
  });
});
