import type { Alert, Resource } from '../alert.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import { compose, ignoring, oneAlert, refusal, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { asRecord, at, textAt } from '../read.ts';
import { addIds, addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseEpoch } from '../time.ts';

/** Google Cloud Monitoring's webhook, versions 1.0 to 1.2 (alerts §10). Times are epoch seconds. */
export const googleCloud: Source = {
  name: 'google-cloud',
  recognises(_delivery, json) {
    const incident = at(json, 'incident');
    return at(incident, 'incident_id') !== undefined && at(incident, 'policy_name') !== undefined;
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const incident = asRecord(at(json, 'incident'));
    if (!incident) return refusal('malformed', 'incident', 'missing');
    return at(json, 'version') === 'test' ? ignoring('the test button of a notification channel') : parseIncident(incident, settings);
  },
};

function parseIncident(incident: unknown, settings: SourceSettings): Parsed {
  const state = textAt(incident, 'state')?.toLowerCase();
  if (state !== 'open' && state !== 'closed') return refusal('malformed', 'incident.state', 'neither open nor closed');
  const startedAt = parseEpoch(at(incident, 'started_at'));
  if (!isTime(startedAt)) return timeRefusal(startedAt, 'incident.started_at');
  const endedAt = parseEpoch(at(incident, 'ended_at'));
  const resources = resourcesOf(incident);
  if (resources.length === 0) return refusal('no-resource', 'incident.resource', 'no resource named');
  const observedAtMs = state === 'closed' && isTime(endedAt) ? endedAt : startedAt;
  const status = state === 'open' ? 'firing' : 'resolved';
  return oneAlert(composeIncident(incident, { status, startsAtMs: startedAt, observedAtMs, resources }, settings));
}

type Read = Pick<Alert, 'status' | 'startsAtMs' | 'observedAtMs'> & { readonly resources: Resource[] };

/** Incident ids are new for every episode; the series is a policy's condition on a resource. */
function composeIncident(incident: unknown, read: Read, settings: SourceSettings): Alert {
  const policy = textAt(incident, 'policy_name') ?? 'unnamed';
  const condition = textAt(incident, 'condition_name');
  const metric = textAt(incident, 'metric', 'type');
  const labels = { ...asRecord(at(incident, 'policy_user_labels')), ...asRecord(at(incident, 'resource', 'labels')) };
  return compose(
    {
      ...read,
      kind: 'google-cloud',
      fingerprint: fingerprintOf([textAt(incident, 'scoping_project_id'), policy, condition, ...read.resources.map(({ value }) => value)]),
      ...conditionOf(
        { name: policy, alsoNamed: [condition, metric], stated: at(incident, 'policy_user_labels', CLASS_LABEL) },
        settings,
        CONDITION_NAMES,
      ),
      severity: severityOf(at(incident, 'severity'), at(incident, 'policy_user_labels', 'severity')),
      labels: boundLabels({ ...labels, policy_name: policy, condition_name: condition, metric }),
      summary: textAt(incident, 'summary') ?? policy,
    },
    settings,
  );
}

function resourcesOf(incident: unknown): Resource[] {
  const resources: Resource[] = [];
  const labels = asRecord(at(incident, 'resource', 'labels')) ?? {};
  for (const key of Object.keys(labels)) {
    if (key !== 'project_id' && key !== 'zone' && key !== 'region' && key !== 'location') addResource(resources, key, labels[key]);
  }
  addResource(resources, 'resource_id', textAt(incident, 'resource_id'));
  addResource(resources, 'resource_name', textAt(incident, 'resource_name'));
  addIds(resources, at(incident, 'metric', 'labels'));
  addIds(resources, at(incident, 'policy_user_labels'));
  return resources;
}
