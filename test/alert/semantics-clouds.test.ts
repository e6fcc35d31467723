import { describe, expect, test } from 'vitest';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, eventText, ignoredBy, parsedBy, refusalBy } from './semantics.ts';

const INSTANCE = 'c04c789b6baa4b6dbcc139c5226f3a2cin14';

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

  test('no data keeps the series and is no death', () => {
    const blind = raw({ NewStateValue: 'INSUFFICIENT_DATA' });
    expect(blind).toMatchObject({
      name: 'polardb-orders-writer-unreachable (no data)',
      class: 'other',
      status: 'firing',
      fingerprint: raw({}).fingerprint,
    });
    expect(raw({ NewStateValue: 'INSUFFICIENT_DATA' }, { classes: { WriterUnreachable: 'down' } }).class).toBe('other');
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
    ['insufficient_data', 'firing', 'other'],
    ['invalid', 'firing', 'other'],
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
    ['INSUFFICIENT_DATA', 'firing', 'other'],
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

describe('Azure Monitor', () => {
  const FIRED = eventJson('azure-monitor', 'polardb-fired.json');
  const essentials = (change: Json): Json => {
    const data = FIRED['data'] as Json;
    return { ...FIRED, data: { ...data, essentials: { ...(data['essentials'] as Json), ...change } } };
  };

  test('fired and resolved are one series, though the alert’s id is new each time', () => {
    const resolved = alertBy('azure-monitor', eventJson('azure-monitor', 'polardb-resolved.json'));
    expect(resolved).toMatchObject({ fingerprint: alertBy('azure-monitor', FIRED).fingerprint, status: 'resolved' });
    expect(resolved.observedAtMs - resolved.startsAtMs).toBe(240_000);
    expect(alertBy('azure-monitor', essentials({ alertId: 'other', originAlertId: 'other' })).fingerprint).toBe(resolved.fingerprint);
  });

  test.each([
    ['Sev0', 'critical'],
    ['Sev1', 'error'],
    ['Sev2', 'warning'],
    ['Sev3', 'info'],
    ['Sev4', 'info'],
    ['Sev9', 'unknown'],
  ])('%s', (severity, expected) => {
    expect(alertBy('azure-monitor', essentials({ severity })).severity).toBe(expected);
  });

  test('a time in the manner of the United States needs a zone', () => {
    const body = essentials({ firedDateTime: '11/21/2026 8:00:04 PM' });
    expect(refusalBy('azure-monitor', body)).toBe('zone-needed data.essentials.firedDateTime');
    expect(alertBy('azure-monitor', body, { zone: 'UTC' }).startsAtMs).toBe(Date.UTC(2026, 10, 21, 20, 0, 4));
  });

  test.each([
    [{ monitorCondition: 'Maybe' }, 'malformed data.essentials.monitorCondition'],
    [{ alertRule: null }, 'malformed data.essentials.alertRule'],
    [{ firedDateTime: 7 }, 'bad-time data.essentials.firedDateTime'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('azure-monitor', essentials(change))).toBe(expected);
  });
});

describe('Google Cloud Monitoring', () => {
  const OPEN = eventJson('google-cloud', 'polardb-open.json');
  const incident = (change: Json): Json => ({ ...OPEN, incident: { ...(OPEN['incident'] as Json), ...change } });

  test('open and closed are one series, though the incident’s id is new each time', () => {
    expect(alertBy('google-cloud', eventJson('google-cloud', 'polardb-closed.json'))).toMatchObject({
      fingerprint: alertBy('google-cloud', incident({ incident_id: 'other' })).fingerprint,
      status: 'resolved',
      observedAtMs: 1_795_291_444_000,
    });
  });

  test('states in capital letters', () => {
    expect(alertBy('google-cloud', incident({ state: 'OPEN' })).status).toBe('firing');
  });

  test.each([
    [{ state: 'ajar' }, 'malformed incident.state'],
    [{ started_at: 0 }, 'bad-time incident.started_at'],
    [{ resource: {}, resource_name: '', metric: {} }, 'no-resource incident.resource'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('google-cloud', incident(change))).toBe(expected);
  });
});
