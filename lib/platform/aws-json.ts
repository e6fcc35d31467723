import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Http, HttpResponse } from '../ports.ts';
import { signedForAws, type AwsCredentials } from './aws-signature.ts';

export type AwsService = 'ssm' | 'secretsmanager';

/** One operation of AWS's JSON protocol, e.g. `AmazonSSM.GetParameter`. Only for reads: it is sent again when the answer is lost. */
export interface AwsCall {
  readonly service: AwsService;
  readonly target: string;
  readonly input: Readonly<Record<string, unknown>>;
}
/** @throws {AwsCallError} with AWS's code, never with anything that was sent or answered. */
export type AwsJson = (call: AwsCall) => Promise<unknown>;

export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The variables that redirect one service, as AWS's own clients read them. */
const ENDPOINT_VARIABLES: Readonly<Record<AwsService, string>> = {
  ssm: 'AWS_ENDPOINT_URL_SSM',
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
};
const TIMEOUT_MS = 3000;
const PAUSES_MS = [100, 300];
const AGAIN = /^(?:Throttling|ThrottlingException|RequestLimitExceeded|InternalServerError|InternalServiceError|ServiceUnavailable)$/;

/**
 * Two operations are all that is needed of two services: with their own clients a bundle would be 150 KiB larger, and each cold start
 * slower by as much.
 */
export function createAwsJson({ http, clock, variables = process.env }: { http: Http; clock: Clock; variables?: Variables }): AwsJson {
  return async (call) => {
    for (const pauseMs of PAUSES_MS) {
      const answer = await attempt({ http, clock, variables }, call).catch(() => undefined);
      if (answer !== undefined && !isTransient(answer)) return resultOf(answer);
      await pause(pauseMs);
    }
    return resultOf(await attempt({ http, clock, variables }, call));
  };
}

function attempt(
  { http, clock, variables }: { http: Http; clock: Clock; variables: Variables },
  { service, target, input }: AwsCall,
): Promise<HttpResponse> {
  const region = demanded(variables, 'AWS_REGION');
  const url = `${(variables[ENDPOINT_VARIABLES[service]] ?? variables['AWS_ENDPOINT_URL'] ?? publicEndpoint(service, region)).replace(/\/$/, '')}/`;
  const body = JSON.stringify(input);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const signing = { credentials: credentialsIn(variables), region, service, nowMs: clock.nowMs() };
  return http.request({
    method: 'POST',
    url,
    headers: signedForAws({ method: 'POST', url, headers, body }, signing),
    body,
    timeoutMs: TIMEOUT_MS,
  });
}

function publicEndpoint(service: AwsService, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function credentialsIn(variables: Variables): AwsCredentials {
  const sessionToken = variables['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: demanded(variables, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: demanded(variables, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && sessionToken !== '' && { sessionToken }),
  };
}

function demanded(variables: Variables, name: string): string {
  const value = variables[name];
  if (value === undefined || value === '') throw new AwsCallError(`${name} is missing in the environment`);
  return value;
}

function isTransient(response: HttpResponse): boolean {
  return response.status >= 500 || response.status === 429 || AGAIN.test(codeOf(response));
}

function resultOf(response: HttpResponse): unknown {
  if (response.status !== 200) throw new AwsCallError(codeOf(response));
  return jsonOf(response.body);
}

/** `com.amazonaws.ssm#ParameterNotFound` → `ParameterNotFound`. */
function codeOf({ status, body }: HttpResponse): string {
  if (status === 200) return '';
  const parsed = jsonOf(body);
  const type = typeof parsed === 'object' && parsed !== null && '__type' in parsed ? String(parsed.__type) : '';
  return /^[A-Za-z]{1,80}/.exec(type.slice(type.lastIndexOf('#') + 1))?.[0] ?? `HTTP ${String(status)}`;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
