import type { Alert, ConditionClass, Resource, Severity } from './alert.ts';
import { MAX_ALERTS_PER_DELIVERY, MAX_LABEL_CHARS } from './alert.ts';
import { NO_DATA_SUFFIX } from './classify.ts';
import { boundFingerprint, fingerprintOf } from './fingerprint.ts';
import { ALIAS_KEY } from './resources.ts';
import type { Ignored, Parsed, Refusal, RefusalCode, SourceSettings } from './source.ts';
import type { Labels } from './text.ts';
import { oneLine } from './text.ts';

/** What a source read, before the rules that hold for every source are applied. */
export interface Draft {
  /** The source file's name: stands for the configured name where there is none. */
  readonly kind: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly class: ConditionClass;
  readonly severity: Severity;
  readonly status: Alert['status'];
  readonly startsAtMs: number;
  readonly observedAtMs: number;
  /** Made for this draft; ids by configured alias are added to it. */
  readonly resources: Resource[];
  readonly labels: Labels;
  readonly summary: string;
}

/** Applies what is the same for every source: names, observer, aliases, bounds, and that nothing ends before it begins. */
export function compose(draft: Draft, settings: SourceSettings): Alert {
  const source = settings.name ?? draft.kind;
  if (settings.resourceAliases) addAliases(draft.resources, settings.resourceAliases);
  return {
    source,
    observer: observerOf(draft.labels, settings) ?? source,
    fingerprint: boundFingerprint(draft.fingerprint),
    name: oneLine(draft.name, MAX_LABEL_CHARS),
    class: draft.class,
    severity: draft.severity,
    status: draft.status,
    startsAtMs: draft.startsAtMs,
    observedAtMs: Math.max(draft.startsAtMs, draft.observedAtMs),
    resources: draft.resources,
    labels: draft.labels,
    summary: oneLine(draft.summary),
  };
}

function observerOf(labels: Labels, settings: SourceSettings): string | undefined {
  const { observerLabel } = settings;
  const named = observerLabel !== undefined && Object.hasOwn(labels, observerLabel) ? labels[observerLabel] : undefined;
  return named ? named : settings.observer;
}

function addAliases(resources: Resource[], aliases: Readonly<Record<string, string>>): void {
  for (const { value } of resources.slice()) {
    const alias = Object.hasOwn(aliases, value) ? aliases[value] : undefined;
    if (alias !== undefined && !resources.some((known) => known.key === ALIAS_KEY && known.value === alias))
      resources.push({ key: ALIAS_KEY, value: alias });
  }
}

/** A `Parsed` while it is being filled. */
export interface Findings {
  readonly alerts: Alert[];
  readonly refusals: Refusal[];
  readonly ignored: Ignored[];
}
export const noFindings = (): Findings => ({ alerts: [], refusals: [], ignored: [] });

export const refusal = (code: RefusalCode, path: string, detail: string): Parsed => ({
  alerts: [],
  refusals: [{ code, path, detail }],
  ignored: [],
});
export const ignoring = (why: string): Parsed => ({ alerts: [], refusals: [], ignored: [{ why }] });
export const oneAlert = (alert: Alert): Parsed => ({ alerts: [alert], refusals: [], ignored: [] });

/** What a monitor says of its own series. `no-data`: that it sees nothing. */
export type State = Alert['status'] | 'no-data';

/**
 * The alerts that one statement about a series makes.
 *
 * A monitor that sees nothing has seen neither a death nor a recovery, but it no longer states the condition. So its series ends, which
 * withdraws evidence and proves no life, and is said aloud. Whoever wants the blindness itself to count gives it a class by the name
 * `<name> (no data)`: it then is a series of its own, beside the first.
 */
export function stated(draft: Omit<Draft, 'status'>, state: State, settings: SourceSettings): Parsed {
  const main = compose({ ...draft, status: state === 'firing' ? 'firing' : 'resolved' }, settings);
  const blindName = draft.name + NO_DATA_SUFFIX;
  const condition = settings.classes && Object.hasOwn(settings.classes, blindName) ? settings.classes[blindName] : undefined;
  if (condition === undefined) return state === 'no-data' ? { ...oneAlert(main), ignored: [{ why: NO_DATA }] } : oneAlert(main);
  const blind = { name: blindName, class: condition, fingerprint: fingerprintOf([draft.fingerprint, NO_DATA_SUFFIX]) };
  const status = state === 'no-data' ? 'firing' : 'resolved';
  return { ...oneAlert(main), alerts: [main, compose({ ...draft, ...blind, status }, settings)] };
}

/** Said beside the end of a series whose monitor lost sight. */
export const NO_DATA = 'no data: the monitor no longer sees the condition, which is neither a death nor a recovery';

/** What every subscription handshake gives: its address is never fetched by a machine. */
export const CONFIRMATION = 'subscription confirmation: an operator must confirm';

/** Somebody ended the subscription: from now on nothing comes this way. */
export const UNSUBSCRIBED = 'unsubscribe confirmation: this endpoint gets no more messages, an operator must look';

/** Reads a batch element by element, so that a bad one fails alone, and no more of them than one delivery may hold. */
export function parseEach(items: readonly unknown[], path: string, parseOne: (item: unknown, path: string) => Parsed): Parsed {
  if (items.length === 0) return ignoring('an empty batch');
  const findings = noFindings();
  const read = Math.min(items.length, MAX_ALERTS_PER_DELIVERY);
  for (let index = 0; index < read; index++) append(findings, parseOne(items[index], `${path}[${index}]`));
  if (items.length > read) {
    findings.refusals.push({
      code: 'too-many-alerts',
      path: `${path}[${read}]`,
      detail: `${items.length - read} alerts beyond the first ${read} were not read`,
    });
  }
  return findings;
}

export function append(findings: Findings, parsed: Parsed): void {
  for (const alert of parsed.alerts) findings.alerts.push(alert);
  for (const refused of parsed.refusals) findings.refusals.push(refused);
  for (const ignored of parsed.ignored) findings.ignored.push(ignored);
}

const TIME_FAULTS = {
  'bad-time': 'not a time of the documented format, or not of this century',
  'zone-needed': 'the time carries no zone, and the configuration names none for this source',
} as const;
export const timeRefusal = (fault: keyof typeof TIME_FAULTS, path: string): Parsed => refusal(fault, path, TIME_FAULTS[fault]);
