import { describe, expect, test } from 'vitest';
import { deliveryOfFile } from '../../lib/alert/delivery-file.ts';
import { parseIso } from '../../lib/alert/time.ts';
import { understand } from '../../lib/alert/understand.ts';
import { CONFIGURED, RECEIVED_AT_MS } from './fixtures.ts';
import { alertBy, eventJson, eventText, ignoredBy, refusalBy, type Json } from './semantics.ts';

/** Bodies that are lawful and seldom: what a sender leaves out, what a third party adds, what nobody says at all. */

const AT = '2026-11-21T20:00:04Z';
const AT_MS = Date.UTC(2026, 10, 21, 20, 0, 4);
const resourcesOf = (alert: { readonly resources: readonly { readonly key: string; readonly value: string }[] }): readonly string[] =>
  alert.resources.map(({ key, value }) => `${key}=${value}`);

describe('Alibaba Cloud', () => {
  const fields = Object.fromEntries(new URLSearchParams(eventText('alibaba-cms', 'polardb-cpu.form.txt')));

  test('a threshold alert that a third party posts as JSON is the same as its form, and is recognised', () => {
    const body = JSON.stringify(fields);
    const { source, parsed } = understand({ contentType: 'application/json', headers: {}, body, receivedAtMs: RECEIVED_AT_MS }, CONFIGURED);
    expect(source).toBe('alibaba-cms');
    const form = alertBy('alibaba-cms', eventText('alibaba-cms', 'polardb-cpu.form.txt'), {
      contentType: 'application/x-www-form-urlencoded',
    });
    expect(parsed.alerts).toStrictEqual([form]);
  });

  test.each(['5', '"pc-1"', '[]'])('dimensions that are JSON and no map (%s) name nothing', (dimensions) => {
    expect(refusalBy('alibaba-cms', { ...fields, dimensions, instanceName: 'null' })).toBe('no-resource dimensions');
  });

  test('an event of which only the content names the cluster', () => {
    const start = eventJson('alibaba-events', 'polardb-failure-start.json');
    const { arn: _, meta: __, ...alert } = start['alert'] as Json;
    const read = alertBy('alibaba-events', { ...start, alert: { ...alert, eventContentMap: { clusterId: 'pc-1' } } });
    expect(resourcesOf(read)).toEqual(['clusterId=pc-1']);
    expect(read.summary).toBe('InstanceFailureStart:');
  });

  test('an event without a name is none', () => {
    expect(refusalBy('alibaba-events', { specversion: '1.0', id: '1', source: 'acs.polardb', time: AT })).toBe('malformed $');
    expect(refusalBy('alibaba-events', { subscription: {}, alert: { alertStatus: 'TRIGGERED' } })).toBe('malformed $');
    expect(refusalBy('alibaba-events', { ruleName: 'r', eventTime: '20261121T200004Z', product: 'polardb' })).toBe('malformed $');
  });
});

describe('CloudEvents', () => {
  const event = { specversion: '1.0', id: '1', source: '/db/1', type: 'org.example.db.firing', subject: 'pc-1', time: AT };

  test.each([
    ['said by the data', '2026-11-21T19:00:00Z', AT_MS - 3_604_000],
    ['never after the event itself', '2026-11-21T21:00:00Z', AT_MS],
    ['that of the event where the data says none', undefined, AT_MS],
  ])('the start is %s', (_case, startsAt, startsAtMs) => {
    expect(alertBy('cloudevents', { ...event, data: { startsAt } })).toMatchObject({ startsAtMs, observedAtMs: AT_MS });
  });

  test.each(['id', 'source', 'type'])('without its %s it is refused', (attribute) => {
    expect(refusalBy('cloudevents', { ...event, [attribute]: undefined })).toBe(`malformed ${attribute}`);
  });

  test('a request in a file, with a type of content or without one', () => {
    const request = (headers: string) => deliveryOfFile('x.http.txt', `POST / HTTP/1.1\n${headers}ce-id: 1\n\n{}`, RECEIVED_AT_MS);
    expect(request('Content-Type: Application/JSON; charset=utf-8\n')).toMatchObject({ contentType: 'application/json', body: '{}' });
    expect(request('')).toMatchObject({ contentType: '', headers: { 'ce-id': '1' } });
  });
});

