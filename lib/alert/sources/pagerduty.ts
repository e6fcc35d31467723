import type { Alert, Resource } from '../alert.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import { compose, ignoring, oneAlert, refusal, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { asList, asRecord, at, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseIso } from '../time.ts';

/**
 * PagerDuty's version 3 webhook (alerts §8). An incident carries no labels: the database is found by the incident's key, its service or
 * a custom field. Whatever monitoring systems stand behind PagerDuty, it is one observer.
 */
export const pagerduty: Source = {
  name: 'pagerduty',
  recognises(_delivery, json) {
    return typeof at(json, 'event', 'event_type') === 'string' && at(json, 'event', 'data') !== undefined;
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const event = asRecord(at(json, 'event'));
    if (!event) return refusal('malformed', 'event', 'missing: only version 3 webhooks are read');
    const type = textAt(event, 'event_type') ?? '';
    const status = Object.hasOwn(STATUS_OF, type) ? STATUS_OF[type] : undefined;
    return status ? parseIncident(event, status, settings) : ignoring('an event that opens or resolves no incident');
  },
};

/** Of about thirty types these change the state; an acknowledgement only says that a person looks at it. */
const STATUS_OF: Readonly<Record<string, Alert['status']>> = {
  'incident.triggered': 'firing',
  'incident.reopened': 'firing',
  'incident.resolved': 'resolved',
};

function parseIncident(event: unknown, status: Alert['status'], settings: SourceSettings): Parsed {
  const occurredAt = parseIso(at(event, 'occurred_at'));
  if (!isTime(occurredAt)) return timeRefusal(occurredAt, 'event.occurred_at');
  const incident = at(event, 'data');
  const title = textAt(incident, 'title') ?? textAt(incident, 'summary');
  if (title === undefined) return refusal('malformed', 'event.data.title', 'missing');
  const createdAt = parseIso(at(incident, 'created_at'));
  const startsAtMs = isTime(createdAt) && status === 'resolved' ? Math.min(createdAt, occurredAt) : occurredAt;
  return oneAlert(composeIncident(incident, { status, startsAtMs, observedAtMs: occurredAt, name: title }, settings));
}

type Read = Pick<Alert, 'status' | 'startsAtMs' | 'observedAtMs' | 'name'>;

/** The incident's key is the sender's own name for the series; without one each incident is a series of its own. */
function composeIncident(incident: unknown, read: Read, settings: SourceSettings): Alert {
  const serviceId = textAt(incident, 'service', 'id');
  const service = textAt(incident, 'service', 'summary');
  const urgency = textAt(incident, 'urgency');
  const priority = textAt(incident, 'priority', 'summary');
  return compose(
    {
      ...read,
      kind: 'pagerduty',
      fingerprint: fingerprintOf([serviceId, textAt(incident, 'incident_key') ?? textAt(incident, 'id')]),
      ...conditionOf({ name: read.name, stated: customFields(incident)[CLASS_LABEL] }, settings, CONDITION_NAMES),
      severity: severityOf(priority, urgency),
      resources: resourcesOf(incident),
      labels: boundLabels({ ...customFields(incident), service, service_id: serviceId, urgency, priority }),
      summary: read.name,
    },
    settings,
  );
}

function resourcesOf(incident: unknown): Resource[] {
  const resources: Resource[] = [];
  addResource(resources, 'incident_key', textAt(incident, 'incident_key'));
  addResource(resources, 'service_id', textAt(incident, 'service', 'id'));
  addResource(resources, 'service', textAt(incident, 'service', 'summary'));
  for (const [key, value] of Object.entries(customFields(incident))) addResource(resources, key, value);
  return resources;
}

const customFields = (incident: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    asList(at(incident, 'custom_fields'))
      .slice(0, 32)
      .map((item) => [textAt(item, 'name') ?? '', textAt(item, 'value')]),
  );
