import type { Alert, Resource } from '../alert.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import { compose, ignoring, oneAlert, refusal, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asList, asNestedJson, asRecord, at, firstText, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import type { Time } from '../time.ts';
import { isTime, parseDotted, parseEpoch } from '../time.ts';

/**
 * Zabbix's webhook media type (alerts §7). What it posts is up to its script; the names here are those of this project's media type
 * (`event_id` for {EVENT.ID} and so on) and of one in wide use. A macro that Zabbix could not resolve arrives as it stands.
 *
 * {EVENT.DATE} and {EVENT.TIME} are the server's local time; `event_timestamp` ({EVENT.TIMESTAMP}) needs no zone and wins.
 */
export const zabbix: Source = {
  name: 'zabbix',
  recognises(_delivery, json) {
    const body = asRecord(json);
    return body !== undefined && TRIGGER.some((key) => key in body) && VALUE.some((key) => key in body);
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    return body ? parseBody(body, settings) : refusal('malformed', '$', 'not an object');
  },
};

const TRIGGER = ['trigger_id', 'triggerId'];
const VALUE = ['event_value', 'value'];
const HOST = ['host', 'service'];

function parseBody(body: JsonRecord, settings: SourceSettings): Parsed {
  const value = macro(body, VALUE);
  if (value !== '0' && value !== '1') return refusal('malformed', 'event_value', 'neither 0 nor 1: the script must send {EVENT.VALUE}');
  if (isUpdate(body)) return ignoring('a comment or an acknowledgement, no change of state');
  const began = timeOf(body, 'event', settings);
  if (!isTime(began)) return timeRefusal(began, 'event_time');
  const ended = value === '0' ? timeOf(body, 'recovery', settings) : began;
  const resources = resourcesOf(body);
  if (resources.length === 0) return refusal('no-resource', 'host', 'neither a host nor a tag');
  const status = value === '1' ? 'firing' : 'resolved';
  return oneAlert(composeBody(body, { status, startsAtMs: began, observedAtMs: isTime(ended) ? ended : began, resources }, settings));
}

type Read = Pick<Alert, 'status' | 'startsAtMs' | 'observedAtMs'> & { readonly resources: Resource[] };

/** {EVENT.ID} is new for every problem; the series is its trigger. */
function composeBody(body: JsonRecord, read: Read, settings: SourceSettings): Alert {
  const name = macro(body, ['event_name', 'name']) ?? macro(body, ['trigger_name', 'description']) ?? 'unnamed';
  return compose(
    {
      ...read,
      kind: 'zabbix',
      fingerprint: fingerprintOf([macro(body, TRIGGER), macro(body, HOST), macro(body, TRIGGER) === undefined ? name : undefined]),
      ...conditionOf({ name, alsoNamed: [macro(body, ['trigger_name'])], stated: tagsOf(body)[CLASS_LABEL] }, settings, CONDITION_NAMES),
      severity: severityIn(body),
      labels: boundLabels({ ...tagsOf(body), host: macro(body, HOST), trigger_id: macro(body, TRIGGER) }, ['host', settings.observerLabel]),
      summary: macro(body, ['message', 'alert_message']) ?? name,
    },
    settings,
  );
}

/** {EVENT.NSEVERITY}, which is never translated, before the severity's name. */
const BY_NUMBER = ['unknown', 'info', 'warning', 'warning', 'error', 'critical'] as const;
const severityIn = (body: JsonRecord) =>
  BY_NUMBER[Number(macro(body, ['event_nseverity', 'nseverity']) ?? Number.NaN)] ?? severityOf(macro(body, ['event_severity', 'severity']));

function macro(body: JsonRecord, keys: readonly string[]): string | undefined {
  const text = firstText(body, keys);
  return text === undefined || text === '*UNKNOWN*' || /^\{[$A-Z]/.test(text) ? undefined : text;
}

function isUpdate(body: JsonRecord): boolean {
  return (
    macro(body, ['event_update_status', 'update_status']) === '1' || macro(body, ['event_update_action', 'update_action']) !== undefined
  );
}

/** @param event whose time: that of the problem, or that of its recovery. */
function timeOf(body: JsonRecord, event: 'event' | 'recovery', { zone }: SourceSettings): Time {
  const prefix = event === 'event' ? 'event' : 'event_recovery';
  const stamp = macro(body, [`${prefix}_timestamp`]);
  if (stamp !== undefined) return parseEpoch(stamp);
  const date = macro(body, [`${prefix}_date`]);
  const together = event === 'event' ? macro(body, ['lastReceived'])?.split(' ') : undefined;
  return date === undefined && together
    ? parseDotted(together[0], together[1], zone)
    : parseDotted(date, macro(body, [`${prefix}_time`]), zone);
}

function tagsOf(body: JsonRecord): JsonRecord {
  const tags = asNestedJson(body['event_tags'] ?? body['tags']);
  return Object.fromEntries(
    asList(tags)
      .slice(0, 64)
      .map((tag) => [textAt(tag, 'tag') ?? '', at(tag, 'value')]),
  );
}

function resourcesOf(body: JsonRecord): Resource[] {
  const resources: Resource[] = [];
  addResource(resources, 'host', macro(body, HOST));
  addResource(resources, 'host_name', macro(body, ['host_name']));
  addResource(resources, 'host_ip', macro(body, ['host_ip']));
  for (const [key, value] of Object.entries(tagsOf(body))) addResource(resources, key, value);
  return resources;
}
