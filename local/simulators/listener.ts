import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Outcome, SimulatedRequest, SimulatedResponse } from './exchange.ts';
import { keepPort } from './kept-port.ts';
import type { KeptPort } from './kept-port.ts';
import { HOST, listen, listenPreferably } from './loopback.ts';

/** More than the largest signed body (12 MB), so that the simulator itself can refuse it. */
const BODY_MAX_BYTES = 13 * 1024 * 1024;

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Stops taking connections and cuts the open ones; the port stays its own. */
  close(): Promise<void>;
  /** Takes connections again on the same port. */
  open(): Promise<void>;
  stop(): Promise<void>;
}

/** An HTTP listener that hands each whole request over and does what the outcome says. */
export async function startListener(
  handle: (request: SimulatedRequest) => Outcome,
  options: { port: number; endpoint: string },
): Promise<Listener> {
  const timers = new Set<NodeJS.Timeout>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await receive(request, options.endpoint);
    if (received) carryOut(handle(received), response, timers);
    else response.destroy();
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void serve(request, response));
  const port = await listenPreferably(server, options.port);
  let kept: KeptPort | undefined;
  return {
    url: `http://${HOST}:${port}`,
    port,
    close: async () => {
      if (server.listening) kept = await keepPort(port, () => shut(server));
    },
    open: async () => {
      if (server.listening) return;
      await kept?.release();
      kept = undefined;
      await listen(server, port);
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await kept?.release();
      await stopped(server);
    },
  };
}

function shut(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function stopped(server: Server): Promise<void> {
  if (!server.listening) {
    server.closeAllConnections();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    server.once('close', resolve);
    shut(server);
  });
}

/** `undefined`: the caller went away before the request was whole, or it is too large. */
async function receive(request: IncomingMessage, endpoint: string): Promise<SimulatedRequest | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_MAX_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, body: Buffer.concat(chunks).toString('utf8'), endpoint };
}

function carryOut(outcome: Outcome, response: ServerResponse, timers: Set<NodeJS.Timeout>): void {
  switch (outcome.kind) {
    case 'respond':
      send(response, outcome.response);
      return;
    case 'respond-after':
      later(timers, outcome.delayMs, () => send(response, outcome.response));
      return;
    case 'partial':
      sendPart(response, outcome.response, outcome.bodyBytes);
      return;
    case 'drop':
    case 'refuse':
      response.destroy();
      return;
    case 'hang':
      // The socket stays open until the caller gives up or the simulator stops.
      return;
    default:
      outcome satisfies never;
  }
}

function later(timers: Set<NodeJS.Timeout>, delayMs: number, act: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    act();
  }, delayMs);
  timers.add(timer);
}

function send(response: ServerResponse, answer: SimulatedResponse): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

function sendPart(response: ServerResponse, answer: SimulatedResponse, bodyBytes: number): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.write(body.subarray(0, bodyBytes), () => response.destroy());
}
