/** A message for people. Its key is deterministic: writing it twice is writing it once (design §6). */
export interface Notice {
  /** Unique for what is told, e.g. `fo-…/succeeded`. Together with the channel it is delivered once. */
  readonly key: string;
  readonly targetId: string;
  readonly failoverId?: string;
  readonly kind: NoticeKind;
  readonly urgency: 'page' | 'tell';
  /** One line. */
  readonly title: string;
  /** Facts in order, for people. */
  readonly facts: readonly NoticeFact[];
  /** What a person should do now, if anything. */
  readonly steps: readonly string[];
  readonly atMs: number;
}
export interface NoticeFact {
  readonly name: string;
  readonly value: string;
}
export type NoticeKind =
  | 'held'
  | 'shadow'
  | 'approval-needed'
  | 'requested'
  | 'started'
  | 'progress'
  | 'succeeded'
  | 'failed'
  | 'refused'
  | 'cancelled'
  | 'stuck'
  | 'unknown'
  | 'brake-tripped'
  | 'brake-released'
  | 'acknowledged'
  | 'readiness-lost'
  | 'readiness-back'
  | 'pause'
  | 'drill-report'
  | 'alert-refused';

/** What travels on the notices queue: one notice for one channel. */
export interface NoticeMessage {
  readonly understudy: 'notice';
  readonly channelId: string;
  readonly notice: Notice;
  /** How often the channel has named a later time; absent: never. */
  readonly putOff?: number;
}
