import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { signedForAws, type AwsCredentials } from '../lib/platform/aws-signature.ts';
import { createHttp } from '../lib/platform/https.ts';
import { NoAnswerError, NotSentError, type HttpResponse } from '../lib/ports.ts';
import { CLOUD_OPTION, findCloud } from './cloud.ts';
import { UnreachableError, UsageError, type Args, type Context } from './command.ts';

/** Where the functions are: in the embedded cloud, or deployed under a stage. */
export const PLACE_OPTIONS = {
  stage: { type: 'string', value: 'NAME', help: 'the deployed stage to talk to (default: the embedded cloud); AWS credentials as usual' },
  region: { type: 'string', value: 'NAME', help: 'with --stage: its region (default: the one of serverless.yml)' },
  ...CLOUD_OPTION,
} as const;

export type FunctionKey = 'operator' | 'drill';
/**
 * Runs a function and gives what it answered.
 *
 * @throws {UnreachableError} when it cannot be called. @throws {FunctionFailedError} when it failed. @throws {LostAnswerError} when it may have run, and nobody heard of it.
 */
export type Invoke = (key: FunctionKey, payload: unknown) => Promise<unknown>;

/** It may have been carried out. Whoever repeats it must be able to say that it is the same. */
export class LostAnswerError extends UnreachableError {}
/** The function ran and threw. */
export class FunctionFailedError extends Error {
  override readonly name = 'FunctionFailedError';
  readonly type: string;

  constructor(message: string, type: string) {
    super(message);
    this.type = type;
  }
}

/** Longer than each function's own time-out, so that its answer is heard. */
const TIMEOUT_MS: Readonly<Record<FunctionKey, number>> = { operator: 35_000, drill: 130_000 };
/** Lambda's limit of an answer is 6 MB. */
const ANSWER_BYTES_MAX = 8_000_000;

interface Place {
  /** In words, for errors. */
  readonly where: string;
  urlOf(key: FunctionKey): string;
  headersFor(url: string, body: string): Promise<Readonly<Record<string, string>>>;
}

export async function functionsOf(context: Context, args: Args): Promise<Invoke> {
  const place = await placeOf(context, args);
  const http = createHttp({ maxResponseBytes: ANSWER_BYTES_MAX });
  return async (key, payload) => {
    const body = JSON.stringify(payload);
    const url = place.urlOf(key);
    const headers = await place.headersFor(url, body);
    try {
      return answerIn(await http.request({ method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS[key] }), key, place);
    } catch (error) {
      if (error instanceof NotSentError)
        throw new UnreachableError(`${place.where} cannot be reached (${error.message}).`, { cause: error });
      if (error instanceof NoAnswerError)
        throw new LostAnswerError(`The answer of ${place.where} was lost (${error.message}): it may have been done.`, { cause: error });
      throw error;
    }
  };
}

async function placeOf(context: Context, args: Args): Promise<Place> {
  const stage = args.text('stage');
  if (stage !== undefined) return deployed(context, stage, args.text('region'));
  if (args.text('region') !== undefined) throw new UsageError('--region goes with --stage.');
  const cloud = await findCloud(context, args.text('cloud'));
  return {
    where: 'the embedded cloud',
    urlOf: (key) => invocationUrl(cloud.lambdaEndpoint, cloud.functions[key] ?? key),
    headersFor: async () => await Promise.resolve({ 'content-type': 'application/json' }),
  };
}

function invocationUrl(endpoint: string, functionName: string): string {
  return `${endpoint.replace(/\/$/, '')}/2015-03-31/functions/${functionName}/invocations`;
}

/** What a name of a stage may hold: it becomes a part of an address. */
const NAME = /^[A-Za-z][A-Za-z0-9-]{0,62}$/;

function deployed(context: Context, stage: string, given: string | undefined): Place {
  const { service, region: usual } = namesIn(context.root);
  const region = given ?? usual;
  for (const [option, value] of [['--stage', stage] as const, ['--region', region] as const]) {
    if (!NAME.test(value)) throw new UsageError(`${option} is no name: letters, digits and hyphens.`);
  }
  const endpoint = context.environment['AWS_ENDPOINT_URL_LAMBDA'] ?? publicEndpoint(region);
  return {
    where: `the stage ${stage} in ${region}`,
    urlOf: (key) => invocationUrl(endpoint, `${service}-${stage}-${key}`),
    headersFor: async (url, body) => {
      const signing = { credentials: await credentialsFor(region), region, service: 'lambda', nowMs: context.nowMs() };
      return signedForAws({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body }, signing);
    },
  };
}

function publicEndpoint(region: string): string {
  return `https://lambda.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** As the framework names functions: service, stage, key. The region is the default that serverless.yml gives to its `--region`. */
function namesIn(root: string): { service: string; region: string } {
  const file = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { logLevel: 'error' }) as {
    service: string;
    provider: { region: string };
  };
  const { region } = file.provider;
  return { service: file.service, region: /^\$\{opt:region, '([\w-]+)'\}$/.exec(region)?.[1] ?? region };
}

/**
 * Environment, profiles, single sign-on, roles: whatever AWS's own tools would take. The chain comes with the clients that the functions
 * use anyway, and is loaded only when a deployed stage is asked for.
 */
async function credentialsFor(region: string): Promise<AwsCredentials> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient({ region });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  } catch (error) {
    throw new UnreachableError('There are no AWS credentials: set AWS_PROFILE, or log in first.', { cause: error });
  } finally {
    client.destroy();
  }
}

const STATUS_ADVICE: Readonly<Record<number, string>> = {
  403: 'you may not invoke it (lambda:InvokeFunction)',
  404: 'there is no such function: is the stage deployed, and the region right?',
  429: 'it is throttled; try again',
};

function answerIn(response: HttpResponse, key: FunctionKey, { where }: Place): unknown {
  const { status, headers, body } = response;
  if (status !== 200) {
    const advice = STATUS_ADVICE[status] ?? `HTTP ${String(status)}`;
    throw new UnreachableError(`The function ${key} of ${where} did not answer: ${advice}.`);
  }
  const answer = jsonOf(body);
  if (headers['x-amz-function-error'] === undefined) return answer;
  const { errorType = '', errorMessage = 'no reason told' } = (answer ?? {}) as { errorType?: string; errorMessage?: string };
  throw new FunctionFailedError(`The function ${key} failed: ${errorMessage}`, errorType);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new UnreachableError('What answered is no function: its answer is not JSON.');
  }
}
