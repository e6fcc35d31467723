import { describe, expect, test } from 'vitest';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, eventText, ignoredBy, refusalBy } from './semantics.ts';

const INSTANCE = 'c04c789b6baa4b6dbcc139c5226f3a2cin14';

describe('Huawei Cloud Eye', () => {
  const message = (file: string): Json => JSON.parse(String(eventJson('huawei-ces', file)['message'])) as Json;
  const CPU = message('gaussdb-cpu.smn.json');
  const FAULTY = message('gaussdb-instance-faulty.smn.json');
  const ces = (body: Json, settings = {}) => alertBy('huawei-ces', body, settings);
  const fileAlert = (file: string) => alertBy('huawei-ces', eventText('huawei-ces', file));

  test.each([
    ['gaussdb-instance-faulty.smn.json', 'gaussdb-instance-recovered.smn.json'],
    ['taurus-instance-abnormal.smn.json', 'taurus-instance-recovered.smn.json'],
  ])('%s is ended by %s, an event of another name', (fault, recovery) => {
    const [began, ended] = [fileAlert(fault), fileAlert(recovery)];
    expect(began).toMatchObject({ class: 'down', status: 'firing' });
    expect(ended).toMatchObject({ name: began.name, fingerprint: began.fingerprint, class: 'down', status: 'resolved' });
  });

  test('the drill’s custom event is the same series as the system’s', () => {
    expect(fileAlert('custom-event-drill.json')).toMatchObject({
      fingerprint: fileAlert('gaussdb-instance-faulty.smn.json').fingerprint,
      class: 'down',
    });
  });

  test('a faulty node is not a dead instance, unless the configuration says so', () => {
    const NODE = message('gaussdb-node-faulty.smn.json');
    expect(ces(NODE).class).toBe('other');
    expect(ces(NODE, { classes: { GaussDBV5FaultyDBNode: 'down' } }).class).toBe('down');
  });

  test('an alarm on a recovery that ends is no news', () => {
    expect(ignoredBy('huawei-ces', { ...message('gaussdb-instance-recovered.smn.json'), alarm_status: 'ok' })).toBe(
      'the end of an alarm about a recovery',
    );
  });

  test('names mean what they mean in their namespace only', () => {
    expect(ces({ ...FAULTY, namespace: 'SYS.RDS' }).class).toBe('other');
    expect(ces({ ...FAULTY, namespace: 'SYS.GAUSSDB' }).class).toBe('down');
    expect(ces(CPU).class).toBe('overload');
    expect(ces({ ...CPU, namespace: 'SYS.RDS' }).class).toBe('other');
  });

  test('one rule on two machines is two series', () => {
    expect(ces({ ...CPU, dimension: 'gaussdbv5_instance_id:another' }).fingerprint).not.toBe(ces(CPU).fingerprint);
  });

  test.each([
    ['alarm', 'firing', 'overload'],
    ['ok', 'resolved', 'overload'],
    ['ok_manual', 'resolved', 'overload'],
    ['insufficient_data', 'resolved', 'overload'],
    ['invalid', 'resolved', 'overload'],
  ])('state %s', (alarm_status, status, condition) => {
    expect(ces({ ...CPU, alarm_status })).toMatchObject({ status, class: condition, fingerprint: ces(CPU).fingerprint });
  });

  test.each([
    ['Critical', 'critical'],
    ['紧急', 'critical'],
    ['Major', 'error'],
    ['重要', 'error'],
    ['Minor', 'warning'],
    ['提示', 'info'],
    ['Crítica?', 'unknown'],
  ])('level %s', (AlarmLevel, severity) => {
    expect(ces({ ...CPU, template_variable: { AlarmLevel } }).severity).toBe(severity);
  });

  test('several dimensions, and the alias of a node', () => {
    expect(ces(CPU).resources.map(({ key }) => key)).toStrictEqual(['gaussdbv5_instance_id', 'gaussdbv5_node_id', 'ResourceId', '(alias)']);
  });

  test('a reminder is marked and its time is its own', () => {
    expect(fileAlert('gaussdb-disk-reminder-zh.smn.json')).toMatchObject({ class: 'capacity', labels: { reminder: 'true' } });
  });

  test.each([
    [{ alarm_status: 'toString' }, 'malformed alarm_status'],
    [{ time: '01 12, 2024' }, 'bad-time time'],
    [{ dimension: '', template_variable: {} }, 'no-resource alarm_status'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('huawei-ces', { ...CPU, ...change })).toBe(expected);
  });

  test('a path inside the envelope says so', () => {
    const envelope = eventJson('huawei-ces', 'gaussdb-cpu.smn.json');
    const inner = (text: string) => refusalBy('huawei-ces', { ...envelope, message: text });
    expect(inner(JSON.stringify({ ...CPU, time: 1 }))).toBe('bad-time message.time');
    expect(inner('plain text')).toBe('not-json message');
    expect(inner('{}')).toBe('malformed message');
  });

  test('the account’s greeting is not repeated', () => {
    expect(ces(CPU).summary).toBe('gaussdb-orders: CPU Usage, limit >= 95%, now 98.40%, orders');
  });

  test('the instance is named', () => {
    for (const body of [CPU, FAULTY]) expect(ces(body).resources).toContainEqual({ key: 'gaussdbv5_instance_id', value: INSTANCE });
  });
});
