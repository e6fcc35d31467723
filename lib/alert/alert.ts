/** What a monitoring system said, normalised (design §2). Made by a source, never changed afterwards. */
export interface Alert {
  /** Name of the source that understood it: `alertmanager`, `cloudwatch`, … */
  readonly source: string;
  /** Who saw the condition. Quorum counts distinct observers, so one monitoring system is one observer unless configured otherwise. */
  readonly observer: string;
  /** Stable over every delivery and episode of one series. Unique within a source. */
  readonly fingerprint: string;
  readonly name: string;
  readonly class: ConditionClass;
  readonly severity: Severity;
  readonly status: 'firing' | 'resolved';
  /** Epoch ms, the sender's clock: when the episode began. For a reminder without a start: when it was stated. */
  readonly startsAtMs: number;
  /** Epoch ms, the sender's clock: when this statement was true. For `resolved`: when it ended (never before `startsAtMs`). */
  readonly observedAtMs: number;
  /** What the alert is about: every id it names. The target is found by exact match against the configuration. */
  readonly resources: readonly Resource[];
  /** At most {@link MAX_LABELS}, each at most {@link MAX_LABEL_CHARS} characters. */
  readonly labels: Readonly<Record<string, string>>;
  /** One line for people, at most {@link MAX_SUMMARY_CHARS} characters, control characters removed. */
  readonly summary: string;
}

/** `overload` and `capacity` never count as death (rule 4); `other` only by explicit configuration of its class. */
export const CONDITION_CLASSES = ['unreachable', 'down', 'replication', 'overload', 'capacity', 'other'] as const;
export type ConditionClass = (typeof CONDITION_CLASSES)[number];
/** The classes that can ever meet a criterion. */
export const DEATH_CLASSES: readonly ConditionClass[] = ['unreachable', 'down', 'replication'];

export const SEVERITIES = ['critical', 'error', 'warning', 'info', 'unknown'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** An id with the name of the field that carried it, e.g. `{ key: 'gaussdbv5_instance_id', value: '…in14' }`. */
export interface Resource {
  readonly key: string;
  readonly value: string;
}

export const MAX_LABELS = 32;
export const MAX_LABEL_CHARS = 256;
export const MAX_SUMMARY_CHARS = 300;
export const MAX_ALERTS_PER_DELIVERY = 2_000;
