import type { Alert, Resource } from './alert.ts';
import type { ClassTable } from './classify.ts';
import { CLASS_LABEL, conditionOf, severityOf } from './classify.ts';
import { compose, oneAlert, parseEach, refusal, timeRefusal } from './compose.ts';
import { CONDITION_NAMES } from './conditions/rule-names.ts';
import { fingerprintOfLabels } from './fingerprint.ts';
import type { JsonRecord } from './read.ts';
import { asRecord } from './read.ts';
import { addIds } from './resources.ts';
import type { Parsed, SourceSettings } from './source.ts';
import type { Labels } from './text.ts';
import { boundLabels } from './text.ts';
import { isTime, parseIso } from './time.ts';

/** How a relative of Alertmanager differs from it. */
export interface Dialect {
  readonly kind: string;
  readonly table: ClassTable;
  /** The name as people know it, and whether the alert merely says that there was no data. */
  nameOf(labels: Labels): { readonly name: string; readonly isNoData: boolean } | undefined;
  severityWords(labels: Labels): readonly (string | undefined)[];
}

export const plainDialect = (kind: string): Dialect => ({
  kind,
  table: CONDITION_NAMES,
  nameOf: (labels) => (labels['alertname'] ? { name: labels['alertname'], isNoData: false } : undefined),
  severityWords: (labels) => [labels['severity'], labels['priority']],
});

/** Whether the body is a batch of alerts as Alertmanager and its relatives post them (alerts §1). */
export const hasAlertBatch = (body: JsonRecord): boolean =>
  Array.isArray(body['alerts']) && typeof body['status'] === 'string' && 'receiver' in body;

/**
 * The alerts of one notification. The state is each alert's own: the top-level `status` is `firing` as soon as one is. The body says
 * when an alert began and not when it was sent, so a firing alert's statement is as old as its start, however often it is repeated.
 */
export function parseAlertBatch(body: JsonRecord, settings: SourceSettings, dialect: Dialect): Parsed {
  const { alerts } = body;
  if (!Array.isArray(alerts)) return refusal('malformed', 'alerts', 'alerts is not a list');
  const parsed = parseEach(alerts, 'alerts', (item, path) => parseElement(item, path, settings, dialect));
  const cutOff = body['truncatedAlerts'];
  if (typeof cutOff !== 'number' || cutOff <= 0) return parsed;
  return {
    ...parsed,
    ignored: [...parsed.ignored, { why: `the sender cut off ${cutOff} alerts (truncatedAlerts): raise its max_alerts` }],
  };
}

function parseElement(item: unknown, path: string, settings: SourceSettings, dialect: Dialect): Parsed {
  const element = asRecord(item);
  if (!element) return refusal('malformed', path, 'not an object');
  const { status } = element;
  if (status !== 'firing' && status !== 'resolved') return refusal('malformed', `${path}.status`, 'neither firing nor resolved');
  const labels = boundLabels(element['labels'], ['alertname', 'rulename', 'severity', CLASS_LABEL, settings.observerLabel]);
  const called = dialect.nameOf(labels);
  if (!called) return refusal('malformed', `${path}.labels.alertname`, 'missing');
  const startsAtMs = parseIso(element['startsAt']);
  if (!isTime(startsAtMs)) return timeRefusal(startsAtMs, `${path}.startsAt`);
  const observedAtMs = status === 'resolved' ? endOf(element['endsAt'], startsAtMs) : startsAtMs;
  return oneAlert(composeElement({ element, labels, status, startsAtMs, observedAtMs, ...called }, settings, dialect));
}

/** A resolved alert without a usable end (none, Go's zero time, no time at all) ended no later than it began: it withdraws its own firing and nothing younger. */
function endOf(endsAt: unknown, startsAtMs: number): number {
  const endsAtMs = parseIso(endsAt);
  return isTime(endsAtMs) ? endsAtMs : startsAtMs;
}

interface Element {
  readonly element: JsonRecord;
  readonly labels: Labels;
  readonly name: string;
  readonly isNoData: boolean;
  readonly status: Alert['status'];
  readonly startsAtMs: number;
  readonly observedAtMs: number;
}

function composeElement(read: Element, settings: SourceSettings, dialect: Dialect): Alert {
  const { element, labels, status, startsAtMs, observedAtMs } = read;
  const condition = conditionOf({ name: read.name, isNoData: read.isNoData, stated: labels[CLASS_LABEL] }, settings, dialect.table);
  const resources: Resource[] = [];
  addIds(resources, element['labels']);
  return compose(
    {
      kind: dialect.kind,
      fingerprint: fingerprintIn(element, labels),
      ...condition,
      severity: severityOf(...dialect.severityWords(labels)),
      status,
      startsAtMs,
      observedAtMs,
      resources,
      labels,
      summary: summaryOf(element['annotations']) ?? condition.name,
    },
    settings,
  );
}

const fingerprintIn = (element: JsonRecord, labels: Labels): string =>
  typeof element['fingerprint'] === 'string' && element['fingerprint'] !== '' ? element['fingerprint'] : fingerprintOfLabels(labels);

function summaryOf(annotations: unknown): string | undefined {
  const notes = asRecord(annotations);
  const text = notes?.['summary'] ?? notes?.['title'] ?? notes?.['description'] ?? notes?.['message'];
  return typeof text === 'string' ? text : undefined;
}
