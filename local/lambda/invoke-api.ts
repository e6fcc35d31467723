import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLargeError, listenLocally, readBody } from '../http-server.ts';
import type { LocalServer } from '../http-server.ts';
import { PAYLOAD_BYTES_MAX } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** @param name key, name or ARN of a function. Nothing for an unknown one. */
export type Invoker = (name: string, payload: string) => Promise<Outcome> | undefined;

const ROUTE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda's Invoke, on 127.0.0.1: what the command line calls, here as deployed. */
export function startInvokeApi(invoke: Invoker): Promise<LocalServer> {
  return listenLocally((request, response) => void handle(request, response, invoke).catch(() => response.destroy()));
}

async function handle(request: IncomingMessage, response: ServerResponse, invoke: Invoker): Promise<void> {
  const name = decodeURIComponent(ROUTE.exec(request.url?.split('?')[0] ?? '')?.[1] ?? '');
  const body = await readBody(request, PAYLOAD_BYTES_MAX).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  });
  if (body === undefined) return send(response, 413, JSON.stringify({ message: 'Request Entity Too Large' }));
  const running = request.method === 'POST' ? invoke(name, body.length === 0 ? '{}' : body.toString()) : undefined;
  if (running === undefined) return send(response, 404, JSON.stringify({ Message: `Function not found: ${name}` }));
  if (request.headers['x-amz-invocation-type'] === 'Event') return send(response, 202, '');
  return sendOutcome(response, await running);
}

function sendOutcome(response: ServerResponse, outcome: Outcome): void {
  if (outcome.kind === 'ok') return send(response, 200, outcome.payload);
  if (outcome.how === 'throttled') return send(response, 429, outcome.payload);
  response.setHeader('x-amz-function-error', 'Unhandled');
  return send(response, 200, outcome.payload);
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' });
  response.end(body);
}
