/**
 * The ports: all that the core knows of the outside world. Owned by the core, as small as works; the real adapters live in
 * `lib/platform`, the simulated ones in `test/simulate`. Only `lib/wire.ts` joins them.
 */

/** Wall-clock time. Steps read it once per decision and hand the number on, so that the core stays replayable. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
}

/** Chance, as an argument. */
export interface Entropy {
  /** A new identifier of 32 lower-case hex characters (128 random bits). */
  id(): string;
}

/** A value an attribute of an item can have. Documents are stored as JSON text by the store's files, not by the table. */
export type Attribute = string | number | boolean;
export type Item = Readonly<Record<string, Attribute>>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What must hold for a write to take place: the attribute has this value, or (with `undefined`) is not there at all. */
export type Expectation = Readonly<Record<string, Attribute | undefined>>;

/** `conflict`: the expectation did not hold and nothing was written. */
export type WriteResult = 'written' | 'conflict';

/**
 * One table, single-item writes only (design §6). The arbiter of everything: a write is atomic, and either applies wholly under its
 * expectation or not at all.
 *
 * @throws {StoreUnavailableError} when it is not known whether a write took place. The caller reads again before it concludes anything.
 */
export interface Table {
  /** A strongly consistent read. */
  get(key: Key): Promise<Item | undefined>;
  /** Sets and removes attributes of one item (made if absent) if `expected` holds. Attributes not named stay as they are. */
  update(key: Key, change: { set?: Item; remove?: readonly string[] }, expected: Expectation): Promise<WriteResult>;
  delete(key: Key, expected: Expectation): Promise<WriteResult>;
  /** Items of one partition in the order of `sk`, strongly consistent. */
  queryPartition(pk: string, options?: QueryOptions): Promise<QueryPage>;
  /** Items that carry the attribute `<index>Pk` = `pk`, in the order of `<index>Sk`. Eventually consistent: a hint, never an arbiter. */
  queryIndex(index: TableIndex, pk: string, options?: QueryOptions): Promise<QueryPage>;
}
/** `open`: what is not finished (sparse). `recent`: what happened last. */
export type TableIndex = 'open' | 'recent';
export interface QueryOptions {
  readonly limit?: number;
  readonly newestFirst?: boolean;
  readonly skPrefix?: string;
  readonly cursor?: string;
}
export interface QueryPage {
  readonly items: readonly Item[];
  /** Hand this back as `cursor` for the next page; absent on the last one. */
  readonly cursor?: string;
}

export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The queues of the flow. Each has a dead-letter queue of its own, which holds what could not be understood, with the reason. */
export type QueueName = 'alerts' | 'failovers' | 'polls' | 'notices';
export const MAX_DELAY_SECONDS = 900;

/** At least once, in any order: nothing may trust a queue for order or uniqueness (design §1). */
export interface Queue {
  /** @param options.delayMs waits at most 15 minutes (SQS limit); longer delays are cut, so the receiver compares with its own due time. */
  send(queue: QueueName, body: string, options?: { delayMs?: number }): Promise<void>;
  /** Puts a message that can never be processed on the queue's dead-letter queue, with the reason as an attribute. */
  deadLetter(queue: QueueName, body: string, reason: string): Promise<void>;
  /** A received message is visible again after this, and not only after its queue's visibility time-out. @param receipt of this receive. */
  comeAgain(queue: QueueName, receipt: string, afterMs: number): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
}
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * One request, sent at most once: no retry, no redirect, no proxy.
 *
 * @throws {NotSentError} nothing of the request can have reached the other side (name not resolved, connection refused, TLS failed).
 * @throws {NoAnswerError} the request may have been received and acted upon (time-out, reset, answer cut off).
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
}
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Secrets by reference (`ssm:/path`, `secretsmanager:name`, `env:NAME`). */
export interface Secrets {
  /** Every value valid now, newest first (two during a rotation), never empty. @throws {SecretUnavailableError} with the reference only. */
  values(reference: string): Promise<readonly [string, ...string[]]>;
}
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError';
}

/** Structured events: one JSON line each. A field must never hold a secret, a whole header set or a foreign body. */
export interface Log {
  event(name: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Whether the database's own endpoint answers: our own observer (rule 1). */
export interface Probe {
  connect(endpoint: { host: string; port: number; tls: boolean }, timeoutMs: number): Promise<ProbeResult>;
}
/** `unreached`: no connection could be made. `unsure`: our own side failed (no network, name service down). */
export type ProbeResult =
  | { readonly kind: 'alive'; readonly latencyMs: number }
  | { readonly kind: 'unreached'; readonly why: string }
  | { readonly kind: 'unsure'; readonly why: string };
