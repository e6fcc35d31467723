import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCompiledConfig } from '../config/compiled.ts';
import type { Config } from '../config/config.ts';
import type { QueueName } from '../ports.ts';
import type { Timing } from '../timing.ts';
import type { Hurry } from './hurry.ts';
import type { QueueUrls } from './sqs-queue.ts';

/** The environment that `serverless.yml` gives to every function, read once at cold start. */
export interface Environment {
  readonly tableName: string;
  readonly queues: QueueUrls;
  readonly config: Config;
  /** Only the embedded cloud changes the time limits. */
  readonly timing: Partial<Timing>;
  /** Only in the embedded cloud. */
  readonly hurry?: Hurry;
}
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws {EnvironmentError} naming every variable that is missing. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const missing: string[] = [];
  const read = (name: string): string => {
    const value = variables[name];
    if (value === undefined || value === '') missing.push(name);
    return value ?? '';
  };
  const url = (queue: QueueName, dead: string): string =>
    read(`UNDERSTUDY_${queue.toUpperCase()}${dead}_QUEUE_URL`.replace('_DLQ_QUEUE_URL', '_DLQ_URL'));
  const urls = (dead: string): Record<QueueName, string> => ({
    alerts: url('alerts', dead),
    failovers: url('failovers', dead),
    polls: url('polls', dead),
    notices: url('notices', dead),
  });
  const tableName = read('UNDERSTUDY_TABLE');
  const queues = { live: urls(''), dead: urls('_DLQ') };
  if (missing.length > 0) throw new EnvironmentError(`missing in the environment: ${missing.join(', ')}`);
  const compiled: unknown = JSON.parse(readFileSync(join(variables['LAMBDA_TASK_ROOT'] ?? '.', 'understudy.json'), 'utf8'));
  return { tableName, queues, config: readCompiledConfig(compiled), timing: timingIn(compiled), ...hurryIn(compiled, variables) };
}

function timingIn(compiled: unknown): Partial<Timing> {
  const timing = typeof compiled === 'object' && compiled !== null && 'timing' in compiled ? compiled.timing : undefined;
  return typeof timing === 'object' && timing !== null ? timing : {};
}

/** @throws {EnvironmentError} where the queue is not on this machine: against a real cloud time is what it is. */
function hurryIn(compiled: unknown, variables: Variables): { hurry?: Hurry } {
  const hurry =
    typeof compiled === 'object' && compiled !== null && 'hurry' in compiled ? (compiled.hurry as Hurry | undefined) : undefined;
  if (hurry === undefined) return {};
  const queue = variables['AWS_ENDPOINT_URL_SQS'] ?? '';
  if (!queue.startsWith('http://127.0.0.1:')) throw new EnvironmentError('time may run faster only in the embedded cloud');
  return { hurry };
}
