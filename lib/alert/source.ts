import type { Alert, ConditionClass } from './alert.ts';

/** One delivery as it came in, before anybody understood it. */
export interface Delivery {
  /** Media type without parameters, lower case; `''` when none came. */
  readonly contentType: string;
  /** Only the headers a source may need, names in lower case. Never credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's exact text. */
  readonly body: string;
  /** Epoch ms by the queue's (or the HTTP front's) clock, the same on every redelivery. */
  readonly receivedAtMs: number;
}

/** Settings of one source from the configuration: what the sender's own text leaves open. */
export interface SourceSettings {
  /** The source's name in the configuration, which its alerts carry; set by `understand`, default: the name of the source's kind. */
  readonly name?: string;
  /** Overrides the observer's name for quorum; default: the source's name. */
  readonly observer?: string;
  /** A label whose value names the observer, e.g. `prometheus` or `region`; falls back to `observer`. */
  readonly observerLabel?: string;
  /** IANA zone for senders whose times carry none (Zabbix, Uptime-Kuma, Azure log alerts). Absent: such a time is refused. */
  readonly zone?: string;
  /** Exact alert or event name → class; wins over the source's own table. */
  readonly classes?: Readonly<Record<string, ConditionClass>>;
  /** Maps ids named by alerts to ids of targets (a node id to its instance id). */
  readonly resourceAliases?: Readonly<Record<string, string>>;
  /** For `generic` sources: where to find what (JMESPath expressions). */
  readonly mapping?: Readonly<Record<string, string>>;
}

/** Why a part of a delivery did not become an alert. `path` names the field in the sender's own words. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly path: string;
  readonly detail: string;
}
export type RefusalCode =
  | 'not-json'
  | 'unknown-source'
  | 'ambiguous-source'
  | 'malformed'
  | 'bad-time'
  | 'zone-needed'
  | 'no-resource'
  | 'too-many-alerts'
  | 'too-large'
  /** The webhook was called without proof. */
  | 'not-authenticated';

/** Lawful but no statement about a database's health: confirmations, test buttons, configuration changes. */
export interface Ignored {
  readonly why: string;
}

export interface Parsed {
  readonly alerts: readonly Alert[];
  readonly refusals: readonly Refusal[];
  readonly ignored: readonly Ignored[];
}

/**
 * A monitoring system: one file. `recognises` is cheap and never throws; `parse` never throws either: what it cannot read it returns as
 * a refusal, alone, by path. Both take at most linear time in the body's size.
 */
export interface Source {
  readonly name: string;
  /** @param json the parsed body, or `undefined` when it is not JSON. */
  recognises(delivery: Delivery, json: unknown): boolean;
  parse(delivery: Delivery, json: unknown, settings: SourceSettings): Parsed;
}
