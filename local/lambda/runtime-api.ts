import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLargeError, listenLocally, readBody } from '../http-server.ts';
import { failure, PAYLOAD_BYTES_MAX } from './outcome.ts';
import type { FailureKind, Outcome } from './outcome.ts';

export interface RuntimeInvocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
  /** The function has the event now: from here its time runs. */
  readonly onDelivered: () => void;
  readonly onOutcome: (outcome: Outcome) => void;
}
export interface RuntimeApi {
  /** `127.0.0.1:PORT`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  offer(invocation: RuntimeInvocation): void;
  stop(): Promise<void>;
}

const ROUTE = /^\/2018-06-01\/runtime\/(?:(invocation\/next)|(init\/error)|invocation\/([^/]+)\/(response|error))$/;

/** The Runtime API of one execution environment, which has one invocation at a time. */
export async function startRuntimeApi(onInitError: (outcome: Outcome) => void): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let offered: RuntimeInvocation | undefined;
  let running: RuntimeInvocation | undefined;

  function deliver(): void {
    if (waiting === undefined || offered === undefined) return;
    const response = waiting;
    running = offered;
    [waiting, offered] = [undefined, undefined];
    const { requestId, functionArn, payload, timeoutMs } = running;
    running.onDelivered();
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
    });
    response.end(payload);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, next, initError, requestId, verb] = ROUTE.exec(request.url ?? '') ?? [];
    if (request.method === 'GET' && next !== undefined) {
      waiting = response;
      return deliver();
    }
    const outcome = await outcomeOf(request, verb ?? 'error', initError === undefined ? howItFailed(request) : 'init');
    if (initError !== undefined) onInitError(outcome);
    else if (running !== undefined && running.requestId === requestId) {
      const { onOutcome } = running;
      running = undefined;
      onOutcome(outcome);
    } else return reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    return reply(response, 202, { status: 'OK' });
  }

  // The process that calls may be killed at any moment: a broken request is its end, which its exit reports.
  const server = await listenLocally((request, response) => void handle(request, response).catch(() => response.destroy()), {
    requestTimeout: 0,
    keepAliveTimeout: 0,
  });
  return {
    address: server.endpoint.slice('http://'.length),
    offer: (invocation) => {
      offered = invocation;
      deliver();
    },
    stop: server.stop,
  };
}

/** The runtime's own error types announce that the process ends. */
function howItFailed({ headers }: IncomingMessage): FailureKind {
  return String(headers['lambda-runtime-function-error-type'] ?? '').startsWith('Runtime.') ? 'crash' : 'handler';
}

async function outcomeOf(request: IncomingMessage, verb: string, how: FailureKind): Promise<Outcome> {
  try {
    const payload = (await readBody(request, PAYLOAD_BYTES_MAX)).toString();
    return verb === 'response' ? { kind: 'ok', payload } : { kind: 'error', how, payload };
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    return failure(
      'too-large',
      'Function.ResponseSizeTooLarge',
      `Response payload size exceeded maximum allowed payload size (${String(PAYLOAD_BYTES_MAX)} bytes).`,
    );
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
