import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { keepPort } from './kept-port.ts';
import type { KeptPort } from './kept-port.ts';
import { listen, listenPreferably } from './loopback.ts';

/** TCP endpoints of the simulated databases: they take connections while a writer is alive, and refuse them otherwise. */
export interface DatabasePorts {
  /** @throws {Error} for an id without an endpoint. */
  port(id: string): number;
  all(): Readonly<Record<string, number>>;
  /** Opens and closes listeners until they are as wanted; calls queue up. */
  follow(wanted: Readonly<Record<string, boolean>>): Promise<void>;
  stop(): Promise<void>;
}

interface Endpoint {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  readonly port: number;
  /** While it is closed. */
  kept?: KeptPort | undefined;
}

export async function openDatabasePorts(ids: readonly string[], preferred: Readonly<Record<string, number>>): Promise<DatabasePorts> {
  const endpoints = new Map<string, Endpoint>();
  for (const id of ids) endpoints.set(id, await reserve(preferred[id] ?? 0));
  let last = Promise.resolve();
  return {
    port: (id) => {
      const endpoint = endpoints.get(id);
      if (!endpoint) throw new Error(`no database endpoint of ${id}`);
      return endpoint.port;
    },
    all: () => Object.fromEntries([...endpoints].map(([id, endpoint]) => [id, endpoint.port])),
    follow: (wanted) => {
      last = last.catch(() => undefined).then(() => followAll(endpoints, wanted));
      return last;
    },
    stop: async () => {
      await last.catch(() => undefined);
      await Promise.all([...endpoints.values()].flatMap((endpoint) => [shut(endpoint), free(endpoint)]));
    },
  };
}

/** The port is taken at once and never given back, so that its number is known even while it is closed. */
async function reserve(preferred: number): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  return { server, sockets, port: await listenPreferably(server, preferred) };
}

async function followAll(endpoints: ReadonlyMap<string, Endpoint>, wanted: Readonly<Record<string, boolean>>): Promise<void> {
  for (const [id, endpoint] of endpoints) await (wanted[id] === true ? revive(endpoint) : kill(endpoint));
}

async function revive(endpoint: Endpoint): Promise<void> {
  if (endpoint.server.listening) return;
  await free(endpoint);
  await listen(endpoint.server, endpoint.port);
}

async function kill(endpoint: Endpoint): Promise<void> {
  if (endpoint.server.listening) endpoint.kept = await keepPort(endpoint.port, () => void shut(endpoint));
}

async function free(endpoint: Endpoint): Promise<void> {
  await endpoint.kept?.release();
  endpoint.kept = undefined;
}

function shut(endpoint: Endpoint): Promise<void> {
  if (!endpoint.server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    endpoint.server.close(() => resolve());
    for (const socket of endpoint.sockets) socket.destroy();
  });
}
