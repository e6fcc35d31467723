import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { authenticate } from '../../lib/webhook/authenticate.ts';
import { understand } from '../../lib/alert/understand.ts';
import { announce, type Discovery } from '../../local/discovery.ts';
import { startParameters, type Parameters } from '../../local/parameters.ts';
import { startQueues, type Queues } from '../../local/queues.ts';
import { configOf, exampleText, exampleWith } from '../config/example.ts';
import { NOW_MS, ROOT, run } from './surroundings.ts';

/** The embedded cloud's own parameters and queues; of its functions only the webhook's door, which is the real authentication. */
const FIRING = join(ROOT, 'events/alertmanager/gaussdb-primary-unreachable.json');
const ALARM = join(ROOT, 'events/cloudwatch/polardb-writer-down.sns.json');
const SECRET = 'bearer-of-the-local-cloud';
const config = configOf(exampleText, { stage: 'local' });

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly authentic: boolean;
}
const received: Received[] = [];
let door: Server;
let parameters: Parameters;
let queues: Queues;
let folder: string;

async function answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const rawBody = Buffer.concat(chunks);
  const [, , name = '', pathSecret] = (request.url ?? '').split('/');
  const source = config.sources[name];
  if (source === undefined) return { status: 404, body: '{"error":"not found"}' };
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
  const secrets = { values: async () => await Promise.resolve([SECRET] as const) };
  const proof = await authenticate(source, {
    request: { method: 'POST', source: name, pathSecret, headers, rawBody, address: '127.0.0.1' },
    secrets,
    nowMs: NOW_MS,
  });
  received.push({ path: request.url ?? '', headers: request.headers, body: rawBody.toString(), authentic: proof.kind === 'authentic' });
  return proof.kind === 'authentic'
    ? { status: 202, body: '{"detail":"accepted: 2 alerts"}' }
    : { status: 401, body: '{"error":"not authenticated"}' };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-send-'));
  parameters = await startParameters({
    region: 'eu-central-1',
    account: '000000000000',
    values: { 'ssm:/understudy/local/sources/alertmanager': SECRET },
  });
  queues = await startQueues({
    specs: [
      {
        logicalId: 'AlertsQueue',
        name: 'understudy-local-alerts',
        arn: 'arn:aws:sqs:eu-central-1:000000000000:understudy-local-alerts',
        attributes: {},
      },
    ],
  });
  door = createServer((request, response) => {
    void answer(request).then(({ status, body }) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
  const discovery: Discovery = {
    pid: process.pid,
    startedAtMs: 0,
    stage: 'local',
    region: 'eu-central-1',
    webhookUrl: `http://127.0.0.1:${String((door.address() as AddressInfo).port)}/`,
    sqsEndpoint: queues.endpoint,
    dynamodbEndpoint: '',
    ssmEndpoint: parameters.endpoint,
    lambdaEndpoint: '',
    tableName: '',
    queues: { 'understudy-local-alerts-dlq': 'http://127.0.0.1:1/wrong', 'understudy-local-alerts': queues.url('alerts') },
    functions: {},
  };
  await announce(join(folder, 'cloud.json'), discovery);
});
afterAll(async () => {
  door.closeAllConnections();
  await new Promise((resolve) => door.close(resolve));
  await Promise.all([parameters.stop(), queues.stop()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => received.splice(0));

const send = async (...args: readonly string[]) => await run(['send', ...args, '--cloud', join(folder, 'cloud.json')]);
const queued = (): readonly string[] => queues.peek('alerts').visible.map((message) => message.body);

describe('send posts as the monitoring system would', () => {
  test('the exact body, to the source’s own path, with its own authentication', async () => {
    const { code, out } = await send(FIRING);
    expect({ code, out }).toEqual({ code: EXIT.ok, out: '202 accepted: 2 alerts' });
    expect(received).toMatchObject([{ path: '/hooks/alertmanager', authentic: true, headers: { 'content-type': 'application/json' } }]);
    expect(received[0]?.body).toBe(readFileSync(FIRING, 'utf8'));
  });
  test('--at now: the newest alert began ninety seconds ago, the other two seconds before it', async () => {
    await send(FIRING, '--at', 'now');
    const body = received[0]?.body ?? '';
    const { parsed } = understand({ contentType: 'application/json', headers: {}, body, receivedAtMs: NOW_MS }, config.sources);
    const ages = parsed.alerts.map((alert) => NOW_MS - alert.startsAtMs).sort((a, b) => a - b);
    expect(ages[0]).toBeGreaterThanOrEqual(90_000);
    expect(ages[0]).toBeLessThan(91_000);
    expect((ages[1] ?? 0) - (ages[0] ?? 0)).toBe(1_577);
  });
  test('--ago and --at TIME', async () => {
    await send(FIRING, '--at', 'now', '--ago', '10m');
    await send(FIRING, '--at', '2026-12-01T00:00:00Z');
    const newest = received.map(({ body }) =>
      [...body.matchAll(/"startsAt": "([^"]+)"/g)]
        .map((match) => match[1])
        .toSorted((a = '', b = '') => (a < b ? -1 : 1))
        .at(-1),
    );
    // To the second below, so that no start is later than asked for.
    expect(newest).toEqual(['2026-12-24T17:49:59.089114203Z', '2026-11-30T23:59:59.089114203Z']);
  });
  test('from standard input', async () => {
    const { code } = await run(['send', '-', '--cloud', join(folder, 'cloud.json')], {
      input: readFileSync(FIRING, 'utf8'),
    });
    expect([code, received.length]).toEqual([EXIT.ok, 1]);
  });
  test('a refusal is an answer: no', async () => {
    await parameters.put('ssm:/understudy/local/sources/alertmanager', 'rotated');
    expect(await send(FIRING, '--json')).toMatchObject({ code: EXIT.no, out: expect.stringContaining('"status": 401') as string });
    await parameters.put('ssm:/understudy/local/sources/alertmanager', SECRET);
  });
  test('the secret is in nothing that is printed', async () => {
    const { out, err } = await send(FIRING, '--json');
    expect(out + err).not.toContain(SECRET);
  });
});

describe('send puts on the queue', () => {
  test('what comes by SNS, since its webhook is closed', async () => {
    const before = queued().length;
    const { code, out } = await send(ALARM);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('the webhook of its source is closed');
    expect(queued()).toHaveLength(before + 1);
  });
  test('anything, with --queue: even what nobody understands', async () => {
    const { code, out } = await run(['send', '-', '--queue', '--json', '--cloud', join(folder, 'cloud.json')], { input: 'not json' });
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(out)).toMatchObject({ ok: true, queue: 'alerts', messageId: expect.stringMatching(/.+/) as string });
    expect(queued()).toContain('not json');
    expect(received).toEqual([]);
  });
});

describe('what cannot be sent', () => {
  test.each([
    [['x.json', '--queue', '--url', 'https://a.test/'], EXIT.usage, 'exclude each other'],
    [[FIRING, '--source', 'nagios'], EXIT.usage, 'no source nagios'],
    [[FIRING, '--at', 'yesterday'], EXIT.usage, 'neither now nor an instant'],
    [[FIRING, '--at', 'now', '--ago', 'long'], EXIT.usage, 'not a duration'],
    [[FIRING, '--ago', '5m'], EXIT.usage, 'goes with --at now'],
    [['nowhere.json'], EXIT.usage, 'ENOENT'],
    [['package.json'], EXIT.usage, 'name one with --source'],
  ])('%j', async (args, code, message) => {
    expect(await send(...args)).toMatchObject({ code, err: expect.stringContaining(message) as string });
  });
  test('no cloud is running', async () => {
    expect(await run(['send', FIRING, '--cloud', join(folder, 'none.json')])).toMatchObject({
      code: EXIT.unreachable,
      err: expect.stringContaining('npm run dev') as string,
    });
  });
  test('nobody listens at the URL', async () => {
    expect(await run(['send', FIRING, '--url', 'http://127.0.0.1:1/hooks/alertmanager'])).toMatchObject({ code: EXIT.unreachable });
  });
  test('a configuration with faults', async () => {
    const file = join(folder, 'faulty.yml');
    writeFileSync(file, exampleWith(['version: 1', 'version: 2']));
    expect(await send(FIRING, '--config', file)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('check tells all') as string,
    });
  });
});

describe('send --url reaches a deployed webhook', () => {
  const url = () => `http://127.0.0.1:${String((door.address() as AddressInfo).port)}/hooks/alertmanager`;
  test('with the secret from the environment', async () => {
    expect(await run(['send', FIRING, '--url', url()], { environment: { UNDERSTUDY_SOURCE_SECRET: SECRET } })).toMatchObject({
      code: EXIT.ok,
    });
    expect(received).toMatchObject([{ authentic: true }]);
  });
  test('without it, it is refused', async () => {
    expect(await run(['send', FIRING, '--url', url()])).toMatchObject({ code: EXIT.no });
  });
});