describe('CloudWatch', () => {
  const raw = eventJson('cloudwatch', 'polardb-writer-down.raw.json');

  test('an alarm with nothing but its name and its ARN is one, and says what it lacks', () => {
    const body = { AlarmName: 'a', AlarmArn: 'arn:aws:cloudwatch:eu-central-1:1:alarm:a' };
    const delivery = { contentType: '', headers: {}, body: JSON.stringify(body), receivedAtMs: RECEIVED_AT_MS };
    expect(understand(delivery, CONFIGURED).source).toBe('cloudwatch');
    expect(refusalBy('cloudwatch', body)).toBe('malformed NewStateValue');
  });

  test('a dimension without a name is still an id of the thing', () => {
    const Trigger = { MetricName: 'CPUUtilization', Dimensions: [{ value: 'pc-1' }] };
    expect(resourcesOf(alertBy('cloudwatch', { ...raw, Trigger }))).toContain('=pc-1');
  });

  test('a metric without dimensions leaves the alarm’s own name', () => {
    const event = eventJson('cloudwatch', 'polardb-overload.eventbridge.json');
    const configuration = { metrics: [{ metricStat: { metric: { namespace: 'AWS/RDS', name: 'CPUUtilization' } } }] };
    const read = alertBy('cloudwatch', { ...event, detail: { ...(event['detail'] as Json), configuration } });
    expect(read.resources.map(({ key }) => key)).toEqual(['AlarmName', 'AlarmArn']);
    expect(read.class).toBe('overload');
  });
});

test('Datadog: a monitor that was muted says nothing about the database', () => {
  const body = { ...eventJson('datadog', 'polardb-triggered.json'), alert_transition: 'Muted', transition: 'Muted' };
  expect(ignoredBy('datadog', body)).toBe('the monitor was muted');
});

describe('generic', () => {
  const mapping = { name: 'n', status: 's', startsAt: 'began', observedAt: 'seen', resources: 'ids' };
  const body = { n: 'Down', s: 'resolved', began: AT, ids: ['pc-1', 'pc-2', null] };

  test('a list of ids, and the moment of the statement', () => {
    const read = alertBy('generic', { ...body, seen: '2026-11-21T20:05:04Z' }, { mapping });
    expect(resourcesOf(read)).toEqual(['resource=pc-1', 'resource=pc-2']);
    expect(read).toMatchObject({ startsAtMs: AT_MS, observedAtMs: AT_MS + 300_000 });
  });

  test('a moment that cannot be read is that of the start', () => {
    expect(alertBy('generic', { ...body, seen: 'soon' }, { mapping })).toMatchObject({ startsAtMs: AT_MS, observedAtMs: AT_MS });
  });

  test('of very many ids the first are read', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `pc-${String(index)}`);
    expect(alertBy('generic', { ...body, ids }, { mapping }).resources).toHaveLength(64);
  });
});

