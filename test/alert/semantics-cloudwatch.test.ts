import { describe, expect, test } from 'vitest';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, ignoredBy, refusalBy } from './semantics.ts';

describe('CloudWatch', () => {
  const RAW = eventJson('cloudwatch', 'polardb-writer-down.raw.json');
  const raw = (change: Json, settings = {}) => alertBy('cloudwatch', { ...RAW, ...change }, settings);
  const metric = (MetricName: string): Json => ({
    MetricStat: { Metric: { MetricName, Namespace: 'AWS/RDS', Dimensions: [{ name: 'DBInstanceIdentifier', value: MetricName }] } },
  });

  test('metric math: the dimensions lie one level down', () => {
    const { resources, labels } = raw({
      Trigger: { Metrics: [{ Id: 'e1', Expression: 'm1+m2' }, metric('ReadLatency'), metric('WriteLatency')] },
    });
    expect(resources.map(({ value }) => value).slice(0, 2)).toStrictEqual(['ReadLatency', 'WriteLatency']);
    expect(labels).toMatchObject({ MetricName: 'ReadLatency', Namespace: 'AWS/RDS' });
  });

  test.each([
    ['all of one class', ['ReadLatency', 'WriteLatency'], 'overload'],
    ['of several classes', ['ReadLatency', 'FreeStorageSpace'], 'other'],
    ['one unknown', ['WriterUnreachable', 'Requests'], 'other'],
    ['all unknown', ['Requests', 'Errors'], 'other'],
  ])('metrics %s', (_case, names, expected) => {
    expect(raw({ Trigger: { Metrics: names.map(metric) } }).class).toBe(expected);
  });

  test.each([
    ['the alarm’s name', { 'polardb-orders-writer-unreachable': 'capacity' }, 'capacity'],
    ['the metric with its namespace', { 'Custom/PolarDB/WriterUnreachable': 'replication' }, 'replication'],
    ['the metric', { WriterUnreachable: 'replication' }, 'replication'],
  ] as const)('class by %s', (_case, classes, expected) => {
    expect(raw({}, { classes }).class).toBe(expected);
  });

  test.each([
    ['SEVERITY=critical', 'critical'],
    ['TEAM=foobar\nPriority=P2', 'error'],
    ['severity: warning', 'warning'],
    ['all is well', 'unknown'],
    ['SEVERITY=toString', 'unknown'],
    [null, 'unknown'],
  ])('severity in the description %j', (AlarmDescription, expected) => {
    expect(raw({ AlarmDescription }).severity).toBe(expected);
  });

  test('two alarms of one name in two regions are two series', () => {
    const arn = String(RAW['AlarmArn']);
    expect(raw({ AlarmArn: arn.replace('eu-central-1', 'us-east-1') }).fingerprint).not.toBe(raw({}).fingerprint);
    expect(raw({ AlarmArn: undefined, Region: 'A' }).fingerprint).not.toBe(raw({ AlarmArn: undefined, Region: 'B' }).fingerprint);
  });

  test.each([
    [{ NewStateValue: undefined }, 'malformed NewStateValue'],
    [{ NewStateValue: 'toString' }, 'malformed NewStateValue'],
    [{ StateChangeTime: 'yesterday' }, 'bad-time StateChangeTime'],
    [{ StateChangeTime: '2026-11-21T20:00:11.402' }, 'zone-needed StateChangeTime'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('cloudwatch', { ...RAW, ...change })).toBe(expected);
  });

  test('a suppressed alarm and a change of configuration are no statement, though they read ALARM', () => {
    expect(ignoredBy('cloudwatch', eventJson('cloudwatch', 'polardb-suppressed.eventbridge.json'))).toBe(
      'its actions are suppressed by WaitPeriod',
    );
    expect(ignoredBy('cloudwatch', eventJson('cloudwatch', 'configuration-change.eventbridge.json'))).toBe(
      'a change of configuration, not of state',
    );
  });

  test('the end of an alarm tells its beginning where the event does', () => {
    const { startsAtMs, observedAtMs } = alertBy('cloudwatch', eventJson('cloudwatch', 'polardb-writer-recovered.eventbridge.json'));
    expect(observedAtMs - startsAtMs).toBe(269_975);
  });

  test('no sender can pass an id off as the configuration’s alias', () => {
    const Dimensions = [{ name: '(alias)', value: 'pc-other' }];
    expect(raw({ Trigger: { MetricName: 'x', Dimensions } }).resources.map(({ key }) => key)).toStrictEqual(['AlarmName', 'AlarmArn']);
  });

  test('a composite alarm is found by its name', () => {
    const { resources } = alertBy('cloudwatch', eventJson('cloudwatch', 'polardb-composite.eventbridge.json'));
    expect(resources[0]).toStrictEqual({ key: 'AlarmName', value: 'polardb-orders-lost' });
  });
});
