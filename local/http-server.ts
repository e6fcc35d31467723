import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Every server of the embedded cloud listens on the loop-back address alone. */
const LOOPBACK = '127.0.0.1';

export interface LocalServer {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** @param options.port 0 takes a free one. @throws {Error} when the port is taken. */
export async function listenLocally(listener: RequestListener, options: ServerOptions & { port?: number } = {}): Promise<LocalServer> {
  const { port = 0, ...serverOptions } = options;
  const server = createServer(serverOptions, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return { endpoint: `http://${LOOPBACK}:${String(bound)}`, port: bound, stop: () => stopServer(server) };
}

async function stopServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

/**
 * @throws {BodyTooLargeError} past `limit` bytes; the rest is read and dropped, so that the sender can still be answered.
 * @throws {Error} whatever ended the request early.
 */
export function readBody(request: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new BodyTooLargeError(`more than ${String(limit)} bytes`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the request broke off')));
  });
}
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}
