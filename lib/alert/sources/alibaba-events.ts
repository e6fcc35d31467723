import type { Alert, Resource } from '../alert.ts';
import { conditionOf, severityOf } from '../classify.ts';
import { compose, oneAlert, refusal, timeRefusal } from '../compose.ts';
import { POLARDB_EVENTS, polardbEventEndedBy } from '../conditions/polardb.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { formOf } from '../form.ts';
import type { JsonRecord } from '../read.ts';
import { asNestedJson, asRecord, asText, at, parseJson, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Delivery, Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import type { Time } from '../time.ts';
import { isTime, parseBasicIso, parseEpoch, parseIso } from '../time.ts';

/**
 * System events of Alibaba Cloud (alerts §4b, §4c): an event subscription's push as JSON or as a form, the older callback of an event
 * rule, and an event from Alibaba's EventBridge (only when the webhook's path says so: it looks like any CloudEvent).
 *
 * Nothing is read from `userInfo`, which holds a person's name and mail.
 */
export const alibabaEvents: Source = {
  name: 'alibaba-events',
  recognises(delivery, json) {
    const body = asRecord(json);
    if (body) return isSubscription(body) || isRuleCallback(body);
    return json === undefined && /(?:^|&)alert=%7B/i.test(delivery.body) && /(?:^|&)subscription=/.test(delivery.body);
  },
  parse(delivery, json, settings) {
    const body = json === undefined ? bodyOfForm(delivery) : asRecord(json);
    if (!body) return refusal(json === undefined ? 'not-json' : 'malformed', '$', 'neither a form nor a JSON object');
    const event = readEvent(body);
    return event ? parseEvent(event, settings) : refusal('malformed', '$', 'no system event in it');
  },
};

const isSubscription = (body: JsonRecord): boolean => 'subscription' in body && at(asNestedJson(body['alert']), 'eventName') !== undefined;
const isRuleCallback = (body: JsonRecord): boolean => 'ruleName' in body && 'eventTime' in body && 'product' in body;

/** The variant "GET, JSON" carries the whole body in one field. */
function bodyOfForm(delivery: Delivery): JsonRecord | undefined {
  const form = formOf(delivery);
  return form?.['data'] === undefined ? form : asRecord(parseJson(form['data']));
}

interface SystemEvent {
  readonly name: string;
  readonly arn: string | undefined;
  readonly status: string | undefined;
  readonly startsAt: Time;
  readonly observedAt: Time;
  readonly timePath: string;
  readonly level: unknown;
  readonly content: unknown;
  readonly labels: JsonRecord;
}

function readEvent(body: JsonRecord): SystemEvent | undefined {
  const alert = asNestedJson(body['alert']);
  if (asRecord(alert)) return readSubscription(body, alert);
  return typeof body['specversion'] === 'string' ? readCloudEvent(body) : readRuleCallback(body);
}

function readSubscription(body: JsonRecord, alert: unknown): SystemEvent | undefined {
  const name = textAt(alert, 'eventName');
  if (name === undefined) return undefined;
  const meta = at(alert, 'meta', 'sysEventMeta');
  const statedAt = parseEpoch(at(alert, 'timestamp') ?? body['time']);
  const began = parseBasicIso(at(meta, 'eventTime'));
  return {
    name,
    arn: textAt(alert, 'arn') ?? textAt(meta, 'resourceId'),
    status: textAt(alert, 'alertStatus'),
    startsAt: isTime(began) ? began : statedAt,
    observedAt: statedAt,
    timePath: 'alert.timestamp',
    level: at(alert, 'severity') ?? body['severity'],
    content: at(alert, 'eventContentMap'),
    labels: {
      product: at(alert, 'product'),
      regionId: at(meta, 'regionId'),
      instanceName: at(meta, 'instanceName'),
      eventType: at(alert, 'eventType'),
    },
  };
}

function readRuleCallback(body: JsonRecord): SystemEvent | undefined {
  const name = textAt(body, 'name');
  if (name === undefined || body['eventTime'] === undefined) return undefined;
  const began = parseBasicIso(body['eventTime']);
  const { level, content, product, regionId, instanceName, ruleName } = body;
  const labels = { product, regionId, instanceName, ruleName };
  return {
    name,
    arn: textAt(body, 'resourceId'),
    status: undefined,
    startsAt: began,
    observedAt: began,
    timePath: 'eventTime',
    level,
    content,
    labels,
  };
}

/** `polardb:CloudMonitor:InstanceFailureStart`: the event's name is the last part of its type. */
function readCloudEvent(body: JsonRecord): SystemEvent | undefined {
  const name = textAt(body, 'type')?.split(':').at(-1);
  if (name === undefined) return undefined;
  const began = parseIso(body['time']);
  const labels = { product: textAt(body, 'source'), regionId: textAt(body, 'aliyunregionid') };
  return {
    name,
    arn: textAt(body, 'subject'),
    status: undefined,
    startsAt: began,
    observedAt: began,
    timePath: 'time',
    level: undefined,
    content: body['data'],
    labels,
  };
}

function parseEvent(event: SystemEvent, settings: SourceSettings): Parsed {
  const { startsAt, observedAt, status } = event;
  if (!isTime(startsAt)) return timeRefusal(startsAt, event.timePath);
  if (!isTime(observedAt)) return timeRefusal(observedAt, event.timePath);
  const unknownStatus = status !== undefined && status !== 'TRIGGERED' && status !== 'RESOLVED';
  if (unknownStatus) return refusal('malformed', 'alert.alertStatus', 'neither TRIGGERED nor RESOLVED');
  const resources = eventIds(event);
  if (resources.length === 0) return refusal('no-resource', 'alert.arn', 'no resource named');
  return oneAlert(composeEvent(event, { startsAtMs: startsAt, observedAtMs: observedAt, resources }, settings));
}

type Rest = Pick<Alert, 'startsAtMs' | 'observedAtMs'> & { readonly resources: Resource[] };

function composeEvent(event: SystemEvent, rest: Rest, settings: SourceSettings): Alert {
  const ended = polardbEventEndedBy(event.name);
  const name = ended ?? event.name;
  return compose(
    {
      ...rest,
      kind: 'alibaba-events',
      fingerprint: fingerprintOf([name, event.arn ?? rest.resources[0]?.value]),
      ...conditionOf({ name, alsoNamed: [event.name] }, settings, POLARDB_EVENTS),
      severity: severityOf(event.level),
      status: event.status === 'RESOLVED' || ended !== undefined ? 'resolved' : 'firing',
      labels: boundLabels({ eventName: event.name, ...event.labels }),
      summary: `${event.name}: ${asText(event.labels['instanceName']) ?? event.arn ?? ''}`,
    },
    settings,
  );
}

/** The resource's ARN, the id at its end (`acs:polardb:…:dbcluster/pc-…`), and the ids that the event's content names. */
function eventIds({ arn, content }: SystemEvent): Resource[] {
  const resources: Resource[] = [];
  addResource(resources, 'arn', arn);
  addResource(resources, 'resourceId', arn?.split('/').at(-1));
  for (const key of ['clusterId', 'dbClusterId', 'DBClusterId', 'instanceId', 'resourceId'])
    addResource(resources, key, textAt(asNestedJson(content), key));
  return resources;
}
