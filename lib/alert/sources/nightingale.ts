import type { Alert, Resource, Severity } from '../alert.ts';
import { CLASS_LABEL, conditionOf } from '../classify.ts';
import { compose, oneAlert, parseEach, refusal, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asList, asRecord, textAt } from '../read.ts';
import { addIds, addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseEpoch } from '../time.ts';

/** Nightingale's webhook: one event, or a list of them in batch mode (alerts §12b). A 5xx answer counts as delivered there. */
export const nightingale: Source = {
  name: 'nightingale',
  recognises(_delivery, json) {
    const first = asRecord(Array.isArray(json) ? json[0] : json);
    return first !== undefined && 'rule_id' in first && 'trigger_time' in first && 'is_recovered' in first;
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    return Array.isArray(json)
      ? parseEach(json, '$', (item, path) => parseEvent(item, `${path}.`, settings))
      : parseEvent(json, '', settings);
  },
};

function parseEvent(json: unknown, path: string, settings: SourceSettings): Parsed {
  const event = asRecord(json);
  if (!event) return refusal('malformed', path === '' ? '$' : path.slice(0, -1), 'not an object');
  if (typeof event['is_recovered'] !== 'boolean') return refusal('malformed', `${path}is_recovered`, 'not a boolean');
  const triggeredAt = parseEpoch(event['trigger_time']);
  if (!isTime(triggeredAt)) return timeRefusal(triggeredAt, `${path}trigger_time`);
  const first = parseEpoch(event['first_trigger_time']);
  const evaluated = parseEpoch(event['last_eval_time']);
  const startsAtMs = isTime(first) ? Math.min(first, triggeredAt) : triggeredAt;
  const observedAtMs = isTime(evaluated) ? Math.max(evaluated, triggeredAt) : triggeredAt;
  return oneAlert(composeEvent(event, { status: event['is_recovered'] ? 'resolved' : 'firing', startsAtMs, observedAtMs }, settings));
}

type Read = Pick<Alert, 'status' | 'startsAtMs' | 'observedAtMs'>;

const SEVERITIES: ReadonlyMap<string | undefined, Severity> = new Map([
  ['1', 'critical'],
  ['2', 'warning'],
  ['3', 'info'],
]);

function composeEvent(event: JsonRecord, read: Read, settings: SourceSettings): Alert {
  const name = textAt(event, 'rule_name') ?? 'unnamed';
  const tags = tagsOf(event);
  return compose(
    {
      ...read,
      kind: 'nightingale',
      fingerprint: textAt(event, 'hash') ?? fingerprintOf([textAt(event, 'rule_id'), JSON.stringify(Object.entries(tags).slice(0, 64))]),
      ...conditionOf({ name, stated: tags[CLASS_LABEL] }, settings, CONDITION_NAMES),
      severity: SEVERITIES.get(textAt(event, 'severity')) ?? 'unknown',
      resources: resourcesOf(event, tags),
      labels: boundLabels({ ...tags, rule_name: name, cluster: textAt(event, 'cluster') }, ['rule_name', settings.observerLabel]),
      summary: textAt(event, 'annotations', 'summary') ?? textAt(event, 'rule_note') ?? name,
    },
    settings,
  );
}

/** The map, or the list of `k=v` in versions without one. */
function tagsOf(event: JsonRecord): JsonRecord {
  const map = asRecord(event['tags_map']);
  if (map) return map;
  const pairs = asList(event['tags'])
    .slice(0, 64)
    .flatMap((tag) =>
      typeof tag === 'string' && tag.includes('=') ? [[tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]] : [],
    );
  return Object.fromEntries(pairs) as JsonRecord;
}

function resourcesOf(event: JsonRecord, tags: JsonRecord): Resource[] {
  const resources: Resource[] = [];
  addResource(resources, 'target_ident', textAt(event, 'target_ident'));
  addIds(resources, tags);
  return resources;
}
