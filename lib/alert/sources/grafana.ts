import type { Alert, Resource } from '../alert.ts';
import type { Dialect } from '../alertmanager-shape.ts';
import { hasAlertBatch, parseAlertBatch, plainDialect } from '../alertmanager-shape.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import { compose, ignoring, oneAlert, refusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asList, asRecord, at, textAt } from '../read.ts';
import { addIds } from '../resources.ts';
import type { Delivery, Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';

const PLAIN = plainDialect('grafana');

/** When a rule finds no data, Grafana starts another alert and moves the rule's name to a label (alerts §5). */
const DIALECT: Dialect = {
  ...PLAIN,
  nameOf(labels) {
    const isNoData = labels['alertname'] === 'DatasourceNoData' || labels['alertname'] === 'DatasourceError';
    return isNoData ? { name: labels['rulename'] ?? labels['alertname'] ?? '', isNoData } : PLAIN.nameOf(labels);
  },
};

/** Grafana's webhook (alerts §5): unified alerting (9 and later), and the legacy alerting of 8 and earlier. */
export const grafana: Source = {
  name: 'grafana',
  recognises(_delivery, json) {
    const body = asRecord(json);
    if (!body) return false;
    return isLegacy(body) || (hasAlertBatch(body) && (typeof body['orgId'] === 'number' || isTitled(body)));
  },
  parse(delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    if (!body) return refusal('malformed', '$', 'not an object');
    if (isLegacy(body)) return parseLegacy(delivery, body, settings);
    return isTestButton(body) ? ignoring('the test button of a contact point') : parseAlertBatch(body, settings, DIALECT);
  },
};

const isTitled = (body: JsonRecord): boolean =>
  typeof body['title'] === 'string' && (body['state'] === 'alerting' || body['state'] === 'ok');

const isLegacy = (body: JsonRecord): boolean =>
  typeof body['ruleName'] === 'string' && typeof body['state'] === 'string' && (body['ruleId'] !== undefined || 'evalMatches' in body);

const isTestButton = (body: JsonRecord): boolean =>
  at(body, 'commonLabels', 'alertname') === 'TestAlert' && /^(test|webhook)-[0-9a-f]{1,32}-\d{1,20}$/.test(textAt(body, 'groupKey') ?? '');

const LEGACY_STATES: Readonly<Record<string, Alert['status']>> = { alerting: 'firing', no_data: 'firing', ok: 'resolved' };

function parseLegacy(delivery: Delivery, body: JsonRecord, settings: SourceSettings): Parsed {
  const state = textAt(body, 'state') ?? '';
  if (state === 'paused' || state === 'pending') return ignoring(`the rule is ${state}`);
  const status = Object.hasOwn(LEGACY_STATES, state) ? LEGACY_STATES[state] : undefined;
  return status
    ? oneAlert(composeLegacy(delivery, body, status, settings))
    : refusal('malformed', 'state', 'not a state of legacy alerting');
}

/** A legacy body holds no time at all; the moment of its receipt, the same on every redelivery, has to stand in. */
function composeLegacy(delivery: Delivery, body: JsonRecord, status: Alert['status'], settings: SourceSettings): Alert {
  const ruleName = textAt(body, 'ruleName') ?? '';
  const tags = asRecord(body['tags']) ?? {};
  return compose(
    {
      kind: 'grafana',
      fingerprint: fingerprintOf([textAt(body, 'orgId'), textAt(body, 'ruleId'), ruleName]),
      ...conditionOf({ name: ruleName, isNoData: body['state'] === 'no_data', stated: tags[CLASS_LABEL] }, settings, CONDITION_NAMES),
      severity: severityOf(tags['severity'], tags['priority']),
      status,
      startsAtMs: delivery.receivedAtMs,
      observedAtMs: delivery.receivedAtMs,
      resources: legacyResources(body, tags),
      labels: boundLabels({ ...tags, alertname: ruleName }, ['alertname', settings.observerLabel]),
      summary: textAt(body, 'message') ?? textAt(body, 'title') ?? ruleName,
    },
    settings,
  );
}

function legacyResources(body: JsonRecord, tags: JsonRecord): Resource[] {
  const resources: Resource[] = [];
  addIds(resources, tags);
  for (const match of asList(body['evalMatches']).slice(0, 100)) addIds(resources, at(match, 'tags'));
  return resources;
}
