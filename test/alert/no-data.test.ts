import { describe, expect, test } from 'vitest';
import { NO_DATA } from '../../lib/alert/compose.ts';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, eventText, parsedBy } from './semantics.ts';

const smn = (change: Json): Json => {
  const envelope = eventJson('huawei-ces', 'gaussdb-cpu.smn.json');
  return { ...envelope, message: JSON.stringify({ ...(JSON.parse(String(envelope['message'])) as Json), ...change }) };
};
const form = (alertState: string): string => {
  const fields = new URLSearchParams(eventText('alibaba-cms', 'polardb-cpu.form.txt'));
  fields.set('alertState', alertState);
  return fields.toString();
};

/** Each sender's words for: it fires, it sees nothing, it is well. */
const SENDERS: readonly (readonly [source: string, body: (state: string) => unknown, firing: string, blind: string, well: string])[] = [
  [
    'cloudwatch',
    (NewStateValue) => ({ ...eventJson('cloudwatch', 'polardb-writer-down.raw.json'), NewStateValue }),
    'ALARM',
    'INSUFFICIENT_DATA',
    'OK',
  ],
  [
    'datadog',
    (alert_transition) => ({ ...eventJson('datadog', 'polardb-triggered.json'), alert_transition }),
    'Triggered',
    'No Data',
    'Recovered',
  ],
  ['huawei-ces', (alarm_status) => smn({ alarm_status }), 'alarm', 'insufficient_data', 'ok'],
  ['alibaba-cms', form, 'ALERT', 'INSUFFICIENT_DATA', 'OK'],
  ['grafana', (state) => ({ ...eventJson('grafana', 'legacy-alerting.json'), state }), 'alerting', 'no_data', 'ok'],
];

describe.each(SENDERS)('%s', (source, body, firing, blind, well) => {
  const fired = alertBy(source, body(firing));
  const blindName = `${fired.name} (no data)`;

  test('a monitor that sees nothing withdraws what it said, and says so', () => {
    const { alerts, ignored } = parsedBy(source, body(blind));
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ status: 'resolved', name: fired.name, class: fired.class, fingerprint: fired.fingerprint });
    expect(ignored).toStrictEqual([{ why: NO_DATA }]);
  });

  test('no class of the condition itself makes a death of it', () => {
    const { alerts } = parsedBy(source, body(blind), { classes: { [fired.name]: 'down' } });
    expect(alerts.map(({ status }) => status)).toStrictEqual(['resolved']);
  });

  test('only a class by its very name makes it an alert, and then a series of its own', () => {
    const classes = { [blindName]: 'unreachable' } as const;
    const told = (state: string) => parsedBy(source, body(state), { classes }).alerts.map(({ name, status }) => `${name} ${status}`);
    expect(told(firing)).toStrictEqual([`${fired.name} firing`, `${blindName} resolved`]);
    expect(told(blind)).toStrictEqual([`${fired.name} resolved`, `${blindName} firing`]);
    expect(told(well)).toStrictEqual([`${fired.name} resolved`, `${blindName} resolved`]);
    const [main, second] = parsedBy(source, body(blind), { classes }).alerts;
    expect(second).toMatchObject({ class: 'unreachable', resources: main?.resources });
    expect(second?.fingerprint).not.toBe(main?.fingerprint);
  });
});
