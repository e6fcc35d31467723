import type { Notice } from './notice.ts';

export type DeliverOutcome =
  | { readonly kind: 'delivered' }
  /** Trying again can help. */
  | { readonly kind: 'again'; readonly why: string; readonly retryAfterMs?: number }
  /** Trying again cannot help: the notice goes to the dead-letter queue with the reason. */
  | { readonly kind: 'refused'; readonly why: string };

/** A way to reach people: one file. Never throws, never puts its URL or secret into an outcome. */
export interface Channel {
  readonly kind: string;
  deliver(notice: Notice, settings: ChannelSettings): Promise<DeliverOutcome>;
}

/** Settings of one configured channel. `url` and `secret` are secret references. */
export interface ChannelSettings {
  readonly id: string;
  readonly kind: string;
  readonly url?: string;
  readonly secret?: string;
  readonly options?: Readonly<Record<string, string>>;
}