describe('Huawei Cloud Eye', () => {
  const event = eventJson('huawei-ces', 'custom-event-drill.json');
  const detail = event['detail'] as Json;

  test('an event of the state normal is a condition only where it is one of a pair', () => {
    const normal = { ...detail, event_state: 'normal' };
    expect(ignoredBy('huawei-ces', { ...event, event_name: 'BackupDone', detail: normal })).toBe('an event of the state normal');
    const recovered = { ...event, event_name: 'GaussDBV5InstanceRecovered', detail: normal };
    expect(alertBy('huawei-ces', recovered)).toMatchObject({ class: 'down', status: 'resolved' });
  });

  test('a dimension of an event without a name or without a value', () => {
    const dimensions = [{ value: 'in14' }, { name: 'gaussdbv5_node_id' }];
    expect(resourcesOf(alertBy('huawei-ces', { ...event, detail: { ...detail, dimensions, resource_id: 'r1' } }))).toEqual([
      '=in14',
      'ResourceId=r1',
    ]);
  });

  test('an event with a blank name has one all the same', () => {
    expect(alertBy('huawei-ces', { ...event, event_name: ' ' })).toMatchObject({ name: 'unnamed', class: 'other' });
  });

  test('an alarm that says nothing of its rule, its metric and its limit', () => {
    const bare = { alarm_id: 'al1', alarm_status: 'alarm', time: AT_MS, dimension: 'instance_id:i1' };
    expect(alertBy('huawei-ces', bare)).toMatchObject({ name: 'unnamed', class: 'other', summary: 'unnamed:' });
  });

  test.each([
    ['true', 'firing'],
    ['false', 'resolved'],
  ])('the third party’s template with IsAlarm %s is %s', (IsAlarm, status) => {
    const template = JSON.parse(String(eventJson('huawei-ces', 'custom-template.smn.json')['message'])) as Json;
    const data = { ...(template['data'] as Json), IsAlarm };
    expect(alertBy('huawei-ces', { ...template, data }).status).toBe(status);
  });
});

test('Grafana: a rule without data is known by its own name, or by the name of the alert about it', () => {
  const body = eventJson('grafana', 'polardb-no-data.json');
  const [alert] = body['alerts'] as readonly Json[];
  const named = (labels: Json) => alertBy('grafana', { ...body, alerts: [{ ...alert, labels }] }).name;
  expect(named({ alertname: 'DatasourceNoData', rulename: 'WriterDown', instance: 'pc-1' })).toBe('WriterDown (no data)');
  expect(named({ alertname: 'DatasourceError', instance: 'pc-1' })).toBe('DatasourceError (no data)');
});

test('PagerDuty: a custom field without a name still names the database', () => {
  const body = eventJson('pagerduty', 'incident-triggered.json');
  const event = body['event'] as Json;
  const data = { ...(event['data'] as Json), custom_fields: [{ value: 'pc-1' }] };
  expect(resourcesOf(alertBy('pagerduty', { event: { ...event, data } }))).toContain('=pc-1');
});

describe('Zabbix, by the script of a third party, which sends date and time in one field', () => {
  const body = { name: 'Down', triggerId: '7', value: '1', host: 'db1', lastReceived: '2026.11.21 21:00:04' };

  test('in the zone of the server', () => {
    expect(alertBy('zabbix', body)).toMatchObject({ startsAtMs: AT_MS, observedAtMs: AT_MS, status: 'firing' });
  });

  test.each(['2026.11.21', '{DATE} {TIME}', ''])('"%s" is no time', (lastReceived) => {
    expect(refusalBy('zabbix', { ...body, lastReceived })).toBe('bad-time event_time');
  });
});

describe('a time without a zone', () => {
  test.each([
    ['2026-13-01T00:00:00', 'bad-time'],
    ['1999-12-31T23:59:59', 'bad-time'],
    ['2026-11-21T20:00:04', 'zone-needed'],
  ])('%s is %s', (text, fault) => {
    expect(parseIso(text)).toBe(fault);
  });
});

test('records of which none can be understood give their refusals and no source', () => {
  const body = JSON.stringify({ Records: [1, 2].map((id) => ({ messageId: String(id), eventSource: 'aws:sqs', body: 'junk' })) });
  const { source, parsed } = understand({ contentType: '', headers: {}, body, receivedAtMs: RECEIVED_AT_MS }, CONFIGURED);
  expect(source).toBeUndefined();
  expect(parsed.refusals.map(({ code }) => code)).toEqual(['not-json', 'not-json']);
});
