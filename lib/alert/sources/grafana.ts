import type { Resource } from '../alert.ts';
import type { Dialect } from '../alertmanager-shape.ts';
import { hasAlertBatch, parseAlertBatch, plainDialect } from '../alertmanager-shape.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import type { Draft, State } from '../compose.ts';
import { ignoring, refusal, stated } from '../compose.ts';
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
    const { alertname, rulename } = labels;
    const isNoData = alertname === 'DatasourceNoData' || alertname === 'DatasourceError';
    return isNoData ? { name: rulename ?? alertname, isNoData } : PLAIN.nameOf(labels);
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

const LEGACY_STATES: Readonly<Record<string, State>> = { alerting: 'firing', no_data: 'no-data', ok: 'resolved' };

function parseLegacy(delivery: Delivery, body: JsonRecord, settings: SourceSettings): Parsed {
  const word = textAt(body, 'state') ?? '';
  if (word === 'paused' || word === 'pending') return ignoring(`the rule is ${word}`);
  const state = Object.hasOwn(LEGACY_STATES, word) ? LEGACY_STATES[word] : undefined;
  return state
    ? stated(legacyDraft(delivery, body, settings), state, settings)
    : refusal('malformed', 'state', 'not a state of legacy alerting');
}

/** A legacy body holds no time at all; the moment of its receipt, the same on every redelivery, has to stand in. */
function legacyDraft(delivery: Delivery, body: JsonRecord, settings: SourceSettings): Omit<Draft, 'status'> {
  const ruleName = textAt(body, 'ruleName') ?? '';
  const tags = asRecord(body['tags']) ?? {};
  return {
    kind: 'grafana',
    fingerprint: fingerprintOf([textAt(body, 'orgId'), textAt(body, 'ruleId'), ruleName]),
    ...conditionOf({ name: ruleName, stated: tags[CLASS_LABEL] }, settings, CONDITION_NAMES),
    severity: severityOf(tags['severity'], tags['priority']),
    startsAtMs: delivery.receivedAtMs,
    observedAtMs: delivery.receivedAtMs,
    resources: legacyResources(body, tags),
    labels: boundLabels({ ...tags, alertname: ruleName }, ['alertname', settings.observerLabel]),
    summary: textAt(body, 'message') ?? textAt(body, 'title') ?? ruleName,
  };
}

function legacyResources(body: JsonRecord, tags: JsonRecord): Resource[] {
  const resources: Resource[] = [];
  addIds(resources, tags);
  for (const match of asList(body['evalMatches']).slice(0, 100)) addIds(resources, at(match, 'tags'));
  return resources;
}
