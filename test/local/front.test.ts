import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startFront } from '../../local/front.ts';
import { eventually, fixtureCloud } from './fixture-cloud.ts';

type HttpEvent = Record<string, unknown> & { headers: Record<string, string>; requestContext: { http: object } };

describe('a function URL', () => {
  test('turns a request into an event of payload format 2.0', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const response = await fetch(`${cloud.webhookUrl}alerts/a%20b?x=1&x=2&y=%C3%A4&__proto__=z`, {
      method: 'PUT',
      headers: { 'X-Custom': 'One', 'content-type': 'application/json; charset=utf-8', cookie: 'a=1; b=2' },
      body: '{"text":"漢字"}',
    });
    const event = (await response.json()) as HttpEvent;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/alerts/a%20b',
      rawQueryString: 'x=1&x=2&y=%C3%A4&__proto__=z',
      cookies: ['a=1', 'b=2'],
      headers: { 'x-custom': 'One', 'content-type': 'application/json; charset=utf-8' },
      queryStringParameters: { x: '1,2', y: 'ä' },
      requestContext: { http: { method: 'PUT', path: '/alerts/a%20b', sourceIp: '127.0.0.1', protocol: 'HTTP/1.1' } },
      body: '{"text":"漢字"}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test.each(['application/octet-stream', 'application/x-www-form-urlencoded'])('hands a body of %s over in base64', async (type) => {
    const { cloud } = await fixtureCloud(['web']);
    const response = await fetch(cloud.webhookUrl, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array([0, 255, 10]),
    });
    expect(await response.json()).toMatchObject({ isBase64Encoded: true, body: 'AP8K' });
  });

  test('writes the function’s status, headers, cookies and binary body', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const response = await fetch(cloud.webhookUrl, { headers: { 'x-answer': 'binary' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Buffer.from(await response.arrayBuffer()).toString('base64')).toBe('iVBO');
  });

  test('makes an answer without a status the body of a 200', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const response = await fetch(cloud.webhookUrl, { headers: { 'x-answer': 'bare' } });
    expect([response.status, await response.json()]).toEqual([200, { hello: 'world' }]);
  });

  test('tells the client nothing of an error', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const response = await fetch(cloud.webhookUrl, { headers: { 'x-answer': 'throw' } });
    expect([response.status, await response.text()]).toEqual([502, '{"Message":"Internal Server Error"}']);
  });

  test('answers 504 for a time-out and 429 over the reserved concurrency', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const answers = await Promise.all([1, 2, 3].map(() => fetch(cloud.webhookUrl, { headers: { 'x-answer': 'hang' } })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([429, 504, 504]);
  });

  test('refuses more than 6 MB, announced or not', async () => {
    const { cloud } = await fixtureCloud(['web']);
    const tooMuch = new Uint8Array(6 * 1024 * 1024 + 1);
    const announced = await fetch(cloud.webhookUrl, { method: 'POST', body: tooMuch });
    expect(announced.status).toBe(413);
    const streamed = await fetch(cloud.webhookUrl, { method: 'POST', body: new Blob([tooMuch]).stream(), duplex: 'half' });
    expect(streamed.status).toBe(413);
    // In base64 it outgrows the payload though the body alone does not.
    const encoded = await fetch(cloud.webhookUrl, { method: 'POST', body: new Uint8Array(5 * 1024 * 1024) });
    expect(encoded.status).toBe(413);
  });
});

describe('the HTTP front', () => {
  test('ends a request whose body does not come, without calling the function', async () => {
    let calls = 0;
    const invoke = async (): Promise<{ kind: 'ok'; payload: string }> => {
      calls += 1;
      return { kind: 'ok', payload: '{}' };
    };
    const front = await startFront({ account: '0', bodyTimeoutMs: 200, routes: [{ key: '$default', invoke }] });
    const socket = connect(front.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    let answer = '';
    let closed = false;
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => (closed = true));
    await eventually('the connection to be closed', () => closed);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(calls).toBe(0);
    await front.stop();
  });

  test('routes an HTTP API by method and path', async () => {
    const routes = ['POST /alerts/{source}', 'GET /fleet', 'ANY /console/{rest+}'].map((key) => ({
      key,
      invoke: async () => ({ kind: 'ok' as const, payload: JSON.stringify(key) }),
    }));
    const front = await startFront({ account: '0', routes });
    const ask = async (method: string, path: string): Promise<unknown> => {
      const response = await fetch(`${front.endpoint}${path}`, { method });
      return response.status === 200 ? response.text() : response.status;
    };
    expect(await ask('POST', '/alerts/prometheus?x=1')).toBe('POST /alerts/{source}');
    expect(await ask('GET', '/fleet')).toBe('GET /fleet');
    expect(await ask('DELETE', '/console/a/b')).toBe('ANY /console/{rest+}');
    expect(await ask('GET', '/alerts/prometheus')).toBe(404);
    expect(await ask('POST', '/alerts/a/b')).toBe(404);
    await front.stop();
  });
});
