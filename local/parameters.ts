import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenLocally, readBody } from './http-server.ts';
import { ParameterStore } from './parameter-store.ts';
import { asError, callerOf } from './wire-call.ts';
import type { OnCall, OnFault } from './wire-call.ts';

export interface ParametersOptions {
  /** Makes the values durable. */
  readonly file?: string;
  readonly port?: number;
  /** By reference: `ssm:/path` or `secretsmanager:name`; a bare `/path` is a parameter. */
  readonly values?: Readonly<Record<string, string>>;
  readonly region: string;
  readonly account: string;
  readonly onCall?: OnCall;
  readonly onFault?: OnFault;
}
export interface Parameters {
  /** Serves both `AWS_ENDPOINT_URL_SSM` and `AWS_ENDPOINT_URL_SECRETS_MANAGER`. */
  readonly endpoint: string;
  /** Adds a version, which becomes the newest. */
  put(reference: string, value: string): Promise<void>;
  stop(): Promise<void>;
}
class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

type Input = Readonly<Record<string, unknown>>;
type Operation = (input: Input, place: Place) => unknown;
interface Place {
  readonly store: ParameterStore;
  readonly region: string;
  readonly account: string;
}

/** Starts the parts of Systems Manager and Secrets Manager that hold secrets, on 127.0.0.1. */
export async function startParameters(options: ParametersOptions): Promise<Parameters> {
  const { file, values = {}, port = 0 } = options;
  const store = await ParameterStore.open(file);
  for (const [reference, value] of Object.entries(values)) await store.put(withService(reference), value);
  const server = await listenLocally((request, response) => void answer(request, response, { ...options, store }), { port });
  return {
    endpoint: server.endpoint,
    put: async (reference, value) => {
      await store.put(withService(reference), value);
    },
    stop: server.stop,
  };
}

function withService(reference: string): string {
  return reference.startsWith('/') ? `ssm:${reference}` : reference;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'AmazonSSM.GetParameter': (input, place) => ({ Parameter: parameter(String(input['Name']), place) }),
  'AmazonSSM.GetParameters': (input, place) => getParameters(input['Names'] as readonly string[], place),
  'AmazonSSM.PutParameter': async (input, { store }) => putParameter(input, store),
  'secretsmanager.GetSecretValue': (input, place) => secretValue(input, place),
};

async function answer(request: IncomingMessage, response: ServerResponse, place: Place & ParametersOptions): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const [service, operation = ''] = target.split('.');
  try {
    const input = JSON.parse((await readBody(request)).toString()) as Input;
    const caller = callerOf(request.headers.authorization);
    const resource = [input['Name'], input['SecretId']].find((name) => typeof name === 'string') ?? '';
    const denied = place.onCall?.({
      service: service === 'AmazonSSM' ? 'ssm' : 'secretsmanager',
      operation,
      caller,
      resource,
      atMs: Date.now(),
    });
    if (denied !== undefined) throw new RefusedError('AccessDeniedException', denied);
    const run = OPERATIONS[target];
    if (run === undefined) throw new RefusedError('UnknownOperationException', target);
    send(response, 200, await run(input, place));
  } catch (error) {
    sendError(response, error, place.onFault);
  }
}

function sendError(response: ServerResponse, error: unknown, onFault: OnFault | undefined): void {
  if (error instanceof RefusedError) return send(response, 400, { __type: error.type, message: error.message });
  if (error instanceof SyntaxError) return send(response, 400, { __type: 'SerializationException' });
  onFault?.({ where: 'parameters', error: asError(error), atMs: Date.now() });
  return send(response, 500, { __type: 'InternalServerError', message: asError(error).message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

/** `/path` is the newest version, `/path:3` the third. */
function parameter(name: string, { store, region, account }: Place): unknown {
  const [path = '', selector] = name.split(':');
  const versions = store.versions(`ssm:${path}`);
  const version = selector === undefined ? versions.length : Number(selector);
  const value = versions[version - 1];
  if (value === undefined) throw new RefusedError(versions.length === 0 ? 'ParameterNotFound' : 'ParameterVersionNotFound', '');
  return {
    Name: path,
    Type: 'SecureString',
    Value: value,
    Version: version,
    ...(selector === undefined ? {} : { Selector: `:${selector}` }),
    ARN: `arn:aws:ssm:${region}:${account}:parameter${path}`,
    DataType: 'text',
  };
}

function getParameters(names: readonly string[], place: Place): unknown {
  const isKnown = (name: string): boolean => place.store.versions(`ssm:${name.split(':')[0] ?? ''}`).length > 0;
  return {
    Parameters: names.filter(isKnown).map((name) => parameter(name, place)),
    InvalidParameters: names.filter((name) => !isKnown(name)),
  };
}

async function putParameter({ Name, Value, Overwrite }: Input, store: ParameterStore): Promise<unknown> {
  const reference = `ssm:${String(Name)}`;
  if (store.versions(reference).length > 0 && Overwrite !== true)
    throw new RefusedError('ParameterAlreadyExists', 'The parameter already exists.');
  return { Version: await store.put(reference, String(Value)), Tier: 'Standard' };
}

/** The newest version is AWSCURRENT, the one before AWSPREVIOUS. */
function secretValue({ SecretId, VersionStage = 'AWSCURRENT' }: Input, { store, region, account }: Place): unknown {
  const name = String(SecretId).replace(/^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:/, '');
  const versions = store.versions(`secretsmanager:${name}`);
  const value = versions.at(VersionStage === 'AWSPREVIOUS' ? -2 : -1);
  if (value === undefined || (VersionStage !== 'AWSCURRENT' && VersionStage !== 'AWSPREVIOUS')) {
    throw new RefusedError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${String(VersionStage)}`,
    );
  }
  const ARN = `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
  return { ARN, Name: name, VersionId: `version-${String(versions.length)}`, SecretString: value, VersionStages: [VersionStage] };
}
