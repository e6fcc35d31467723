import { describe, expect, test } from 'vitest';
import { MAX_LABELS } from '../../lib/alert/alert.ts';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, ignoredBy, parsedBy, refusalBy } from './semantics.ts';

const ITEM: Json = {
  status: 'firing',
  labels: { alertname: 'GaussdbDown', severity: 'critical', instance_id: 'x' },
  annotations: {},
  startsAt: '2026-11-21T20:00:00.5Z',
  endsAt: '0001-01-01T00:00:00Z',
};
const BODY: Json = { version: '4', groupKey: '{}:{}', status: 'firing', receiver: 'x', alerts: [ITEM] };
const withAlert = (change: Json): Json => ({ ...BODY, alerts: [{ ...ITEM, ...change }] });
const withLabels = (labels: Json): Json => withAlert({ labels: { ...(ITEM['labels'] as Json), ...labels } });
const one = (body: unknown, settings = {}) => alertBy('alertmanager', body, settings);
const START_MS = Date.UTC(2026, 10, 21, 20, 0, 0, 500);

describe('times of an alert', () => {
  test('a firing alert is as old as its start, however late it is sent again', () => {
    expect(one(BODY)).toMatchObject({ startsAtMs: START_MS, observedAtMs: START_MS });
  });

  test.each([
    ['its end', '2026-11-21T20:04:00Z', Date.UTC(2026, 10, 21, 20, 4)],
    ['its start, when the end is the zero time', '0001-01-01T00:00:00Z', START_MS],
    ['its start, when the end is no time', 'soon', START_MS],
    ['its start, when there is no end', undefined, START_MS],
    ['its start, when the end lies before it', '2026-11-21T19:00:00Z', START_MS],
  ])('a resolved alert is as old as %s', (_case, endsAt, expected) => {
    expect(one(withAlert({ status: 'resolved', endsAt }))).toMatchObject({
      status: 'resolved',
      startsAtMs: START_MS,
      observedAtMs: expected,
    });
  });

  test('the end of a firing alert, which ARMS puts into the future, is no end', () => {
    expect(one(withAlert({ endsAt: '2026-11-21T20:09:00Z' }))).toMatchObject({ status: 'firing', observedAtMs: START_MS });
  });

  test('each alert has its own state, whatever the top says', () => {
    const { alerts } = parsedBy('alertmanager', { ...BODY, alerts: [ITEM, { ...ITEM, status: 'resolved' }] });
    expect(alerts.map(({ status }) => status)).toStrictEqual(['firing', 'resolved']);
  });
});

describe('a bad alert fails alone and by path', () => {
  test.each([
    [{ status: 'pending' }, 'malformed alerts[0].status'],
    [{ startsAt: undefined }, 'bad-time alerts[0].startsAt'],
    [{ startsAt: '0001-01-01T00:00:00Z' }, 'bad-time alerts[0].startsAt'],
    [{ startsAt: '2026-11-21T20:00:00' }, 'zone-needed alerts[0].startsAt'],
    [{ labels: {} }, 'malformed alerts[0].labels.alertname'],
    [{ labels: null }, 'malformed alerts[0].labels.alertname'],
  ])('%j', (change, refusal) => {
    expect(refusalBy('alertmanager', withAlert(change))).toBe(refusal);
  });

  test('and the others are read', () => {
    const { alerts, refusals } = parsedBy('alertmanager', { ...BODY, alerts: [null, ITEM, 7] });
    expect(alerts).toHaveLength(1);
    expect(refusals.map(({ path }) => path)).toStrictEqual(['alerts[0]', 'alerts[2]']);
  });
});

