import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Hook } from '../../lib/config/config.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { callHook, IDEMPOTENCY_HEADER, type HookOutcome } from '../../lib/failover/hooks.ts';
import { SIGNATURE_HEADER } from '../../lib/notify/signature.ts';
import { createHttp } from '../../lib/platform/https.ts';
import { SecretUnavailableError, type Secrets } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import { OUTAGES, runOutage } from '../scenarios/outage.ts';

const SECRET = 'correct-horse-battery';
const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => answer(request, body, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/block`;
}

async function aFailover(): Promise<Failover> {
  const { failover } = await runOutage('gaussdb', 600_000);
  if (failover === undefined) throw new Error('no failover');
  return failover;
}

async function call(url: string, options: { secrets?: Secrets; hook?: Partial<Hook>; log?: unknown[] } = {}): Promise<HookOutcome> {
  const { log = [] } = options;
  const services = {
    http: createHttp(),
    clock: { nowMs: () => NOW_MS },
    secrets: options.secrets ?? { values: async () => await Promise.resolve([SECRET, 'the-old-one'] as const) },
    log: { event: (name: string, fields: unknown) => log.push(name, fields) },
  } as unknown as Services;
  const hook: Hook = { name: 'block', url, secret: 'ssm:/x', timeoutMs: 2_000, attempts: 1, onFailure: 'stop', ...options.hook };
  return await callHook(services, { failover: await aFailover(), hook, phase: 'before', attempt: 2 });
}

describe('a hook over real HTTP', () => {
  it('is signed as our webhook is, carries its key, and says everything that a receiver needs', async () => {
    let seen: { request: IncomingMessage; body: string } | undefined;
    const url = await listening((request, body, response) => {
      seen = { request, body };
      response.writeHead(204).end();
    });
    expect(await call(url)).toEqual({ kind: 'done' });
    const { request, body = '' } = seen ?? {};
    const [time, ...signatures] = String(request?.headers[SIGNATURE_HEADER]).split(',');
    const expected = [SECRET, 'the-old-one'].map(
      (secret) =>
        `v1=${createHmac('sha256', secret)
          .update(`${NOW_MS / 1_000}.${body}`)
          .digest('hex')}`,
    );
    expect(time).toBe(`t=${NOW_MS / 1_000}`);
    expect(signatures).toEqual(expected);
    const told = JSON.parse(body) as { failover: Failover; idempotencyKey: string };
    expect(told).toMatchObject({ understudy: 'hook', version: 1, hook: 'block', phase: 'before', attempt: 2, sentAtMs: NOW_MS });
    expect(told.failover).toMatchObject({ targetId: OUTAGES.gaussdb.targetId, operation: 'failover', plan: { operation: 'failover' } });
    expect(request?.headers[IDEMPOTENCY_HEADER]).toBe(`${told.failover.id}/block`);
    expect(told.idempotencyKey).toBe(`${told.failover.id}/block`);
    expect(JSON.stringify(told.failover)).not.toContain('token');
  });

  it.each([
    [200, { kind: 'done' }],
    [302, { kind: 'failed', why: 'HTTP 302', again: false }],
    [404, { kind: 'failed', why: 'HTTP 404', again: false }],
    [409, { kind: 'failed', why: 'HTTP 409', again: true }],
    [429, { kind: 'failed', why: 'HTTP 429', again: true }],
    [500, { kind: 'failed', why: 'HTTP 500', again: true }],
  ])('HTTP %i', async (status, outcome) => {
    const url = await listening(
      (_request, _body, response) => void response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(SECRET),
    );
    expect(await call(url)).toEqual(outcome);
  });

  it('ends within its time-out, is cut off, cannot be reached, has no secret: each failed, each worth another try', async () => {
    const silent = await listening(() => {});
    const cut = await listening((request) => void request.socket.destroy());
    const secrets: Secrets = { values: async () => await Promise.reject(new SecretUnavailableError('ssm:/x')) };
    expect(await call(silent, { hook: { timeoutMs: 100 } })).toEqual({ kind: 'failed', why: 'it did not answer in time', again: true });
    expect(await call(cut)).toMatchObject({ kind: 'failed', again: true });
    expect(await call('http://127.0.0.1:1/')).toEqual({ kind: 'failed', why: 'it could not be reached', again: true });
    expect(await call(silent, { secrets })).toEqual({ kind: 'failed', why: 'its secret could not be read', again: true });
  });

  it('writes neither its secret nor its address into the log', async () => {
    const log: unknown[] = [];
    const url = await listening((_request, _body, response) => void response.writeHead(500).end(SECRET));
    await call(url, { log });
    expect(JSON.stringify(log)).toContain('"hook":"block"');
    expect(JSON.stringify(log)).not.toContain(SECRET);
    expect(JSON.stringify(log)).not.toContain(url);
  });
});
