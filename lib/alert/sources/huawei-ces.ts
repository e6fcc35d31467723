import type { Alert, Resource } from '../alert.ts';
import { conditionOf, severityOf } from '../classify.ts';
import type { Draft, State } from '../compose.ts';
import { CONFIRMATION, ignoring, parseEach, refusal, stated, timeRefusal, UNSUBSCRIBED } from '../compose.ts';
import type { EventPair } from '../conditions/gaussdb.ts';
import { gaussdbEvent, gaussdbMetrics } from '../conditions/gaussdb.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asList, asNestedJson, asRecord, at, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import type { Time } from '../time.ts';
import { isTime, parseEpoch, parseMonthFirst } from '../time.ts';

/**
 * Huawei Cloud Eye alarms through the Simple Message Notification service (alerts §3): the HTTPS envelope, the FunctionGraph record, and
 * the bare message. Metric alarms, event alarms, and events as the events API takes them.
 */
export const huaweiCes: Source = {
  name: 'huawei-ces',
  recognises(_delivery, json) {
    const body = asRecord(json);
    if (!body) return false;
    return isEnvelope(body) || at(asList(body['record'])[0], 'smn') !== undefined || isMessage(body);
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    if (!body) return refusal('malformed', '$', 'not an object');
    if (Array.isArray(body['record']))
      return parseEach(body['record'], 'record', (item) => parseEnvelope(asRecord(at(item, 'smn')) ?? {}, settings));
    return isEnvelope(body) ? parseEnvelope(body, settings) : parseMessage(body, '', settings);
  },
};

const isEnvelope = (body: JsonRecord): boolean => typeof body['topic_urn'] === 'string' && typeof body['type'] === 'string';
const isMessage = (body: JsonRecord): boolean => isAlarm(body) || isEvent(body) || isTemplate(body);
const isAlarm = (body: JsonRecord): boolean =>
  typeof body['alarm_id'] === 'string' && body['alarm_status'] !== undefined && body['time'] !== undefined;
const isEvent = (body: JsonRecord): boolean =>
  typeof body['event_name'] === 'string' && typeof body['event_source'] === 'string' && 'detail' in body;
const isTemplate = (body: JsonRecord): boolean => body['version'] === 'v1' && at(body, 'data', 'AlarmRuleName') !== undefined;

/** `message` is a text that holds JSON of its own. A handshake's address is shown to a person and never fetched. */
function parseEnvelope(envelope: JsonRecord, settings: SourceSettings): Parsed {
  const type = (textAt(envelope, 'type') ?? '').toLowerCase();
  if (type === 'subscriptionconfirmation') return ignoring(CONFIRMATION);
  if (type === 'unsubscribeconfirmation') return ignoring(UNSUBSCRIBED);
  if (type !== 'notification') return refusal('malformed', 'type', 'not a type of message that this service sends');
  const message = asNestedJson(envelope['message']);
  if (message === undefined) return refusal('not-json', 'message', 'the message is not JSON: use the JSON template for notifications');
  return parseMessage(asRecord(message) ?? {}, 'message.', settings);
}

function parseMessage(message: JsonRecord, path: string, settings: SourceSettings): Parsed {
  if (isAlarm(message)) return parseAlarm(message, path, settings);
  if (isEvent(message)) return parseEvent(message, path, settings);
  if (isTemplate(message)) return parseTemplate(message['data'], `${path}data.`, settings);
  return refusal('malformed', path === '' ? '$' : 'message', 'neither a metric alarm nor an event of Cloud Eye');
}

/** What the three shapes have in common. */
interface Reading {
  readonly namespace: string | undefined;
  readonly metric: string | undefined;
  readonly rule: string | undefined;
  readonly ruleId: string | undefined;
  readonly state: string;
  readonly time: Time;
  readonly timePath: string;
  readonly level: string | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly resourceId: string | undefined;
  readonly summary: string | undefined;
  readonly labels: JsonRecord;
}

function parseAlarm(message: JsonRecord, path: string, settings: SourceSettings): Parsed {
  const shown = message['template_variable'];
  const dimensions = readDimensions(textAt(message, 'dimension') ?? '');
  const reading: Reading = {
    namespace: textAt(message, 'namespace'),
    metric: textAt(message, 'metric_name'),
    rule: textAt(message, 'alarm_name'),
    ruleId: textAt(message, 'alarm_id'),
    state: textAt(message, 'alarm_status') ?? '',
    time: parseEpoch(message['time']),
    timePath: `${path}time`,
    level: textAt(shown, 'AlarmLevel'),
    dimensions,
    resourceId: textAt(shown, 'ResourceId'),
    summary: summaryOf(message, shown),
    labels: {
      region: at(shown, 'Region'),
      resource_name: at(shown, 'ResourceName'),
      reminder: at(shown, 'IsCycleTrigger') === true ? 'true' : undefined,
    },
  };
  return parseReading(reading, `${path}alarm_status`, settings);
}

/** Made of the parts: the ready texts greet a person by the account's name. */
function summaryOf(message: JsonRecord, shown: unknown): string {
  const metric = textAt(shown, 'MetricName') ?? textAt(message, 'metric_name') ?? '';
  const limit = `${textAt(message, 'comparison_operator') ?? ''} ${textAt(shown, 'Value') ?? textAt(message, 'value') ?? ''}`.trim();
  const now = textAt(shown, 'CurrentData');
  const parts = [metric, limit === '' ? '' : `limit ${limit}`, now === undefined ? '' : `now ${now}`, textAt(shown, 'ResourceName') ?? ''];
  return `${textAt(message, 'alarm_name') ?? 'unnamed'}: ${parts.filter((part) => part !== '').join(', ')}`;
}

