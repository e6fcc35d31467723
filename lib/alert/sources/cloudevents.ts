import type { Alert, Resource } from '../alert.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import { compose, ignoring, oneAlert, parseEach, refusal, timeRefusal } from '../compose.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asRecord, at, firstText, textAt } from '../read.ts';
import { addIds, addResource } from '../resources.ts';
import type { Delivery, Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseIso } from '../time.ts';

/**
 * CloudEvents 1.0: structured, batched, and binary, where the attributes are `ce-` headers (alerts §12).
 *
 * The format has no word for "firing". It is read from the data's own state, else from the last word of the type
 * (`com.example.db.unreachable.resolved`); a type that the configuration gives a class is firing. Everything else is no alert.
 */
export const cloudevents: Source = {
  name: 'cloudevents',
  recognises(delivery, json) {
    if (delivery.headers['ce-specversion'] !== undefined) return true;
    const first = Array.isArray(json) ? asRecord(json[0]) : asRecord(json);
    if (Array.isArray(json) && json.length === 0) return delivery.contentType === 'application/cloudevents-batch+json';
    return first !== undefined && typeof first['specversion'] === 'string' && typeof first['type'] === 'string';
  },
  parse(delivery, json, settings) {
    if (delivery.headers['ce-specversion'] !== undefined) return parseEvent({ ...attributesOf(delivery), data: json }, 'ce-', settings);
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    if (Array.isArray(json)) return parseEach(json, '$', (item, path) => parseEvent(asRecord(item), `${path}.`, settings));
    return parseEvent(asRecord(json), '', settings);
  },
};

function attributesOf({ headers }: Delivery): JsonRecord {
  const pairs = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return Object.fromEntries(pairs.map(([name, value]) => [name.slice(3), percentDecoded(value)]));
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const REQUIRED = ['id', 'source'] as const;

function parseEvent(event: JsonRecord | undefined, path: string, settings: SourceSettings): Parsed {
  if (!event || textAt(event, 'specversion') !== '1.0') return refusal('malformed', `${path}specversion`, 'not 1.0');
  const missing = REQUIRED.find((attribute) => textAt(event, attribute) === undefined);
  const type = textAt(event, 'type');
  if (missing !== undefined || type === undefined) return refusal('malformed', path + (missing ?? 'type'), 'missing');
  const state = stateOf(type, event['data'], settings);
  if (!state) return ignoring('neither its data nor its type says that something began or ended');
  const eventAt = parseIso(event['time']);
  if (!isTime(eventAt)) return timeRefusal(eventAt, `${path}time`);
  const stated = parseIso(firstText(event['data'], ['startsAt', 'starts_at', 'startedAt', 'started_at']));
  const startsAtMs = isTime(stated) ? Math.min(stated, eventAt) : eventAt;
  return oneAlert(composeEvent(event, { ...state, startsAtMs, observedAtMs: eventAt }, settings));
}

const FIRING: ReadonlySet<string> = new Set(['firing', 'triggered', 'alarm', 'alerting', 'opened', 'open', 'started']);
const RESOLVED: ReadonlySet<string> = new Set(['resolved', 'recovered', 'ok', 'closed', 'cleared', 'ended']);

function asState(word: string | undefined): Alert['status'] | undefined {
  const key = word?.toLowerCase() ?? '';
  if (FIRING.has(key)) return 'firing';
  return RESOLVED.has(key) ? 'resolved' : undefined;
}

interface State {
  readonly status: Alert['status'];
  /** The type without its word for the state, so that beginning and end are one series. */
  readonly series: string;
}

function stateOf(type: string, data: unknown, settings: SourceSettings): State | undefined {
  const cut = Math.max(type.lastIndexOf('.'), type.lastIndexOf(':'), type.lastIndexOf('/'));
  const byType = cut > 0 ? asState(type.slice(cut + 1)) : undefined;
  const series = byType ? type.slice(0, cut) : type;
  const byData = asState(firstText(data, ['status', 'state']));
  const status = byData ?? byType ?? (settings.classes && Object.hasOwn(settings.classes, type) ? 'firing' : undefined);
  return status && { status, series };
}

type Read = State & Pick<Alert, 'startsAtMs' | 'observedAtMs'>;

function composeEvent(event: JsonRecord, { series, ...read }: Read, settings: SourceSettings): Alert {
  const { data, data_base64: _binary, ...attributes } = event;
  return compose(
    {
      ...read,
      kind: 'cloudevents',
      fingerprint: fingerprintOf([textAt(event, 'source'), textAt(event, 'subject'), series]),
      ...conditionOf({ name: series, alsoNamed: [textAt(event, 'type')], stated: at(data, CLASS_LABEL) }, settings, {}),
      severity: severityOf(at(data, 'severity'), event['severity']),
      resources: resourcesOf(event),
      labels: boundLabels(attributes, ['source', 'type', 'subject', settings.observerLabel]),
      summary: firstText(data, ['summary', 'message', 'description']) ?? series,
    },
    settings,
  );
}

function resourcesOf(event: JsonRecord): Resource[] {
  const resources: Resource[] = [];
  addResource(resources, 'subject', textAt(event, 'subject'));
  addResource(resources, 'source', textAt(event, 'source'));
  const { id: _eventId, ...extensions } = event;
  addIds(resources, extensions);
  addIds(resources, asRecord(event['data']));
  return resources;
}
