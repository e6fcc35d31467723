import type { Alert, Resource } from '../alert.ts';
import { CLASS_LABEL, conditionOf, severityOf } from '../classify.ts';
import type { Draft, State } from '../compose.ts';
import { ignoring, refusal, stated, timeRefusal } from '../compose.ts';
import { CONDITION_NAMES } from '../conditions/rule-names.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { formOf } from '../form.ts';
import type { JsonRecord } from '../read.ts';
import { asRecord, firstText } from '../read.ts';
import { addResource } from '../resources.ts';
import type { Parsed, Source, SourceSettings } from '../source.ts';
import { boundLabels } from '../text.ts';
import { isTime, parseEpoch } from '../time.ts';

/**
 * Datadog's webhook (alerts §6). The body is the user's own template, so a field is looked for under the spellings that are in use;
 * a template must carry `$ALERT_TRANSITION` and `$LAST_UPDATED` or `$DATE`. Every value is a text.
 */
export const datadog: Source = {
  name: 'datadog',
  recognises(delivery, json) {
    if (json === undefined) return /(?:^|&)(?:alert_)?transition=/.test(delivery.body) && /(?:^|&)alert_type=/.test(delivery.body);
    const body = asRecord(json);
    return body !== undefined && TRANSITION.some((key) => typeof body[key] === 'string') && typeof body['alert_type'] === 'string';
  },
  parse(delivery, json, settings) {
    const body = json === undefined ? formOf(delivery) : asRecord(json);
    if (!body) return refusal(json === undefined ? 'not-json' : 'malformed', '$', 'neither a form nor a JSON object');
    return parseBody(body, settings);
  },
};

const TRANSITION = ['alert_transition', 'transition'];
const MONITOR = ['monitor_id', 'alert_id'];
const SCOPE = ['alert_scope', 'scopes', 'scope'];

/** `Recovered` and its variants are told apart by their end; a variant that is not listed is refused, not guessed. */
const TRANSITIONS: ReadonlyMap<string, State> = new Map([
  ...(['triggered', 're-triggered', 'renotify', 'warn', 're-warn'] as const).map((word) => [word, 'firing'] as const),
  ...(['recovered', 'warn recovered', 'no data recovered'] as const).map((word) => [word, 'resolved'] as const),
  ...(['no data', 're-no data'] as const).map((word) => [word, 'no-data'] as const),
]);

function parseBody(body: JsonRecord, settings: SourceSettings): Parsed {
  const word = rendered(body, TRANSITION)?.toLowerCase();
  if (word === undefined) return refusal('malformed', 'alert_transition', 'missing or not rendered: the template needs $ALERT_TRANSITION');
  const transition = TRANSITIONS.get(word);
  if (!transition)
    return word === 'muted' ? ignoring('the monitor was muted') : refusal('malformed', 'alert_transition', 'not a known transition');
  const updated = rendered(body, ['last_updated']) ?? rendered(body, ['date']);
  const observedAt = parseEpoch(updated);
  if (!isTime(observedAt)) return timeRefusal(observedAt, 'last_updated');
  const began = parseEpoch(rendered(body, ['date']));
  const resources = resourcesOf(body);
  const times = { startsAtMs: isTime(began) ? Math.min(began, observedAt) : observedAt, observedAtMs: observedAt };
  return stated(draftOf(body, { ...times, resources }, settings), transition, settings);
}

type Read = Pick<Alert, 'startsAtMs' | 'observedAtMs'> & { readonly resources: Resource[] };

function draftOf(body: JsonRecord, read: Read, settings: SourceSettings): Omit<Draft, 'status'> {
  const title = rendered(body, ['title', 'event_title']) ?? '';
  const monitor = rendered(body, ['monitor_name', 'alert_title']) ?? withoutPrefixes(title);
  const tags = tagsOf(body);
  return {
    ...read,
    kind: 'datadog',
    fingerprint: seriesOf(body, monitor),
    ...conditionOf({ name: monitor, stated: tags[CLASS_LABEL] }, settings, CONDITION_NAMES),
    severity: severityIn(body),
    labels: boundLabels({ ...tags, monitor_id: rendered(body, MONITOR), scope: rendered(body, SCOPE) }, [
      'monitor_id',
      settings.observerLabel,
    ]),
    summary: title === '' ? monitor : title,
  };
}

/** A warning stays a warning, whatever priority its monitor has: the threshold that matters is not crossed. */
function severityIn(body: JsonRecord): Alert['severity'] {
  if (rendered(body, TRANSITION)?.toLowerCase().endsWith('warn')) return 'warning';
  return severityOf(rendered(body, ['severity', 'priority', 'alert_priority']), rendered(body, ['alert_type']));
}

/** A variable that the template misspells arrives as it stands. */
function rendered(body: JsonRecord, keys: readonly string[]): string | undefined {
  const text = firstText(body, keys);
  return text?.startsWith('$') ? undefined : text;
}

/** `[P2] [Warn on {service:x}] Disk full` is the monitor `Disk full`: what stands in front changes with the state. */
function withoutPrefixes(title: string): string {
  let rest = title.slice(0, 1_000);
  while (rest.startsWith('[')) {
    const end = rest.indexOf(']');
    if (end < 0) break;
    rest = rest.slice(end + 1).trimStart();
  }
  return rest === '' ? title : rest;
}

/** The aggregation key is one monitor on one scope. The alert cycle's key is not used: it is new for every episode. */
function seriesOf(body: JsonRecord, monitor: string): string {
  const aggregation = rendered(body, ['aggreg_key', 'aggregation_key']);
  return aggregation === undefined
    ? fingerprintOf([rendered(body, MONITOR) ?? monitor, rendered(body, SCOPE)])
    : fingerprintOf([aggregation]);
}

/** `service:orders,env:prod`: of a tag that occurs twice, the first counts. */
function tagsOf(body: JsonRecord): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const tag of `${rendered(body, SCOPE) ?? ''},${rendered(body, ['tags']) ?? ''}`.split(',', 64)) {
    const colon = tag.indexOf(':');
    const key = tag.slice(0, colon).trim();
    if (colon > 0 && key !== '__proto__' && !Object.hasOwn(tags, key)) tags[key] = tag.slice(colon + 1).trim();
  }
  return tags;
}

/** Every tag may be the one that names the database. */
function resourcesOf(body: JsonRecord): Resource[] {
  const resources: Resource[] = [];
  for (const [key, value] of Object.entries(tagsOf(body))) addResource(resources, key, value);
  addResource(resources, 'host', rendered(body, ['hostname', 'host']));
  return resources;
}