function parseEvent(event: JsonRecord, path: string, settings: SourceSettings): Parsed {
  const { detail } = event;
  const name = textAt(event, 'event_name') ?? 'unnamed';
  const namespace = textAt(event, 'event_source');
  if (textAt(detail, 'event_state') === 'normal' && !gaussdbEvent(namespace, name)) return ignoring('an event of the state normal');
  const pairs = asList(at(detail, 'dimensions')).map((item) => [textAt(item, 'name') ?? '', textAt(item, 'value') ?? ''] as const);
  const reading: Reading = {
    namespace,
    metric: name,
    rule: undefined,
    ruleId: undefined,
    state: 'alarm',
    time: parseEpoch(event['time']),
    timePath: `${path}time`,
    level: textAt(detail, 'event_level'),
    dimensions: Object.fromEntries(pairs),
    resourceId: textAt(detail, 'resource_id'),
    summary: `${name}: ${textAt(detail, 'resource_name') ?? ''}`,
    labels: { resource_name: at(detail, 'resource_name') },
  };
  return parseReading(reading, `${path}detail.event_state`, settings);
}

/** A notification template seen at a third party only (alerts §3b); no official text confirms it. */
function parseTemplate(data: unknown, path: string, settings: SourceSettings): Parsed {
  const isAlarm = textAt(data, 'IsAlarm');
  const reading: Reading = {
    namespace: textAt(data, 'Namespace'),
    metric: textAt(data, 'MetricName'),
    rule: textAt(data, 'AlarmRuleName'),
    ruleId: textAt(data, 'AlarmRuleName'),
    state: isAlarm === 'true' ? 'alarm' : isAlarm === 'false' ? 'ok' : '',
    time: parseMonthFirst(at(data, 'AlarmTime')),
    timePath: `${path}AlarmTime`,
    level: textAt(data, 'AlarmLevel'),
    dimensions: {},
    resourceId: textAt(data, 'ResourceID'),
    summary: textAt(data, 'AlarmDesc'),
    labels: { region: at(data, 'RegionId') },
  };
  return parseReading(reading, `${path}IsAlarm`, settings);
}

const STATES: Readonly<Record<string, State>> = {
  alarm: 'firing',
  ok: 'resolved',
  ok_manual: 'resolved',
  insufficient_data: 'no-data',
  invalid: 'no-data',
};

function parseReading(reading: Reading, statePath: string, settings: SourceSettings): Parsed {
  const state = Object.hasOwn(STATES, reading.state) ? STATES[reading.state] : undefined;
  if (!state) return refusal('malformed', statePath, 'not a state of an alarm');
  const event = gaussdbEvent(reading.namespace, reading.metric);
  const isRecovery = event?.recovery === reading.metric && event !== undefined;
  if (isRecovery && state !== 'firing') return ignoring('the end of an alarm about a recovery');
  if (!isTime(reading.time)) return timeRefusal(reading.time, reading.timePath);
  const resources = resourcesOf(reading);
  if (resources.length === 0) return refusal('no-resource', statePath, 'neither a dimension nor a resource id');
  return stated(draftOf(reading, { event, atMs: reading.time, resources }, settings), isRecovery ? 'resolved' : state, settings);
}

interface Judged {
  readonly event: EventPair | undefined;
  readonly atMs: number;
  readonly resources: Resource[];
}

function draftOf(reading: Reading, { event, atMs, resources }: Judged, settings: SourceSettings): Omit<Draft, 'status'> {
  const condition = conditionIn(reading, event, settings);
  const series = event ? `${reading.namespace}/${event.fault}` : reading.ruleId;
  return {
    kind: 'huawei-ces',
    fingerprint: fingerprintOf([series, ...Object.entries(reading.dimensions).flat(), reading.resourceId]),
    ...condition,
    severity: severityOf(reading.level),
    startsAtMs: atMs,
    observedAtMs: atMs,
    resources,
    labels: labelsOf(reading, settings),
    summary: reading.summary ?? condition.name,
  };
}

function conditionIn(reading: Reading, event: EventPair | undefined, settings: SourceSettings): Pick<Alert, 'name' | 'class'> {
  const { namespace, metric, rule } = reading;
  const name = event?.fault ?? rule ?? metric ?? 'unnamed';
  const table = event ? { [event.fault]: event.condition } : { ...CONDITION_NAMES, ...gaussdbMetrics(namespace) };
  return conditionOf({ name, alsoNamed: [metric] }, settings, table);
}

/** `name:value`, several with commas between (the separator is unconfirmed, alerts §15). */
function readDimensions(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',', 32).map((pair) => [pair.slice(0, pair.indexOf(':')).trim(), pair.slice(pair.indexOf(':') + 1).trim()]);
  return Object.fromEntries(pairs.filter(([name, value]) => name !== '' && value !== '')) as Record<string, string>;
}

function resourcesOf({ dimensions, resourceId }: Reading): Resource[] {
  const resources: Resource[] = [];
  for (const [name, value] of Object.entries(dimensions)) addResource(resources, name, value);
  addResource(resources, 'ResourceId', resourceId);
  return resources;
}

const labelsOf = ({ dimensions, namespace, metric, rule, ruleId, level, labels }: Reading, settings: SourceSettings) =>
  boundLabels({ namespace, metric_name: metric, alarm_name: rule, alarm_id: ruleId, level, ...labels, ...dimensions }, [
    'namespace',
    'metric_name',
    settings.observerLabel,
  ]);
