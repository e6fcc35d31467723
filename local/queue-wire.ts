import type { FauxEngine } from './fauxqs-engine.ts';
import { asError, callerOf, operationOf } from './wire-call.ts';
import type { OnCall, OnFault } from './wire-call.ts';

/** SQS refuses delays beyond 15 minutes; fauxqs does not look. */
const DELAY_SECONDS_MAX = 900;

interface Watchers {
  readonly onCall: OnCall;
  readonly onFault: OnFault;
  /** StartMessageMoveTask, which fauxqs lacks. @throws {MoveRefusedError} */
  readonly moveMessages: (sourceArn: string, destinationArn?: string) => number;
}
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError';
}
type Body = Readonly<Record<string, unknown>>;
type ErrorHandler = Parameters<Parameters<FauxEngine['app']['setErrorHandler']>[0]>;
type FastifyRequest = ErrorHandler[1];
type FastifyReply = ErrorHandler[2];

/** Puts SQS's own checks and one missing operation in front of fauxqs, and reports calls and failures. Only SQS's JSON protocol passes. */
export function guardQueueWire(engine: FauxEngine, watchers: Watchers): void {
  const { app } = engine;
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST' || request.url !== '/') return reply.code(404).send('');
    return undefined;
  });
  app.addHook('preHandler', async (request, reply) => {
    const operation = operationOf(request.headers['x-amz-target']);
    const body = (request.body ?? {}) as Body;
    const denied = watchers.onCall(toCall(request, operation, body));
    if (denied !== undefined) return refuse(reply.code(403), 'AccessDenied', denied);
    if (operation === 'StartMessageMoveTask') return startMove(reply, body, watchers);
    const fault = delayFault(body);
    return fault === undefined ? undefined : refuse(reply, 'InvalidParameterValue', fault);
  });
  app.setErrorHandler((thrown, _request, reply) => {
    watchers.onFault({ where: 'queues', error: asError(thrown), atMs: Date.now() });
    return refuse(reply.code(500), 'InternalError', asError(thrown).message);
  });
}

function toCall(request: FastifyRequest, operation: string, body: Body): Parameters<OnCall>[0] {
  const url = body['QueueUrl'];
  const resource = typeof url === 'string' ? { resource: url.split('/').at(-1) ?? '' } : {};
  return { service: 'sqs', operation, caller: callerOf(request.headers.authorization), ...resource, atMs: Date.now() };
}

function delayFault(body: Body): string | undefined {
  const entries = Array.isArray(body['Entries']) ? (body['Entries'] as Body[]) : [];
  const bad = [body, ...entries].map((entry) => entry['DelaySeconds']).find((delay) => delay !== undefined && !isDelay(delay));
  return bad === undefined
    ? undefined
    : `Value ${JSON.stringify(bad)} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`;
}
function isDelay(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= DELAY_SECONDS_MAX;
}

async function startMove(reply: FastifyReply, body: Body, { moveMessages }: Watchers): Promise<FastifyReply> {
  const destination = body['DestinationArn'];
  try {
    moveMessages(String(body['SourceArn']), typeof destination === 'string' ? destination : undefined);
  } catch (error) {
    if (error instanceof MoveRefusedError) return refuse(reply, 'InvalidParameterValue', error.message);
    throw error;
  }
  const TaskHandle = Buffer.from(JSON.stringify({ taskId: crypto.randomUUID(), sourceArn: body['SourceArn'] })).toString('base64');
  return reply.type('application/x-amz-json-1.0').send({ TaskHandle });
}

function refuse(reply: FastifyReply, code: string, message: string): FastifyReply {
  const sender = reply.statusCode < 500;
  return reply
    .code(reply.statusCode === 200 ? 400 : reply.statusCode)
    .type('application/x-amz-json-1.0')
    .header('x-amzn-query-error', `${code};${sender ? 'Sender' : 'Receiver'}`)
    .send({ __type: `com.amazonaws.sqs#${code}`, message });
}
