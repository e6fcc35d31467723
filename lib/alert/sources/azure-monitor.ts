import type { Alert, Resource } from '../alert.ts';
import { conditionOf, severityOf } from '../classify.ts';
import { compose, oneAlert, refusal, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { JsonRecord } from '../read.ts';
import { asList, asRecord, at, textAt } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import type { Time } from '../time.ts';
import { isTime, parseIso, parseUsEnglish } from '../time.ts';

/**
 * Azure Monitor (alerts §9): the common alert schema, and the three older ones (metric alert 2.0, classic, log alert). Resource ids are
 * compared as they come; the common schema sends them in lower case.
 */
export const azureMonitor: Source = {
  name: 'azure-monitor',
  recognises(_delivery, json) {
    const body = asRecord(json);
    if (!body) return false;
    return SCHEMAS.has(textAt(body, 'schemaId') ?? '') || (isClassicStatus(body) && at(body, 'context', 'resourceId') !== undefined);
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    if (!body) return refusal('malformed', '$', 'not an object');
    return parseReading(readBody(body, settings), settings);
  },
};

const COMMON = 'azureMonitorCommonAlertSchema';
const LOG = 'Microsoft.Insights/LogAlert';
const SCHEMAS: ReadonlySet<string> = new Set([COMMON, LOG, 'AzureMonitorMetricAlert']);
const isClassicStatus = (body: JsonRecord): boolean => body['status'] === 'Activated' || body['status'] === 'Resolved';

interface Reading {
  readonly rule: string | undefined;
  readonly state: string | undefined;
  readonly statePath: string;
  readonly firedAt: Time;
  readonly resolvedAt: Time;
  readonly timePath: string;
  readonly severity: string | undefined;
  readonly ids: readonly unknown[];
  readonly conditions: readonly unknown[];
  readonly summary: string | undefined;
}

function readBody(body: JsonRecord, { zone }: SourceSettings): Reading {
  if (body['schemaId'] === COMMON) return readCommon(at(body, 'data'), zone);
  return body['schemaId'] === LOG
    ? readLog(at(body, 'data'))
    : readMetric(asRecord(body['data']) ?? body, body['data'] === undefined ? '' : 'data.', zone);
}

function readCommon(data: unknown, zone: string | undefined): Reading {
  const essentials = at(data, 'essentials');
  return {
    rule: textAt(essentials, 'alertRule'),
    state: textAt(essentials, 'monitorCondition'),
    statePath: 'data.essentials.monitorCondition',
    firedAt: parseAzure(at(essentials, 'firedDateTime'), zone),
    resolvedAt: parseAzure(at(essentials, 'resolvedDateTime'), zone),
    timePath: 'data.essentials.firedDateTime',
    severity: textAt(essentials, 'severity'),
    ids: [...asList(at(essentials, 'alertTargetIDs')), ...asList(at(essentials, 'configurationItems'))],
    conditions: asList(at(data, 'alertContext', 'condition', 'allOf')),
    summary: textAt(essentials, 'description'),
  };
}

function readMetric(data: JsonRecord, path: string, zone: string | undefined): Reading {
  const { context } = data;
  const at0 = parseAzure(at(context, 'timestamp'), zone);
  const condition = at(context, 'condition');
  const number = textAt(context, 'severity');
  return {
    rule: textAt(context, 'name'),
    state: textAt(data, 'status'),
    statePath: `${path}status`,
    firedAt: at0,
    resolvedAt: at0,
    timePath: `${path}context.timestamp`,
    severity: number === undefined ? undefined : `sev${number}`,
    ids: [at(context, 'resourceId'), at(context, 'resourceName')],
    conditions: Array.isArray(at(condition, 'allOf')) ? asList(at(condition, 'allOf')) : [condition],
    summary: textAt(context, 'description'),
  };
}

/** Log alerts have no recovery, and their times name the zone in the field's name only: a configured one is not theirs. */
function readLog(data: unknown): Reading {
  const endedAt = parseAzure(at(data, 'SearchIntervalEndtimeUtc'), 'UTC');
  return {
    rule: textAt(data, 'AlertRuleName'),
    state: 'Fired',
    statePath: 'data',
    firedAt: endedAt,
    resolvedAt: endedAt,
    timePath: 'data.SearchIntervalEndtimeUtc',
    severity: severityNumber(textAt(data, 'Severity')),
    ids: [at(data, 'AlertTargetId'), ...asList(at(data, 'AffectedConfigurationItems'))],
    conditions: [],
    summary: textAt(data, 'Description'),
  };
}

const severityNumber = (text: string | undefined): string | undefined => (text !== undefined && /^[0-4]$/.test(text) ? `sev${text}` : text);

/** ISO, or the United States' way of writing, which carries no zone. */
const parseAzure = (value: unknown, zone: string | undefined): Time =>
  typeof value === 'string' && value.includes('/') ? parseUsEnglish(value, zone) : parseIso(value, zone);

const STATUS_OF: Readonly<Record<string, Alert['status']>> = {
  Fired: 'firing',
  Activated: 'firing',
  Resolved: 'resolved',
  Deactivated: 'resolved',
};

function parseReading(reading: Reading, settings: SourceSettings): Parsed {
  const { rule, state = '', firedAt, resolvedAt } = reading;
  const status = Object.hasOwn(STATUS_OF, state) ? STATUS_OF[state] : undefined;
  if (!status) return refusal('malformed', reading.statePath, 'not a state of an alert');
  if (rule === undefined) return refusal('malformed', reading.timePath.replace(/\w+$/, 'alertRule'), 'the alert has no name');
  if (!isTime(firedAt)) return timeRefusal(firedAt, reading.timePath);
  const resources = resourcesOf(reading);
  if (resources.length === 0) return refusal('no-resource', 'data.essentials.alertTargetIDs', 'no resource named');
  const observedAtMs = status === 'resolved' && isTime(resolvedAt) ? resolvedAt : firedAt;
  return oneAlert(composeReading(reading, { name: rule, status, startsAtMs: firedAt, observedAtMs, resources }, settings));
}

type Read = Pick<Alert, 'name' | 'status' | 'startsAtMs' | 'observedAtMs'> & { readonly resources: Resource[] };

/** Alert ids are new for every episode; the series is a rule on its targets. */
function composeReading(reading: Reading, read: Read, settings: SourceSettings): Alert {
  const metric = textAt(reading.conditions[0], 'metricName');
  const dimensions = Object.fromEntries(dimensionsOf(reading));
  return compose(
    {
      ...read,
      kind: 'azure-monitor',
      fingerprint: fingerprintOf([read.name, ...reading.ids.filter((id) => typeof id === 'string'), ...dimensionsOf(reading).flat()]),
      ...conditionOf({ name: read.name, alsoNamed: [metric] }, settings, CONDITION_NAMES),
      severity: severityOf(reading.severity),
      labels: boundLabels({ alertRule: read.name, metric, ...dimensions }),
      summary: reading.summary ?? read.name,
    },
    settings,
  );
}

const dimensionsOf = ({ conditions }: Reading): readonly [string, string][] =>
  conditions.slice(0, 16).flatMap((item) =>
    asList(at(item, 'dimensions'))
      .slice(0, 16)
      .map((pair): [string, string] => [textAt(pair, 'name') ?? '', textAt(pair, 'value') ?? '']),
  );

/** The whole id and the name at its end. */
function resourcesOf(reading: Reading): Resource[] {
  const resources: Resource[] = [];
  for (const id of reading.ids) {
    if (typeof id !== 'string') continue;
    if (id.includes('/')) addResource(resources, 'resourceId', id);
    addResource(resources, 'resourceName', id.split('/').at(-1));
  }
  for (const [name, value] of dimensionsOf(reading)) addResource(resources, name, value);
  return resources;
}
