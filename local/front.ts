import type { IncomingMessage, ServerResponse } from 'node:http';
import { toHttpAnswer, toHttpEvent } from './front-event.ts';
import type { HttpAnswer } from './front-event.ts';
import { BodyTooLargeError, listenLocally, readBody } from './http-server.ts';
import type { LocalServer } from './http-server.ts';
import { PAYLOAD_BYTES_MAX } from './lambda/outcome.ts';
import type { FailureKind, Outcome } from './lambda/outcome.ts';

export interface FrontOptions {
  readonly account: string;
  readonly port?: number;
  /** How long a client may take to send its request: slow ones hold a connection, never a function. */
  readonly bodyTimeoutMs?: number;
  /** The routes of an HTTP API (`POST /alerts/{source}`, `ANY /`, `$default`); a Function URL has the one route `$default`. */
  readonly routes: readonly Route[];
  readonly onRequest?: (report: RequestReport) => void;
}
export interface Route {
  readonly key: string;
  /** @param payload the event as JSON. */
  readonly invoke: (payload: string) => Promise<Outcome>;
}
export interface RequestReport {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

const BODY_TIMEOUT_MS = 30_000;
const HEADER_BYTES_MAX = 10_240;
/** What the client sees of each way to fail; never more, as the function's error may hold anything. */
const STATUS: Readonly<Record<FailureKind, number>> = {
  handler: 502,
  init: 502,
  timeout: 504,
  crash: 502,
  'too-large': 413,
  throttled: 429,
};

/** The HTTP side of functions: one server for a Function URL or an HTTP API, on 127.0.0.1. */
export async function startFront(options: FrontOptions): Promise<LocalServer> {
  const requestTimeout = options.bodyTimeoutMs ?? BODY_TIMEOUT_MS;
  const timeouts = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: Math.min(requestTimeout, 1000) };
  return listenLocally((request, response) => void serve(request, response, options), {
    port: options.port ?? 0,
    maxHeaderSize: HEADER_BYTES_MAX,
    ...timeouts,
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: FrontOptions): Promise<void> {
  const startedAtMs = performance.now();
  const answer = await answerTo(request, options);
  if (answer === undefined) return;
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) } as Record<string, string>);
  response.end(answer.body);
  const path = reportedPath(request.url);
  options.onRequest?.({ method: request.method ?? 'GET', path, status: answer.status, durationMs: performance.now() - startedAtMs });
}

/** What comes after the second part may be a secret: `/hooks/{source}/{secret}`. */
function reportedPath(url = '/'): string {
  const [, ...parts] = (url.split('?')[0] ?? '').split('/');
  return `/${parts.slice(0, 2).join('/')}${parts.length > 2 ? '/…' : ''}`;
}

/** Nothing for a client that went away or was too slow: Node.js has answered that one with 408. */
async function answerTo(request: IncomingMessage, options: FrontOptions): Promise<HttpAnswer | undefined> {
  try {
    const body = await readBody(request, PAYLOAD_BYTES_MAX);
    const route = options.routes.find(({ key }) => matches(key, request));
    if (route === undefined) return plain(404, 'Not Found');
    const place = { account: options.account, port: request.socket.localPort ?? 0, routeKey: route.key, nowMs: Date.now() };
    return toAnswer(await route.invoke(JSON.stringify(toHttpEvent(request, body, place))));
  } catch (error) {
    return error instanceof BodyTooLargeError ? plain(413, 'Request Entity Too Large') : undefined;
  }
}

function toAnswer(outcome: Outcome): HttpAnswer {
  if (outcome.kind === 'error') return plain(STATUS[outcome.how], outcome.how === 'throttled' ? 'Rate Exceeded.' : 'Internal Server Error');
  try {
    return toHttpAnswer(outcome.payload);
  } catch {
    return plain(502, 'Internal Server Error');
  }
}

function plain(status: number, message: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ Message: message })) };
}

/** `{name}` stands for one segment, `{name+}` for the rest. */
function matches(key: string, request: IncomingMessage): boolean {
  if (key === '$default' || key === '*') return true;
  const [method = 'ANY', path = '/'] = key.split(' ');
  if (!['ANY', '*', request.method].includes(method.toUpperCase())) return false;
  const segments = path
    .split('/')
    .map((segment) => (/^\{.+\+\}$/.test(segment) ? '.+' : /^\{.+\}$/.test(segment) ? '[^/]+' : RegExp.escape(segment)));
  return new RegExp(`^${segments.join('/')}/?$`).test(request.url?.split('?')[0] ?? '/');
}
