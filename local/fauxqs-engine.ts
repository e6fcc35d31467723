import { buildApp } from 'fauxqs';

/**
 * The inner parts of fauxqs 2.4.1 (in-process SQS): its package exports only a start function that listens on every interface, answers queue
 * URLs with names that may not resolve, and hides its store. Only what is used here is described.
 */
export interface FauxMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
  readonly approximateFirstReceiveTimestamp?: number;
}
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export interface FauxQueue {
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  messages: FauxMessage[];
  delayedMessages: FauxMessage[];
  readonly inflightMessages: Map<string, { message: FauxMessage; visibilityDeadline: number }>;
  persistence?: FauxPersistence;
  enqueue(message: FauxMessage): void;
  dequeue(...args: unknown[]): unknown[];
  changeVisibility(receiptHandle: string, seconds: number): void;
  setAttributes(attributes: Record<string, string>): void;
  processTimers(): void;
}
export interface FauxStore {
  persistence?: FauxPersistence;
  getQueueByName(name: string): FauxQueue | undefined;
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>): FauxQueue;
  allQueues(): Iterable<FauxQueue>;
  shutdown(): void;
}
export interface FauxPersistence {
  readonly db: { prepare(sql: string): { run(...values: unknown[]): unknown } };
  transaction(work: () => void): void;
  deleteMessage(messageId: string): void;
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(sqs: FauxStore, sns: unknown): void;
  close(): void;
}
interface StoreModule {
  readonly SqsStore: { new (): FauxStore; createMessage(body: string, attributes: FauxMessage['messageAttributes']): FauxMessage };
}

export interface FauxEngine {
  readonly app: ReturnType<typeof buildApp>;
  readonly store: FauxStore;
  readonly persistence: FauxPersistence | undefined;
  createMessage(body: string, attributes: FauxMessage['messageAttributes']): FauxMessage;
}

/** @param dataDir makes the queues durable (SQLite); absent: in memory. */
export async function startFauxEngine(dataDir: string | undefined): Promise<FauxEngine> {
  const { SqsStore } = await inner<StoreModule>('./sqs/sqsStore.js');
  const { SnsStore } = await inner<{ SnsStore: new () => unknown }>('./sns/snsStore.js');
  const { S3Store } = await inner<{ S3Store: new () => unknown }>('./s3/s3Store.js');
  await admitEveryPlane();
  const store = new SqsStore();
  const sns = new SnsStore();
  const persistence = dataDir === undefined ? undefined : await openPersistence(dataDir, store, sns);
  const stores = { sqsStore: store, snsStore: sns, s3Store: new S3Store() };
  const app = buildApp({ logger: false, defaultRegion: 'us-east-1', stores: stores as unknown as BuildStores });
  return { app, store, persistence, createMessage: (body, attributes) => SqsStore.createMessage(body, attributes) };
}
type BuildStores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** By URL, since the package's export map names no inner file. */
async function inner<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, import.meta.resolve('fauxqs')).href)) as Module;
}

/** State is loaded before the store writes through: fauxqs inserts with REPLACE, whose cascade would delete the queue's messages. */
async function openPersistence(dataDir: string, store: FauxStore, sns: unknown): Promise<FauxPersistence> {
  const { PersistenceManager } = await inner<{ PersistenceManager: new (dataDir: string) => FauxPersistence }>('./persistence.js');
  const persistence = new PersistenceManager(dataDir);
  persistence.loadSqsAndSns(store, sns);
  store.persistence = persistence;
  for (const queue of store.allQueues()) queue.persistence = persistence;
  mendReady(persistence);
  return persistence;
}

/** fauxqs writes NULL into its own NOT NULL receive count, so every ChangeMessageVisibility to 0 fails on a durable queue. */
function mendReady(persistence: FauxPersistence): void {
  const ready = persistence.db.prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?');
  persistence.updateMessageReady = (messageId) => void ready.run(messageId);
}

/** fauxqs tests bodies code unit by code unit and so refuses every character beyond U+FFFF, which SQS accepts (#x10000 to #x10FFFF). */
async function admitEveryPlane(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR } = await inner<{ INVALID_MESSAGE_BODY_CHAR: RegExp }>('./sqs/sqsTypes.js');
  const forbidden = /[^\x09\x0A\x0D\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
  INVALID_MESSAGE_BODY_CHAR.test = (text) => forbidden.test(text);
}
