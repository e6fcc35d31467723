import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttp } from '../../lib/platform/https.ts';
import { NoAnswerError, NotSentError, type HttpRequest } from '../../lib/ports.ts';

const SECRET = 'sk-very-secret';
const open: { server: Server; sockets: Set<Socket> }[] = [];

async function listen(server: Server, scheme = 'http'): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const httpServer = async (listener: RequestListener): Promise<string> => await listen(createHttpServer(listener));

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

function post(url: string, timeoutMs = 2000): HttpRequest {
  return { method: 'POST', url: `${url}/path?q=${SECRET}`, headers: { Authorization: SECRET }, body: `{"k":"${SECRET}"}`, timeoutMs };
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (error: unknown) => error as Error,
  );
  expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)} ${error.stack}`).not.toContain(SECRET);
  return error;
}

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<string> {
  const server = createTcpServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

describe('an answer', () => {
  test('status, lower-case headers and text come back, whatever the status', async () => {
    const url = await httpServer((request, response) => {
      response.writeHead(Number(request.url?.slice(1)), { 'X-Request-Id': 'abc', 'Set-Cookie': ['a=1', 'b=2'] });
      response.end('grün');
    });
    for (const status of [200, 202, 301, 404, 409, 429, 500, 503]) {
      const response = await createHttp().request({ method: 'GET', url: `${url}/${status}`, headers: {}, timeoutMs: 2000 });
      expect(response).toMatchObject({ status, body: 'grün', headers: { 'x-request-id': 'abc', 'set-cookie': 'a=1, b=2' } });
    }
  });

  test('the request arrives as given, once', async () => {
    const seen: string[] = [];
    const url = await httpServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers['authorization']} ${request.headers['content-length']} ${body}`);
        response.end();
      });
    });
    await createHttp().request({ ...post(url), body: 'ü' });
    expect(seen).toEqual([`POST /path?q=${SECRET} ${SECRET} 2 ü`]);
  });

  test('a redirect is an answer like any other: it is not followed', async () => {
    let followed = 0;
    const url = await httpServer((request, response) => {
      if (request.url === '/elsewhere') followed += 1;
      response.writeHead(307, { Location: '/elsewhere' }).end();
    });
    expect((await createHttp().request(post(url))).status).toBe(307);
    expect(followed).toBe(0);
  });
});

describe('not sent', () => {
  test('connection refused', async () => {
    const error = await failure(createHttp().request(post(await closedPort())));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+: ECONNREFUSED$/);
  });

  test('name not resolved', async () => {
    const error = await failure(createHttp().request(post('https://no-such-host.invalid')));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toMatch(/^no-such-host\.invalid: (ENOTFOUND|EAI_AGAIN)$/);
  });

  test('TLS fails before the request is written: the certificate is not trusted, and not one byte of the request arrives', async () => {
    const seen: string[] = [];
    const server = createHttpsServer(tls, (request, response) => {
      seen.push(request.url ?? '');
      response.end();
    });
    const error = await failure(createHttp().request(post(await listen(server, 'https'))));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toMatch(/: (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/);
    expect(seen).toEqual([]);
  });

  test('TLS fails because the other side speaks something else', async () => {
    const url = await listen(
      createTcpServer((socket) => socket.end('this is no TLS\r\n')),
      'https',
    );
    expect(await failure(createHttp().request(post(url)))).toBeInstanceOf(NotSentError);
  });

  test('the TLS handshake hangs', async () => {
    const received: Buffer[] = [];
    const url = await listen(
      createTcpServer((socket) => socket.on('data', (chunk) => received.push(chunk))),
      'https',
    );
    const error = await failure(createHttp().request(post(url, 100)));
    expect(error).toBeInstanceOf(NotSentError);
    expect(Buffer.concat(received).toString('latin1')).not.toContain(SECRET);
  });

  test('the other side resets the connection during the TLS handshake', async () => {
    const url = await listen(
      createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
      'https',
    );
    expect(await failure(createHttp().request(post(url)))).toBeInstanceOf(NotSentError);
  });

  test.each(['http://example.com', 'ftp://127.0.0.1', 'http://user:pass@127.0.0.1', 'not an address', 'http://127.0.0.1.example.com'])(
    'an address that the port refuses: %s',
    async (url) => {
      const error = await failure(createHttp().request(post(url)));
      expect(error).toBeInstanceOf(NotSentError);
      expect(error.message).not.toContain('pass');
    },
  );

  test('a header that cannot be written', async () => {
    const url = await httpServer((_, response) => response.end());
    const error = await failure(createHttp().request({ ...post(url), headers: { Authorization: `${SECRET}\n` } }));
    expect(error).toBeInstanceOf(NotSentError);
  });
});

