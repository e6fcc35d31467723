import type { Alert, Resource, Severity } from '../alert.ts';
import { conditionOf, severityOf } from '../classify.ts';
import type { Draft } from '../compose.ts';
import { ignoring, refusal, stated, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asList, asRecord, at, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseIso } from '../time.ts';

/**
 * Amazon CloudWatch alarms (alerts §2): the message an SNS topic carries (2a), the EventBridge event (2b) and the direct Lambda action
 * (2c). The three say the same of one alarm, so that the same change over two paths has one fingerprint and one time.
 */
export const cloudwatch: Source = {
  name: 'cloudwatch',
  recognises(_delivery, json) {
    const body = asRecord(json);
    return body !== undefined && (body['source'] === 'aws.cloudwatch' || isMessage(body));
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    if (!body) return refusal('malformed', '$', 'not an object');
    if (body['detail-type'] === 'CloudWatch Alarm Configuration Change') return ignoring('a change of configuration, not of state');
    const change = readChange(body);
    return change ? parseChange(change, settings) : refusal('malformed', '$', 'no alarm in it');
  },
};

const isMessage = (body: JsonRecord): boolean =>
  typeof body['AlarmName'] === 'string' && ('NewStateValue' in body || 'StateChangeTime' in body || 'AlarmArn' in body);

interface Metric {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly dimensions: JsonRecord;
}

/** One change of state, whichever of the three shapes it came in. `…Path` names the field in that shape. */
interface Change {
  readonly name: string;
  readonly arn: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly description: string | undefined;
  readonly state: string | undefined;
  readonly statePath: string;
  readonly changedAt: unknown;
  readonly timePath: string;
  readonly alarmSince: unknown;
  readonly reason: string | undefined;
  readonly suppressedBy: string | undefined;
  readonly metrics: readonly Metric[];
}

function readChange(body: JsonRecord): Change | undefined {
  if (isMessage(body)) return readMessage(body);
  const detail = body['detail'] ?? body['alarmData'];
  const name = textAt(detail, 'alarmName');
  return name === undefined ? undefined : readEvent(body, detail, name);
}

function readMessage(body: JsonRecord): Change {
  const arn = textAt(body, 'AlarmArn');
  return {
    name: String(body['AlarmName']),
    arn,
    account: textAt(body, 'AWSAccountId'),
    region: arn?.split(':', 4)[3] ?? textAt(body, 'Region'),
    description: textAt(body, 'AlarmDescription'),
    state: textAt(body, 'NewStateValue'),
    statePath: 'NewStateValue',
    changedAt: body['StateChangeTime'],
    timePath: 'StateChangeTime',
    alarmSince: undefined,
    reason: textAt(body, 'NewStateReason'),
    suppressedBy: undefined,
    metrics: messageMetrics(body['Trigger']),
  };
}

function readEvent(body: JsonRecord, detail: unknown, name: string): Change {
  const within = body['detail'] === undefined ? 'alarmData' : 'detail';
  const wasAlarm = at(detail, 'previousState', 'value') === 'ALARM';
  return {
    name,
    arn: textAt(body, 'alarmArn') ?? asList(body['resources']).find((item) => typeof item === 'string'),
    account: textAt(body, 'account') ?? textAt(body, 'accountId'),
    region: textAt(body, 'region'),
    description: textAt(detail, 'configuration', 'description'),
    state: textAt(detail, 'state', 'value'),
    statePath: `${within}.state.value`,
    changedAt: at(detail, 'state', 'timestamp') ?? body['time'],
    timePath: `${within}.state.timestamp`,
    alarmSince: wasAlarm ? at(detail, 'previousState', 'timestamp') : undefined,
    reason: textAt(detail, 'state', 'reason'),
    suppressedBy: textAt(detail, 'state', 'actionsSuppressedBy'),
    metrics: asList(at(detail, 'configuration', 'metrics')).flatMap((item) => eventMetric(at(item, 'metricStat', 'metric'))),
  };
}

