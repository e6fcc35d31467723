import { describe, expect, test } from 'vitest';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, eventText, parsedBy, refusalBy } from './semantics.ts';

describe('Alibaba Cloud CloudMonitor', () => {
  const FORM = eventText('alibaba-cms', 'polardb-cpu.form.txt');
  const form = (change: Readonly<Record<string, string>>): string => {
    const fields = new URLSearchParams(FORM);
    for (const [key, value] of Object.entries(change)) fields.set(key, value);
    return fields.toString();
  };
  const threshold = (change: Readonly<Record<string, string>> = {}) =>
    alertBy('alibaba-cms', form(change), { contentType: 'application/x-www-form-urlencoded' });
  const idsOf = (dimensions: string) =>
    threshold({ dimensions, instanceName: 'null' }).resources.map(({ key, value }) => `${key}=${value}`);

  test.each([
    ['Java’s map', '{clusterId=pc-1, userId=1, nodeId=pi-1}', ['clusterId=pc-1', 'nodeId=pi-1']],
    ['a value with a comma', '{clusterId=pc-1, device=a, b}', ['clusterId=pc-1', 'device=a, b']],
    ['a value with an equals sign', '{clusterId=pc=1}', ['clusterId=pc=1']],
    ['a JSON object', '{"clusterId":"pc-1","userId":"1"}', ['clusterId=pc-1']],
    ['a JSON array', '[{"clusterId":"pc-1"}]', ['clusterId=pc-1']],
  ])('dimensions as %s', (_case, text, expected) => {
    expect(idsOf(text)).toStrictEqual(expected);
  });

  test('the order of the dimensions is free', () => {
    expect(threshold({ dimensions: '{a=1, b=2}' }).fingerprint).toBe(threshold({ dimensions: '{b=2, a=1}' }).fingerprint);
  });

  test('plus signs and lone percent signs are read as a form means them', () => {
    expect(alertBy('alibaba-cms', FORM.replace('unit=%25', 'unit=%')).summary).toContain('$Average>=95, now 97.5%');
    expect(threshold({ expression: '$Value >= 5' }).summary).toContain('$Value >= 5');
  });

  test.each([
    ['ALERT', 'firing', 'overload'],
    ['ALARM', 'firing', 'overload'],
    ['OK', 'resolved', 'overload'],
    ['INSUFFICIENT_DATA', 'resolved', 'overload'],
  ])('state %s', (alertState, status, condition) => {
    expect(threshold({ alertState })).toMatchObject({ status, class: condition });
  });

  test('seconds and milliseconds', () => {
    expect(threshold({ timestamp: '1795291204' }).startsAtMs).toBe(1_795_291_204_000);
    expect(threshold({ timestamp: '1795291204512' }).startsAtMs).toBe(1_795_291_204_512);
  });

  test.each([
    [{ timestamp: '157145442000s' }, 'bad-time timestamp'],
    [{ alertState: 'null' }, 'malformed alertState'],
    [{ dimensions: '{userId=1}', instanceName: 'null' }, 'no-resource dimensions'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('alibaba-cms', form(change))).toBe(expected);
  });

  test('the level that cleared is the severity of a recovery', () => {
    expect(threshold({ alertState: 'OK', triggerLevel: 'OK', preTriggerLevel: 'WARN' }).severity).toBe('warning');
  });

  test('the signature, the person and the account are not carried on', () => {
    const all = JSON.stringify([threshold(), parsedBy('alibaba-events', eventText('alibaba-events', 'polardb-failure-start.json'))]);
    for (const secret of ['bWFkZSB1cCBmb3IgdGhpcw', 'operator@example.com', 'userName']) expect(all).not.toContain(secret);
  });
});

describe('Alibaba Cloud system events', () => {
  const START = eventJson('alibaba-events', 'polardb-failure-start.json');
  const changed = (change: Json): Json => ({ ...START, alert: { ...(START['alert'] as Json), ...change } });

  test('JSON, form and the rule’s own callback tell of one series', () => {
    const [json, form, callback] = ['polardb-failure-start.json', 'polardb-failure-start.form.txt', 'rule-callback.json'].map((file) =>
      alertBy('alibaba-events', eventText('alibaba-events', file)),
    );
    expect(form).toStrictEqual(json);
    expect(callback).toMatchObject({ fingerprint: json?.fingerprint, class: 'down', status: 'firing', startsAtMs: json?.startsAtMs });
  });

  test('the JSON of a GET request lies in one field', () => {
    expect(alertBy('alibaba-events', new URLSearchParams({ data: JSON.stringify(START) }).toString())).toStrictEqual(
      alertBy('alibaba-events', START),
    );
  });

  test('the end of a failure is an event of another name', () => {
    const end = alertBy('alibaba-events', eventJson('alibaba-events', 'polardb-failure-end.json'));
    expect(end).toMatchObject({
      name: 'InstanceFailureStart',
      status: 'resolved',
      fingerprint: alertBy('alibaba-events', START).fingerprint,
    });
  });

  test('a failover by the provider is no condition', () => {
    expect(alertBy('alibaba-events', eventJson('alibaba-events', 'polardb-failover.json')).class).toBe('other');
  });

  test('through Alibaba’s EventBridge, when the path says so', () => {
    const event = {
      specversion: '1.0',
      id: '1',
      source: 'acs.polardb',
      type: 'polardb:CloudMonitor:InstanceFailureStart',
      subject: 'acs:polardb:cn-hangzhou:1:dbcluster/pc-1',
      time: '2026-11-21T20:00:04Z',
    };
    expect(alertBy('alibaba-events', event)).toMatchObject({
      class: 'down',
      resources: [{ key: 'arn' }, { key: 'resourceId', value: 'pc-1' }],
    });
  });

  test.each([
    [changed({ alertStatus: 'MAYBE' }), 'malformed alert.alertStatus'],
    [changed({ timestamp: 'x', meta: {} }), 'bad-time alert.timestamp'],
    [changed({ arn: null, eventContentMap: {}, meta: {} }), 'no-resource alert.arn'],
    [{ hello: 1 }, 'malformed $'],
  ])('refused (%#)', (body, expected) => {
    expect(refusalBy('alibaba-events', body)).toBe(expected);
  });

  test('RESOLVED resolves', () => {
    expect(alertBy('alibaba-events', changed({ alertStatus: 'RESOLVED' })).status).toBe('resolved');
  });
});
