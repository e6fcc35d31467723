import * as nodeHttp from 'node:http';
import * as nodeHttps from 'node:https';
import type { Socket } from 'node:net';
import { NoAnswerError, NotSentError, type Http, type HttpRequest, type HttpResponse } from '../ports.ts';

export interface HttpOptions {
  /** A longer answer is cut and counts as none. */
  readonly maxResponseBytes?: number;
  /** An idle connection is closed after this, before a usual server or load balancer closes it under our next request. */
  readonly idleSocketMs?: number;
  /** Trusted roots in place of the system's (PEM); for tests and private endpoints. */
  readonly ca?: string;
}

const MAX_RESPONSE_BYTES = 1_048_576;
/** Node's own server default is 5 s; the shortest that peers are known to use. */
const IDLE_SOCKET_MS = 4000;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Errors of this module carry the host and an error code: never a path, a query, a header or a body. */
type Fail = (code: string) => void;

/**
 * The Http port on node:https. One request on the wire for one call: no retry, no redirect, no proxy from the environment. `https:` only,
 * except to this machine. The whole exchange ends within `timeoutMs`.
 *
 * The line between the two errors is the moment at which the connection stands (for TLS: the handshake is over), because Node writes
 * nothing of the request before it. A failure on a kept-alive connection always counts as "may have been sent".
 */
export function createHttp(options: HttpOptions = {}): Http {
  const agentOptions = { keepAlive: true, timeout: options.idleSocketMs ?? IDLE_SOCKET_MS };
  const plain = new nodeHttp.Agent(agentOptions);
  const secure = new nodeHttps.Agent(options.ca === undefined ? agentOptions : { ...agentOptions, ca: options.ca });
  const maxBytes = options.maxResponseBytes ?? MAX_RESPONSE_BYTES;
  return {
    request: async (request) =>
      await new Promise((resolve, reject) => {
        const url = allowedUrl(request);
        const outgoing = written(url, () =>
          url.protocol === 'https:'
            ? nodeHttps.request(url, { ...outgoingOptions(request), agent: secure })
            : nodeHttp.request(url, { ...outgoingOptions(request), agent: plain }),
        );
        exchange(outgoing, url, { request, maxBytes, resolve, reject });
      }),
  };
}

/** @throws {NotSentError} for a header that cannot be written. */
function written(url: URL, make: () => nodeHttp.ClientRequest): nodeHttp.ClientRequest {
  try {
    return make();
  } catch (error) {
    throw new NotSentError(`${url.host}: ${codeOf(error as Error)}`);
  }
}

/** @throws {NotSentError} for an address that this port refuses. */
function allowedUrl(request: HttpRequest): URL {
  if (!URL.canParse(request.url)) throw new NotSentError('not an address');
  const url = new URL(request.url);
  if (url.username !== '' || url.password !== '') throw new NotSentError(`${url.host}: credentials in an address are refused`);
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) return url;
  throw new NotSentError(`${url.host}: only https is allowed`);
}

function outgoingOptions(request: HttpRequest): nodeHttps.RequestOptions {
  const length = request.body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(request.body)) };
  return { method: request.method, headers: { ...request.headers, ...length } };
}

interface Exchange {
  readonly request: HttpRequest;
  readonly maxBytes: number;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: Error) => void;
}

function exchange(outgoing: nodeHttp.ClientRequest, url: URL, { request, maxBytes, resolve, reject }: Exchange): void {
  let state: 'unsent' | 'sent' | 'answering' | 'settled' = 'unsent';
  const settle = (act: () => void): void => {
    if (state === 'settled') return;
    state = 'settled';
    clearTimeout(timer);
    act();
  };
  const fail: Fail = (code) => {
    const message = `${url.host}: ${state === 'answering' ? `answer cut off (${code})` : code}`;
    const error = state === 'unsent' ? new NotSentError(message) : new NoAnswerError(message);
    settle(() => {
      outgoing.destroy();
      reject(error);
    });
  };
  const timer = setTimeout(() => fail(`time-out after ${request.timeoutMs} ms`), request.timeoutMs);
  outgoing.on('socket', (socket) => {
    whenReady(socket, outgoing.reusedSocket, () => {
      if (state === 'unsent') state = 'sent';
    });
  });
  outgoing.on('error', (error) => fail(codeOf(error)));
  outgoing.on('close', () => {
    if (state !== 'settled') fail('closed');
  });
  outgoing.on('response', (incoming) => {
    state = 'answering';
    readAll(incoming, maxBytes, fail, (body) =>
      settle(() => resolve({ status: incoming.statusCode ?? 0, headers: flatten(incoming.headers), body })),
    );
  });
  outgoing.end(request.body);
}

/** Calls back when the first byte of the request can leave: at once for a connection that stands already. */
function whenReady(socket: Socket, reused: boolean, ready: () => void): void {
  if (reused) ready();
  else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', ready);
}

function readAll(incoming: nodeHttp.IncomingMessage, maxBytes: number, fail: Fail, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) fail(`longer than ${maxBytes} bytes`);
    else chunks.push(chunk);
  });
  incoming.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
  incoming.on('error', (error) => fail(codeOf(error)));
}

function flatten(headers: nodeHttp.IncomingHttpHeaders): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

/** The code alone: a parser's error holds the raw bytes of the answer, and a message may name what must not be named. */
function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}
