import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../lib/platform/https.ts';
import { gaussdbContract } from '../contract/gaussdb-contract.ts';
import { polardbContract } from '../contract/polardb-contract.ts';
import { polardbGdnContract } from '../contract/polardb-gdn-contract.ts';

/** On a real wire: what reaches the other side is counted there. */
describe('an SDK that re-sends a POST by itself', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const contracts = [gaussdbContract, polardbContract(), polardbGdnContract()] as const;
  const answers: Readonly<Record<string, (socket: Socket, write: (head: string) => void) => void>> = {
    'reset after the request was read': (socket) => void socket.resetAndDestroy(),
    'closed without an answer': (socket) => void socket.destroy(),
    'half an answer': (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":'),
    'HTTP 500': (_socket, write) => write('500 Internal Server Error'),
    'HTTP 503 with Retry-After': (_socket, write) => write('503 Service Unavailable\r\nRetry-After: 0'),
    'HTTP 307 to itself': (_socket, write) => write('307 Temporary Redirect\r\nLocation: /again'),
    'HTTP 408': (_socket, write) => write('408 Request Timeout'),
  };

  describe.each(contracts.map((contract) => [contract.name, contract] as const))('%s', (_name, contract) => {
    it.each(Object.entries(answers))('%s: one request on the wire, on a new and on a kept connection', async (_what, answer) => {
      let posts = 0;
      const server = createServer((request, response) => {
        request.resume();
        request.on('end', () => {
          posts += 1;
          if (posts === 1) return void response.writeHead(429).end('{}');
          answer(request.socket, (head) => void request.socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`));
        });
      });
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      const target = contract.target(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const clock = { nowMs: () => Date.UTC(2026, 10, 21) };
      const provider = contract.create({
        http: createHttp(),
        clock,
        entropy: { id: () => 'a'.repeat(32) },
        secrets: { values: async () => await Promise.resolve([contract.secret.value] as const) },
      });
      const call = { target, plan: contract.plan('failover'), token: 'b'.repeat(64), deadlineMs: clock.nowMs() + 2_000 };
      // The first warms the connection up; the second goes over it, and what it meets there must not make a third.
      expect((await provider.start(call)).kind).toBe('busy');
      expect((await provider.start(call)).kind).toBe('unknown');
      expect(posts).toBe(2);
    });
  });
});
