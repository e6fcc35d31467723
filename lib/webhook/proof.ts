import type { SourceAuth } from '../config/config.ts';
import type { Secrets } from '../ports.ts';
import type { SnsCertificates } from './sns-certificates.ts';
import type { WebhookRequest } from './request.ts';

/** What a way of authentication has to judge by. */
export interface Proof {
  readonly request: WebhookRequest;
  readonly secrets: Secrets;
  readonly nowMs: number;
  /** Without it nothing signed by SNS is authentic. */
  readonly certificates?: SnsCertificates;
}

export type Way<Kind extends SourceAuth['kind']> = Extract<SourceAuth, { kind: Kind }>;

/** What is proven. `undefined` instead: nothing. */
export interface Proven {
  /** Names this one delivery among all of its sender's; the same on each retry. Absent: a repetition cannot be told from a reminder. */
  readonly replay?: { readonly id: string; readonly keptMs: number };
  /** What the signature covers, where that is not the whole body. */
  readonly body?: Buffer;
  /** The headers of the request are the sender's too: a secret vouches for the whole request, a signature only for what is signed. */
  readonly headers: boolean;
  /** The topic service asks to confirm, or tells the end of, a subscription. */
  readonly subscription?: Subscription;
}

export interface Subscription {
  readonly kind: 'confirm' | 'ended';
  readonly topic: string;
  /** How a person confirms, as lines; no address that was not checked. */
  readonly steps: readonly string[];
  readonly id: string;
}