describe('no answer: it may have been acted upon', () => {
  test('reset after the request was read', async () => {
    let read = 0;
    const url = await httpServer((request) => {
      read += 1;
      request.socket.resetAndDestroy();
    });
    const error = await failure(createHttp().request(post(url)));
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(error.message).toMatch(/: ECONNRESET$/);
    expect(read, 'never sent again').toBe(1);
  });

  test('a hang ends at the deadline', async () => {
    const url = await httpServer(() => undefined);
    const startedMs = performance.now();
    const error = await failure(createHttp().request(post(url, 150)));
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });

  test('an answer that drips past the deadline', async () => {
    const url = await httpServer((_, response) => {
      response.writeHead(200).write('{');
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failure(createHttp().request(post(url, 150)))).toBeInstanceOf(NoAnswerError);
  });

  test('half an answer', async () => {
    const url = await httpServer((_, response) => {
      response.writeHead(202, { 'Content-Length': '100' });
      response.write('{"job_id":', () => response.destroy());
    });
    const error = await failure(createHttp().request(post(url)));
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(error.message).toContain('cut off');
  });

  test('an answer that is too large', async () => {
    const url = await httpServer((_, response) => response.end('x'.repeat(5000)));
    const error = await failure(createHttp({ maxResponseBytes: 4999 }).request(post(url)));
    expect(error).toBeInstanceOf(NoAnswerError);
    expect((await createHttp({ maxResponseBytes: 5000 }).request(post(url))).body).toHaveLength(5000);
  });

  test('an answer that is no HTTP', async () => {
    const url = await listen(createTcpServer((socket) => socket.once('data', (data) => socket.end(`garbage ${data.toString()}`))));
    const error = await failure(createHttp().request(post(url)));
    expect(error).toBeInstanceOf(NoAnswerError);
  });

  test('the other side closes in silence after the request', async () => {
    const url = await listen(createTcpServer((socket) => socket.once('data', () => socket.end())));
    expect(await failure(createHttp().request(post(url)))).toBeInstanceOf(NoAnswerError);
  });

  test('a kept-alive connection that the server resets under the second request', async () => {
    let requests = 0;
    const connections = new Set<Socket>();
    const url = await httpServer((request, response) => {
      connections.add(request.socket);
      requests += 1;
      if (requests === 1) response.end('first');
      else request.socket.resetAndDestroy();
    });
    const http = createHttp();
    expect((await http.request(post(url))).body).toBe('first');
    const error = await failure(http.request(post(url)));
    expect(connections.size, 'the connection was reused').toBe(1);
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(requests, 'never sent again').toBe(2);
  });
});

describe('connections', () => {
  test('are kept for the next request, and let go when idle', async () => {
    const connections = new Set<Socket>();
    const url = await httpServer((request, response) => {
      connections.add(request.socket);
      response.end();
    });
    const http = createHttp({ idleSocketMs: 50 });
    await http.request(post(url));
    await http.request(post(url));
    expect(connections.size).toBe(1);
    const [connection] = connections;
    if (connection === undefined) throw new Error('no connection');
    await new Promise((resolve) => connection.once('close', resolve));
    await http.request(post(url));
    expect(connections.size).toBe(2);
  });

  test('a slow answer on a connection with a short idle limit is still awaited', async () => {
    const url = await httpServer((_, response) => setTimeout(() => response.end('late'), 200));
    expect((await createHttp({ idleSocketMs: 20 }).request(post(url))).body).toBe('late');
  });

  test('no proxy of the environment is used', async () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', THROUGH_A_PROXY], {
      env: { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' },
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: '204\n' });
  });
});

const THROUGH_A_PROXY = `
  import { createServer } from 'node:http';
  import { createHttp } from './lib/platform/https.ts';
  const server = createServer((_, response) => response.writeHead(204).end());
  server.listen(0, '127.0.0.1', async () => {
    const response = await createHttp().request({ method: 'GET', url: 'http://127.0.0.1:' + server.address().port, headers: {}, timeoutMs: 2000 });
    console.log(response.status);
    process.exit(0);
  });
`;

describe('over TLS', () => {
  test('an answer from a trusted server; a cut after the request is no answer', async () => {
    const url = await listen(
      createHttpsServer(tls, (request, response) => {
        if (request.url === '/cut') request.socket.destroy();
        else response.end('secure');
      }),
      'https',
    );
    const http = createHttp({ ca: tls.cert });
    const trusted = url.replace('127.0.0.1', 'localhost');
    expect((await http.request({ ...post(trusted), url: `${trusted}/` })).body).toBe('secure');
    expect(await failure(http.request({ ...post(trusted), url: `${trusted}/cut` }))).toBeInstanceOf(NoAnswerError);
    expect(await failure(createHttp({ ca: tls.cert }).request({ ...post(trusted), url: `${trusted}/cut` }))).toBeInstanceOf(NoAnswerError);
  });
});

let tls: { key: string; cert: string };
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
});
afterAll(() => rmSync(directory, { recursive: true }));
