import type { Alert, Resource } from '../alert.ts';
import { CLASS_LABEL, classTable, conditionOf, severityOf } from '../classify.ts';
import { compose, ignoring, oneAlert, refusal, timeRefusal } from '../compose.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { multipartField } from '../form.ts';
import { asList, asRecord, at, parseJson, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import type { Time } from '../time.ts';
import { isTime, parseIso } from '../time.ts';

/** Uptime-Kuma's webhook, as JSON or as a multipart form (alerts §11). It never repeats a message that was not delivered. */
export const uptimeKuma: Source = {
  name: 'uptime-kuma',
  recognises(delivery, json) {
    const body = json ?? fromMultipart(delivery.body);
    const record = asRecord(body);
    if (!record || !('heartbeat' in record) || !('monitor' in record)) return false;
    return record['heartbeat'] === null || at(record, 'heartbeat', 'status') !== undefined;
  },
  parse(delivery, json, settings) {
    const body = json ?? fromMultipart(delivery.body);
    if (body === undefined) return refusal('not-json', '$', 'neither JSON nor a form with JSON in the field data');
    const record = asRecord(body);
    if (!record || !('heartbeat' in record)) return refusal('malformed', 'heartbeat', 'missing');
    if (record['heartbeat'] === null) return ignoring('the test button of a notification');
    return parseBeat(record['heartbeat'], record['monitor'], settings);
  },
};

function fromMultipart(body: string): unknown {
  const text = multipartField(body, 'data');
  return text === undefined ? undefined : parseJson(text);
}

function parseBeat(beat: unknown, monitor: unknown, settings: SourceSettings): Parsed {
  const code = textAt(beat, 'status');
  if (code === '2' || code === '3') return ignoring(code === '2' ? 'the monitor is still trying' : 'the monitor is under maintenance');
  if (code !== '0' && code !== '1') return refusal('malformed', 'heartbeat.status', 'none of 0, 1, 2, 3');
  const beatAt = timeOf(beat, settings);
  if (!isTime(beatAt)) return timeRefusal(beatAt, 'heartbeat.time');
  const resources = resourcesOf(monitor);
  if (resources.length === 0) return refusal('no-resource', 'monitor', 'no monitor named');
  return oneAlert(composeBeat({ beat, monitor, status: code === '0' ? 'firing' : 'resolved', atMs: beatAt, resources }, settings));
}

/** The local time with its offset says what it means; `time` alone carries no zone. */
function timeOf(beat: unknown, { zone }: SourceSettings): Time {
  const local = textAt(beat, 'localDateTime');
  const offset = textAt(beat, 'timezoneOffset');
  return local !== undefined && offset !== undefined ? parseIso(local + offset) : parseIso(at(beat, 'time') ?? local, zone);
}

/** What a monitor of these types tests is whether its target can be reached; the others look for something in an answer. */
const MONITOR_TYPES = classTable({ unreachable: 'port ping tailscale-ping http postgres mysql sqlserver mongodb redis' });

interface Beat {
  readonly beat: unknown;
  readonly monitor: unknown;
  readonly status: Alert['status'];
  readonly atMs: number;
  readonly resources: Resource[];
}

function composeBeat({ beat, monitor, status, atMs, resources }: Beat, settings: SourceSettings): Alert {
  const name = textAt(monitor, 'name') ?? 'unnamed';
  const tags = tagsOf(monitor);
  const type = textAt(monitor, 'type');
  const own = { monitor: name, type, hostname: textAt(monitor, 'hostname') };
  return compose(
    {
      kind: 'uptime-kuma',
      fingerprint: fingerprintOf([textAt(monitor, 'id') ?? name]),
      ...conditionOf({ name, alsoNamed: [type], stated: tags[CLASS_LABEL] }, settings, MONITOR_TYPES),
      severity: severityOf(tags['severity']),
      status,
      startsAtMs: atMs,
      observedAtMs: atMs,
      resources,
      labels: boundLabels({ ...tags, ...own }),
      summary: `${name}: ${textAt(beat, 'msg') ?? ''}`,
    },
    settings,
  );
}

const tagsOf = (monitor: unknown): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    asList(at(monitor, 'tags'))
      .slice(0, 32)
      .map((tag) => [textAt(tag, 'name') ?? '', textAt(tag, 'value')]),
  );

function resourcesOf(monitor: unknown): Resource[] {
  const resources: Resource[] = [];
  addResource(resources, 'monitor_id', textAt(monitor, 'id'));
  addResource(resources, 'monitor', textAt(monitor, 'name'));
  addResource(resources, 'hostname', textAt(monitor, 'hostname'));
  addResource(resources, 'url', textAt(monitor, 'url'));
  for (const [key, value] of Object.entries(tagsOf(monitor))) addResource(resources, key, value);
  return resources;
}
