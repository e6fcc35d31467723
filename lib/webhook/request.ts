/** A request to `POST /hooks/{source}` or, for senders that can do nothing better, `POST /hooks/{source}/{secret}`. */
export interface WebhookRequest {
  readonly method: string;
  readonly source: string | undefined;
  readonly pathSecret: string | undefined;
  /** Names in lower case, without prototype. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes: signatures are over them. */
  readonly rawBody: Buffer;
  /** Of the sender, as the front saw it. */
  readonly address: string;
}
export interface WebhookAnswer {
  readonly status: number;
  /** For the sender once it has proved itself; a stranger gets one of a few constant texts. */
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}