/** Metric math has its metrics one level down and none at the trigger's own level. */
function messageMetrics(trigger: unknown): readonly Metric[] {
  const inMath = asList(at(trigger, 'Metrics')).map((item) => at(item, 'MetricStat', 'Metric'));
  return [trigger, ...inMath].flatMap((metric) => {
    const name = textAt(metric, 'MetricName');
    if (name === undefined) return [];
    const pairs = asList(at(metric, 'Dimensions')).map((pair): [string, unknown] => [textAt(pair, 'name') ?? '', at(pair, 'value')]);
    return [{ namespace: textAt(metric, 'Namespace'), name, dimensions: Object.fromEntries(pairs) }];
  });
}

const eventMetric = (metric: unknown): readonly Metric[] => {
  const name = textAt(metric, 'name');
  if (name === undefined) return [];
  return [{ namespace: textAt(metric, 'namespace'), name, dimensions: asRecord(at(metric, 'dimensions')) ?? {} }];
};

function parseChange(change: Change, settings: SourceSettings): Parsed {
  if (change.suppressedBy !== undefined) return ignoring(`its actions are suppressed by ${change.suppressedBy}`);
  const { state } = change;
  if (state !== 'ALARM' && state !== 'OK' && state !== 'INSUFFICIENT_DATA')
    return refusal('malformed', change.statePath, 'not one of the three states');
  const changedAtMs = parseIso(change.changedAt);
  if (!isTime(changedAtMs)) return timeRefusal(changedAtMs, change.timePath);
  return stated(draftOf(change, changedAtMs, settings), STATES[state], settings);
}

const STATES = { ALARM: 'firing', OK: 'resolved', INSUFFICIENT_DATA: 'no-data' } as const;

function draftOf(change: Change, changedAtMs: number, settings: SourceSettings): Omit<Draft, 'status'> {
  const since = change.state === 'ALARM' ? changedAtMs : parseIso(change.alarmSince);
  return {
    ...conditionIn(change, settings),
    kind: 'cloudwatch',
    fingerprint: fingerprintOf(change.arn === undefined ? [change.account, change.region, change.name] : [change.arn]),
    severity: severityIn(change.description),
    startsAtMs: isTime(since) ? Math.min(since, changedAtMs) : changedAtMs,
    observedAtMs: changedAtMs,
    resources: resourcesOf(change),
    labels: labelsOf(change),
    summary: change.reason === undefined ? change.name : `${change.name}: ${change.reason}`,
  };
}

/** By the alarm's name, else by its metrics: an alarm on several has a class only if all of them have it. */
function conditionIn(change: Change, settings: SourceSettings): Pick<Alert, 'name' | 'class'> {
  const { name, metrics } = change;
  const named = conditionOf({ name }, settings, CONDITION_NAMES);
  if (named.class !== 'other' || metrics.length === 0) return named;
  const byMetric = metrics.map((metric) =>
    conditionOf({ name, alsoNamed: [`${metric.namespace}/${metric.name}`, metric.name] }, settings, CONDITION_NAMES),
  );
  const [first] = byMetric;
  return first !== undefined && byMetric.every((condition) => condition.class === first.class) ? first : named;
}

/** The alarm's own name is an id too: a composite alarm has no dimensions. */
function resourcesOf(change: Change): Resource[] {
  const resources: Resource[] = [];
  for (const { dimensions } of change.metrics) {
    for (const [key, value] of Object.entries(dimensions)) addResource(resources, key, value);
  }
  addResource(resources, 'AlarmName', change.name);
  addResource(resources, 'AlarmArn', change.arn);
  return resources;
}

function labelsOf(change: Change): Readonly<Record<string, string>> {
  const own = { AlarmName: change.name, AWSAccountId: change.account, Region: change.region };
  const first = change.metrics[0];
  const dimensions = Object.assign({}, ...change.metrics.map((metric) => metric.dimensions)) as JsonRecord;
  return boundLabels({ ...own, Namespace: first?.namespace, MetricName: first?.name, ...dimensions, ...own });
}

/** CloudWatch has no severity; teams write one into the description: `SEVERITY=critical`, `PRIORITY=P1` (alerts §2a). */
function severityIn(description: string | undefined): Severity {
  const match = /\b(?:severity|priority)[ \t]?[=:][ \t]?(\w{1,20})/i.exec((description ?? '').slice(0, 1_000));
  return severityOf(match?.[1]);
}
