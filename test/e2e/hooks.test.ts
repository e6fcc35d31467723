import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Hook } from '../../lib/config/config.ts';
import { EXAMPLE, startEmbedded, type Embedded } from '../../local/embedded.ts';
import { actingConfig, OUTAGES } from '../scenarios/outage.ts';
import { alertmanagerBody, withTarget } from '../scenarios/story.ts';
import { ended, ROOT } from './lost-reply.ts';
import { until } from './until.ts';

interface Call {
  readonly hook: string;
  readonly key: string;
  readonly signed: boolean;
}

const HURRY = 15;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A user's own service: checks the signature, does each key once, and can be made to do something at the first call of a hook. */
async function hookService(calls: Call[], atFirst: (hook: string) => boolean): Promise<string> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const { hook } = JSON.parse(body) as { hook: string };
      const [time = '', ...signatures] = String(request.headers['x-understudy-signature']).split(',');
      const expected = createHmac('sha256', EXAMPLE.webhookSecret)
        .update(`${time.slice(2)}.${body}`)
        .digest('hex');
      const first = calls.every((call) => call.hook !== hook);
      calls.push({ hook, key: String(request.headers['idempotency-key']), signed: signatures.includes(`v1=${expected}`) });
      if (first && atFirst(hook)) return;
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('hooks of users on the embedded cloud: real processes, real roles, real signatures', () => {
  it('a worker killed with SIGKILL while a before hook runs: the hook is called again with its key, and one promotion', async () => {
    const { targetId, kill, labels, promotions } = OUTAGES.polardb;
    const calls: Call[] = [];
    let killed = 0;
    let embedded: Embedded | undefined;
    const killAt = (hook: string): boolean => {
      if (hook === 'block-writes') void embedded?.cloud.killEnvironments('failover').then((count) => (killed += count));
      return hook === 'block-writes';
    };
    const url = await hookService(calls, killAt);
    const hook = (name: string): Hook => {
      const secret = `ssm:/understudy/local/hooks/${name}`;
      return { name, url: `${url}/${name}`, secret, timeoutMs: 10_000, attempts: 3, onFailure: 'stop' };
    };
    embedded = await startEmbedded({
      root: ROOT,
      hurry: HURRY,
      adjust: () => withTarget(actingConfig('local'), targetId, { hooks: { before: [hook('block-writes')], after: [hook('move-dns')] } }),
    });
    open.push(() => embedded?.stop() ?? Promise.resolve());
    const running = embedded;
    const watchdog = setInterval(() => void running.cloud.invoke('watchdog', {}), 60_000 / HURRY);
    open.unshift(async () => await Promise.resolve(clearInterval(watchdog)));
    kill(running as never);
    await running.polardb.tick();
    const alert = { startsAtMs: running.nowMs() - 120_000, instance: '', labels, name: 'DatabaseUnreachable' };
    running.cloud.send('alerts', alertmanagerBody(['eu-1', 'eu-2'].map((observer) => ({ ...alert, observer }))));
    await until('the failover to end', async () => (await ended(running, targetId)) !== undefined, 90_000);
    const failover = await ended(running, targetId);
    expect(failover).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(promotions(running as never)).toBe(1);
    expect(killed).toBeGreaterThan(0);
    expect(calls.filter((call) => call.hook === 'block-writes').length).toBeGreaterThan(1);
    expect(failover?.hooks?.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['block-writes', 'done'],
      ['move-dns', 'done'],
    ]);
    expect(new Set(calls.map(({ key }) => key))).toEqual(new Set([`${failover?.id}/block-writes`, `${failover?.id}/move-dns`]));
    expect(calls.every(({ signed }) => signed)).toBe(true);
  }, 120_000);
});
