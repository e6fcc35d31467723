import type { Resource } from '../alert.ts';
import { conditionOf, severityOf } from '../classify.ts';
import type { Draft, State } from '../compose.ts';
import { refusal, stated, timeRefusal } from '../compose.ts';
import { POLARDB_METRICS } from '../conditions/polardb.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf, fingerprintOfLabels } from '../fingerprint.ts';
import { formOf } from '../form.ts';
import type { JsonRecord } from '../read.ts';
import { asRecord, parseJson, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import type { Labels } from '../text.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseEpoch } from '../time.ts';

/**
 * Threshold alerts of Alibaba Cloud CloudMonitor, posted as a form (alerts §4a). Its `signature` is undocumented: it proves nothing and
 * is left out.
 */
export const alibabaCms: Source = {
  name: 'alibaba-cms',
  recognises(delivery, json) {
    if (json !== undefined) return asRecord(json)?.['alertState'] !== undefined && 'dimensions' in (json as object);
    return /(?:^|&)alertState=/.test(delivery.body) && /(?:^|&)dimensions=/.test(delivery.body);
  },
  parse(delivery, json, settings) {
    const form = json === undefined ? formOf(delivery) : asRecord(json);
    if (!form) return refusal(json === undefined ? 'not-json' : 'malformed', '$', 'neither a form nor a JSON object');
    return parseThreshold(form, settings);
  },
};

const TABLE = { ...CONDITION_NAMES, ...POLARDB_METRICS };

const STATES: Readonly<Record<string, State>> = { ALERT: 'firing', ALARM: 'firing', OK: 'resolved', INSUFFICIENT_DATA: 'no-data' };

function parseThreshold(form: JsonRecord, settings: SourceSettings): Parsed {
  const word = textAt(form, 'alertState') ?? '';
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined;
  if (!state) return refusal('malformed', 'alertState', 'not a state of an alert');
  const atMs = parseEpoch(form['timestamp']);
  if (!isTime(atMs)) return timeRefusal(atMs, 'timestamp');
  const dimensions = boundLabels(readDimensions(textAt(form, 'dimensions') ?? ''));
  const resources = dimensionIds(dimensions);
  addResource(resources, 'instanceName', textAt(form, 'instanceName'));
  if (resources.length === 0) return refusal('no-resource', 'dimensions', 'no dimension but the account');
  return stated(draftOf({ form, state, atMs, dimensions, resources }, settings), state, settings);
}

interface Threshold {
  readonly form: JsonRecord;
  readonly state: State;
  readonly atMs: number;
  readonly dimensions: Labels;
  readonly resources: Resource[];
}

function draftOf({ form, state, atMs, dimensions, resources }: Threshold, settings: SourceSettings): Omit<Draft, 'status'> {
  const rule = textAt(form, 'alertName') ?? textAt(form, 'ruleId') ?? 'unnamed';
  const metric = textAt(form, 'rawMetricName') ?? textAt(form, 'metricName');
  const current = `${textAt(form, 'curValue') ?? '?'}${textAt(form, 'unit') ?? ''}`;
  return {
    kind: 'alibaba-cms',
    fingerprint: fingerprintOf([textAt(form, 'ruleId'), fingerprintOfLabels(dimensions)]),
    ...conditionOf({ name: rule, alsoNamed: [metric] }, settings, TABLE),
    severity: severityOf(...(state === 'firing' ? [form['triggerLevel']] : [form['preTriggerLevel'], form['triggerLevel']])),
    startsAtMs: atMs,
    observedAtMs: atMs,
    resources,
    labels: boundLabels({
      ...dimensions,
      namespace: textAt(form, 'namespace'),
      metric,
      level: textAt(form, 'triggerLevel'),
      regionId: textAt(form, 'regionId'),
    }),
    summary: `${rule}: ${metric ?? ''} ${textAt(form, 'expression') ?? ''}, now ${current}`,
  };
}

/** The account and the region are where the resource lies, not what it is. */
function dimensionIds(dimensions: Labels): Resource[] {
  const resources: Resource[] = [];
  for (const [key, value] of Object.entries(dimensions)) {
    if (key !== 'userId' && key !== 'region' && key !== 'regionId') addResource(resources, key, value);
  }
  return resources;
}

/** Java's text of a map, `{k=v, k2=v2}`, which escapes nothing; older documents have a JSON array of maps, third parties a JSON object. */
function readDimensions(text: string): JsonRecord {
  const json = parseJson(text);
  if (json !== undefined) return asRecord(Array.isArray(json) ? json[0] : json) ?? {};
  const pairs: [string, string][] = [];
  for (const piece of text.slice(1, -1).split(', ')) {
    const equals = /^[\w.]{1,64}=/.exec(piece)?.[0].length ?? 0;
    const last = pairs.at(-1);
    if (equals > 0) pairs.push([piece.slice(0, equals - 1), piece.slice(equals)]);
    else if (last) last[1] += `, ${piece}`;
  }
  return Object.fromEntries(pairs);
}