describe('identity', () => {
  const { fingerprint: _none, ...rest } = ITEM;
  const without = (change: Json): string => one({ ...BODY, ...change, alerts: [{ ...rest, ...change }] }).fingerprint;

  test('a missing fingerprint is made of the labels, in whatever order they come', () => {
    expect(without({ labels: { a: '1', alertname: 'x', b: '2' } })).toBe(without({ labels: { b: '2', alertname: 'x', a: '1' } }));
    expect(without({ labels: { alertname: 'x', a: '1' } })).not.toBe(without({ labels: { alertname: 'x', a1: '' } }));
  });

  test('the group key, 64 bits in version 3, takes no part', () => {
    const text = JSON.stringify({ ...BODY, version: '3' }).replace('"{}:{}"', '5615590933959184469');
    expect(one(text).fingerprint).toBe(one(text.replace('4469', '4470')).fingerprint);
  });

  test('a fingerprint too long to be a key is hashed', () => {
    expect(one(withAlert({ fingerprint: 'f'.repeat(5_000) })).fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('class', () => {
  test.each([
    ['by the table', {}, {}, 'down'],
    ['by the rule’s own label', { understudy_class: 'replication' }, {}, 'replication'],
    ['by the configuration, over both', { understudy_class: 'replication' }, { GaussdbDown: 'capacity' }, 'capacity'],
    ['a label that is no class is not believed', { understudy_class: 'dead' }, {}, 'down'],
    ['an unknown name', { alertname: 'Cooldown' }, {}, 'other'],
    ['a name that every object has', { alertname: 'constructor' }, {}, 'other'],
    ['overload is overload', { alertname: 'GaussdbHighCpu' }, {}, 'overload'],
    ['a full disk is capacity', { alertname: 'GaussdbDiskFull' }, {}, 'capacity'],
  ])('%s', (_case, labels, classes, expected) => {
    expect(one(withLabels(labels), { classes }).class).toBe(expected);
  });
});

describe('bounds', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, 'x']));

  test('of a hundred labels the ones that matter are kept', () => {
    const alert = one(
      withAlert({ labels: { ...many, alertname: 'GaussdbDown', severity: 'critical', prometheus: 'eu-1', instance_id: 'i' } }),
    );
    expect(Object.keys(alert.labels)).toHaveLength(MAX_LABELS);
    expect(alert).toMatchObject({
      name: 'GaussdbDown',
      severity: 'critical',
      observer: 'eu-1',
      resources: [{ key: 'instance_id', value: 'i' }],
    });
  });

  test('names that objects have of their own are no labels and no ids', () => {
    const hostile = '{"alertname":"GaussdbDown","__proto__":"x","constructor":"y","instance_id":"i"';
    for (const more of ['', `,"long":"${'l'.repeat(300)}"`]) {
      const text = JSON.stringify(withAlert({ labels: 'LABELS' })).replace('"LABELS"', `${hostile}${more}}`);
      expect(Object.keys(one(text).labels).slice(0, 3)).toStrictEqual(['alertname', 'constructor', 'instance_id']);
    }
  });

  test('an id is never cut: a part of it could name another', () => {
    expect(one(withLabels({ instance_id: 'i'.repeat(257) })).resources).toStrictEqual([]);
    expect(one(withLabels({ instance_id: 'i'.repeat(256) })).resources).toHaveLength(1);
  });

  test('a summary is one printable line, and no half character', () => {
    const summary = `a\u001b[31m\nb\u202ec ${'😀'.repeat(400)}`;
    const cut = one(withAlert({ annotations: { summary } })).summary;
    expect(cut).toMatch(/^a \[31m b c 😀+$/u);
    expect(cut.length).toBeLessThanOrEqual(300);
    expect(cut.isWellFormed()).toBe(true);
  });

  test('labels that are no text', () => {
    expect(one(withLabels({ a: 1, b: true, c: null, d: {}, e: [] })).labels).toStrictEqual({
      ...(ITEM['labels'] as Json),
      a: '1',
      b: 'true',
    });
  });
});

describe('observer', () => {
  test.each([
    [{ prometheus: 'eu-1' }, {}, 'eu-1'],
    [{}, { observer: 'mine' }, 'mine'],
    [{ prometheus: '' }, { observer: 'mine' }, 'mine'],
    [{}, {}, 'alertmanager'],
  ])('%j under %j', (labels, settings, expected) => {
    expect(one(withLabels(labels), settings).observer).toBe(expected);
  });
});

describe('Grafana', () => {
  const graf = (file: string) => eventJson('grafana', file);

  test.each(['DatasourceNoData', 'DatasourceError'])('%s is no death, even if the rule says which class it watches', (alertname) => {
    const text = JSON.stringify(graf('polardb-no-data.json')).replaceAll('DatasourceNoData', alertname);
    expect(alertBy('grafana', text)).toMatchObject({ name: 'PolardbWriterUnreachable (no data)', class: 'other', status: 'firing' });
  });

  test('only the configuration, by that very name, can make it one', () => {
    const body = graf('polardb-no-data.json');
    expect(alertBy('grafana', body, { classes: { PolardbWriterUnreachable: 'down' } }).class).toBe('other');
    expect(alertBy('grafana', body, { classes: { 'PolardbWriterUnreachable (no data)': 'unreachable' } }).class).toBe('unreachable');
  });

  test.each([
    ['alerting', { status: 'firing', name: 'PolardbWriterUnreachable', class: 'unreachable' }],
    ['ok', { status: 'resolved', class: 'unreachable' }],
    ['no_data', { status: 'resolved', name: 'PolardbWriterUnreachable', class: 'unreachable' }],
  ])('legacy state %s', (state, expected) => {
    expect(alertBy('grafana', { ...graf('legacy-alerting.json'), state })).toMatchObject(expected);
  });

  test('legacy states that say nothing', () => {
    for (const state of ['paused', 'pending'])
      expect(ignoredBy('grafana', { ...graf('legacy-alerting.json'), state })).toBe(`the rule is ${state}`);
    expect(refusalBy('grafana', { ...graf('legacy-alerting.json'), state: 'toString' })).toBe('malformed state');
  });

  test('both spellings of the test button, and a real alert of that name', () => {
    const body = graf('test-button.json');
    expect(ignoredBy('grafana', body)).toBe('the test button of a contact point');
    expect(ignoredBy('grafana', { ...body, groupKey: 'webhook-57c6d9296de2ad39-1795291204' })).not.toBe('');
    expect(ignoredBy('grafana', { ...body, groupKey: '{}:{alertname="TestAlert"}' })).toBe('');
  });
});

test('what the sender cut off is said', () => {
  expect(ignoredBy('alertmanager', { ...BODY, truncatedAlerts: 3 })).toContain('cut off 3 alerts');
  expect(ignoredBy('alertmanager', { ...BODY, truncatedAlerts: 0 })).toBe('');
  expect(ignoredBy('alertmanager', { ...BODY, alerts: [] })).toBe('an empty batch');
});

test('ARMS: severity by its own label when the rule has none', () => {
  expect(alertBy('alibaba-arms', eventJson('alibaba-arms', 'polardb-unreachable.json'))).toMatchObject({
    severity: 'critical',
    class: 'unreachable',
  });
});
