import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChoiceTable } from './choices.ts';
import { FAULTS } from './faults.ts';
import type { FaultOrder } from './fault-switch.ts';
import { listenPreferably } from './loopback.ts';
import type { SimulatorControls } from './simulator.ts';

type Json = Readonly<Record<string, unknown>>;
type Handler = (body: Json) => unknown;
const BODY_MAX_BYTES = 1024 * 1024;

/** Its own listener, so that no path of it can be one of the vendor's. */
export async function startAdmin(
  controls: SimulatorControls,
  table: ChoiceTable,
  port: number,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const routes = routesOf(controls, table);
  const server = createServer((request, response) => void answer(routes, request, response));
  const bound = await listenPreferably(server, port);
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${bound}/__admin`, port: bound, stop };
}

function routesOf(controls: SimulatorControls, table: ChoiceTable): Readonly<Record<string, Handler>> {
  const done = { ok: true };
  return {
    'GET /__admin/state': () => controls.state(),
    'GET /__admin/counters': () => controls.counters(),
    'GET /__admin/calls': () => controls.calls(),
    'GET /__admin/choices': () => table,
    'GET /__admin/faults/menu': () => FAULTS,
    'GET /__admin/faults': () => controls.faults.list(),
    'POST /__admin/faults': (body) => {
      controls.faults.set(body as unknown as FaultOrder);
      return done;
    },
    'DELETE /__admin/faults': (body) => {
      controls.faults.clear(body);
      return done;
    },
    'POST /__admin/outage': (body) => {
      controls.setOutage(textOf(body, 'id'), body['down'] !== false);
      return done;
    },
    'POST /__admin/lag': (body) => {
      controls.setLag(textOf(body, 'id'), typeof body['seconds'] === 'number' ? body['seconds'] : undefined);
      return done;
    },
    'POST /__admin/automatic-failover': (body) => {
      controls.failOverByItself(textOf(body, 'id'));
      return done;
    },
  };
}

function textOf(body: Json, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`${name} must be a text`);
  return value;
}

async function answer(routes: Readonly<Record<string, Handler>>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const handler = routes[`${request.method} ${request.url?.split('?')[0]}`];
  // A web page that guesses the port could post here by name; only the address itself is served.
  const local = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '');
  if (!handler || !local) return reply(response, 404, { error: 'no such path', paths: Object.keys(routes) });
  try {
    reply(response, 200, handler(await bodyOf(request)));
  } catch (error) {
    reply(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > BODY_MAX_BYTES) throw new Error('the body is too large');
  }
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('the body must be a JSON object');
  return parsed as Json;
}
