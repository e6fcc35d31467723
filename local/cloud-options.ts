import type { CloudEvent, LogEntry } from './cloud-events.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { QueueContent, QueuedMessage } from './queues.ts';
import type { Timers } from './scheduler.ts';

export interface CloudOptions {
  /** The folder of `serverless.yml` and `functions`. */
  readonly root: string;
  /** Makes queues, table and parameters durable; absent: in memory. Belongs to one cloud at a time. */
  readonly dataDir?: string;
  /** Of the webhook (or the first function with a URL); 0, the default, takes a free one. */
  readonly port?: number;
  readonly stage?: string;
  /** How long a client may take to send its request. */
  readonly bodyTimeoutMs?: number;
  /** The compiled configuration, written as `understudy.json` beside each bundle. */
  readonly configJson: unknown;
  /** Added to the environment of every function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Secrets by reference (`ssm:/path`, `secretsmanager:name`). */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Delivers every message of every queue a second time. */
  readonly duplicateEverything?: boolean;
  /** Shortens (or lengthens) every visibility time-out, for quick retries. Default 1: as deployed. */
  readonly visibilityScale?: number;
  /** Makes messages visible at once that a killed host's functions had taken. Default: they wait for their visibility time-out, as deployed. */
  readonly releaseInFlight?: boolean;
  /** Keys of the functions to run; absent: all. */
  readonly only?: readonly string[];
  /** Folder with bundles built before; absent: they are built now. */
  readonly functionsDir?: string;
  /** Where to announce the endpoints. Default: `cloud.json` in the data folder, and nowhere for a cloud in memory. */
  readonly discoveryFile?: string;
  /** Time for the schedules alone. */
  readonly timers?: Timers;
  readonly onLog?: (entry: LogEntry) => void;
  /** Absent: faults of the cloud itself go to standard error. */
  readonly onEvent?: (event: CloudEvent) => void;
}

export interface Cloud {
  readonly webhookUrl: string;
  /** Function URLs by key. */
  readonly urls: Readonly<Record<string, string>>;
  readonly sqsEndpoint: string;
  readonly dynamodbEndpoint: string;
  /** Also of Secrets Manager. */
  readonly ssmEndpoint: string;
  /** Lambda's Invoke. */
  readonly lambdaEndpoint: string;
  readonly tableName: string;
  readonly region: string;
  readonly schedules: readonly string[];
  /** @param name queue name, logical id, or the short word (`alerts`). */
  queueUrl(name: string): string;
  environmentOf(functionKey: string): Readonly<Record<string, string>>;
  /** @param payload any JSON value. Never rejects for a failure of the function. */
  invoke(functionKey: string, payload: unknown): Promise<Outcome>;
  runSchedule(name: string): Promise<Outcome>;
  /** Kills the processes of one function, or of all. @returns how many. */
  killEnvironments(functionKey?: string): Promise<number>;
  /** Process ids of the living environments. */
  processIds(functionKey?: string): readonly number[];
  peek(queue: string): QueueContent;
  deadLetters(queue: string): readonly QueuedMessage[];
  redrive(queue: string): number;
  /** @returns the message's id. */
  send(queue: string, body: string): string;
  putParameter(reference: string, value: string): Promise<void>;
  /** Lets running invocations end for a moment, then kills them; leaves nothing behind but the data folder. */
  stop(): Promise<void>;
}
