import { createHmac } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What people would have got. */
export interface Received {
  readonly channel: string;
  readonly title: string;
  readonly atMs: number;
  /** For a signed channel: whether the signature is right. */
  readonly signed?: boolean;
}
export interface Receiver {
  url(channel: string): string;
  /** What was told before a restart on the same file is among it. */
  readonly received: readonly Received[];
  /** The next so many deliveries are answered with 503, and nobody hears of them. */
  blink(times: number): void;
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  readonly webhookSecret: string;
  readonly onReceived: (received: Received) => void;
  /** People remember what they were told when our host was killed: one JSON object a line. */
  readonly keptIn?: string;
}

/** The other end of the example's channels: a real HTTP server on 127.0.0.1 that answers as Slack does and checks our own signature. */
export async function startReceiver({ webhookSecret, onReceived, keptIn }: ReceiverOptions): Promise<Receiver> {
  const received = keptIn === undefined ? [] : remembered(keptIn);
  const keep = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const taken = await take(request, response, webhookSecret);
    if (taken === undefined) return;
    received.push(taken);
    if (keptIn !== undefined) remember(keptIn, taken);
    onReceived(taken);
  };
  let blinks = 0;
  const server = createServer((request, response) => {
    if (blinks > 0) {
      blinks -= 1;
      request.resume();
      response.writeHead(503).end();
    } else void keep(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (channel) => `http://127.0.0.1:${port}/${channel}`,
    received,
    blink: (times) => (blinks = times),
    stop: () => closed(server),
  };
}

/** A line that a kill cut off is what nobody was told. */
function remembered(file: string): Received[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Received];
      } catch {
        return [];
      }
    });
}

function remember(file: string, taken: Received): void {
  try {
    appendFileSync(file, `${JSON.stringify(taken)}\n`);
  } catch {
    // A full disk: who was told was told, and only a restart will not know it.
  }
}

async function take(request: IncomingMessage, response: ServerResponse, secret: string): Promise<Received | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const channel = (request.url ?? '/').slice(1);
  const signature = request.headers['x-understudy-signature'];
  const signed = typeof signature === 'string' ? isSigned(signature, body, secret) : undefined;
  response.writeHead(signed === false ? 401 : 200, { 'content-type': 'text/plain' }).end(signed === false ? 'bad signature' : 'ok');
  if (signed === false) return undefined;
  const received = { channel, title: titleOf(body), atMs: Date.now() };
  return signed === undefined ? received : { ...received, signed };
}

function isSigned(header: string, body: string, secret: string): boolean {
  const fields = Object.fromEntries(header.split(',').map((part) => part.split('=', 2) as [string, string]));
  const expected = createHmac('sha256', secret)
    .update(`${fields['t'] ?? ''}.${body}`)
    .digest('hex');
  return fields['v1'] === expected;
}

function titleOf(body: string): string {
  try {
    const { text, notice } = JSON.parse(body) as { text?: string; notice?: { title?: string } };
    return notice?.title ?? text ?? '';
  } catch {
    return '';
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
