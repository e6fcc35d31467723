import type { Alert, Resource } from '../alert.ts';
import { conditionOf, severityOf } from '../classify.ts';
import { compose, oneAlert, parseEach, refusal, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { find } from '../expression.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { asRecord, asText, isTooDeep } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseAnyTime } from '../time.ts';

/** An expression's work grows with what it walks over; no alert needs more. */
const MAX_CHARS = 65_536;

/** The fields of the configuration's `mapping`, each a JMESPath expression; all but `alerts` are looked up in each alert. */
export const MAPPING_FIELDS = {
  required: ['name', 'status', 'startsAt', 'resources'],
  optional: ['alerts', 'observedAt', 'fingerprint', 'severity', 'class', 'labels', 'summary'],
} as const;
type Field = (typeof MAPPING_FIELDS)['required' | 'optional'][number];

/**
 * Any other system that posts JSON, by the configuration's mapping. `status` must give the text `firing` or `resolved` (an expression
 * that fits neither gives false or null, which must not pass for a recovery), `resources` a text, a list of texts, or an object of them. It knows no body by its look, so only a path can name it.
 */
export const generic: Source = {
  name: 'generic',
  recognises: () => false,
  parse(delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    if (delivery.body.length > MAX_CHARS) return refusal('too-large', '$', `more than ${MAX_CHARS} characters`);
    if (isTooDeep(json)) return refusal('too-large', '$', 'nested too deeply');
    const expression = mapped(settings, 'alerts');
    if (expression === undefined) return parseItem(json, '$', settings);
    const found = find(expression, json);
    if (!found.ok || !Array.isArray(found.value)) return refusal('malformed', 'mapping.alerts', 'the expression gives no list');
    return parseEach(found.value, expression, (item, path) => parseItem(item, path, settings));
  },
};

function mapped({ mapping }: SourceSettings, field: Field): string | undefined {
  return mapping && Object.hasOwn(mapping, field) ? mapping[field] : undefined;
}

function valueOf(item: unknown, field: Field, settings: SourceSettings): unknown {
  const expression = mapped(settings, field);
  if (expression === undefined) return undefined;
  const found = find(expression, item);
  return found.ok ? found.value : undefined;
}

function parseItem(item: unknown, path: string, settings: SourceSettings): Parsed {
  const name = asText(valueOf(item, 'name', settings));
  if (name === undefined) return refusal('malformed', `${path} mapping.name`, 'the expression gives no text');
  const status = statusOf(valueOf(item, 'status', settings));
  if (!status) return refusal('malformed', `${path} mapping.status`, 'the expression gives neither firing nor resolved');
  const startsAt = parseAnyTime(valueOf(item, 'startsAt', settings), settings.zone);
  if (!isTime(startsAt)) return timeRefusal(startsAt, `${path} mapping.startsAt`);
  const observedAt = parseAnyTime(valueOf(item, 'observedAt', settings), settings.zone);
  const resources = resourcesOf(valueOf(item, 'resources', settings));
  if (resources.length === 0) return refusal('no-resource', `${path} mapping.resources`, 'the expression gives no text');
  return oneAlert(
    composeItem(
      item,
      { name, status, startsAtMs: startsAt, observedAtMs: isTime(observedAt) ? observedAt : startsAt, resources },
      settings,
    ),
  );
}

function statusOf(value: unknown): Alert['status'] | undefined {
  return value === 'firing' || value === 'resolved' ? value : undefined;
}

type Read = Pick<Alert, 'name' | 'status' | 'startsAtMs' | 'observedAtMs'> & { readonly resources: Resource[] };

function composeItem(item: unknown, read: Read, settings: SourceSettings): Alert {
  const own = (field: Field): unknown => valueOf(item, field, settings);
  return compose(
    {
      ...read,
      ...conditionOf({ name: read.name, stated: own('class') }, settings, CONDITION_NAMES),
      kind: 'generic',
      fingerprint: asText(own('fingerprint')) ?? fingerprintOf([read.name, ...read.resources.map(({ value }) => value)]),
      severity: severityOf(own('severity')),
      labels: boundLabels(own('labels'), [settings.observerLabel]),
      summary: asText(own('summary')) ?? read.name,
    },
    settings,
  );
}

function resourcesOf(value: unknown): Resource[] {
  const resources: Resource[] = [];
  for (const [key, text] of Object.entries(asRecord(value) ?? {})) addResource(resources, key, asText(text));
  for (const text of Array.isArray(value) ? (value as unknown[]).slice(0, 64) : [value]) addResource(resources, 'resource', asText(text));
  return resources;
}
