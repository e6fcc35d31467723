import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { requestOf, responseOf } from '../../lib/webhook/http-event.ts';

const eventWith = (change: Record<string, unknown>): APIGatewayProxyEventV2 =>
  ({
    rawPath: '/hooks/alertmanager',
    headers: {},
    requestContext: { http: { method: 'POST', sourceIp: '192.0.2.7' } },
    isBase64Encoded: false,
    ...change,
  }) as unknown as APIGatewayProxyEventV2;

describe('the path', () => {
  test.each([
    ['/hooks/alertmanager', 'alertmanager', undefined],
    ['/hooks/alertmanager/abc', 'alertmanager', 'abc'],
    ['/hooks/alertmanager/a%20b%2Fc', 'alertmanager', 'a b/c'],
    ['/hooks/alertmanager/%zz', 'alertmanager', undefined],
    ['/hooks/alertmanager/%ff', 'alertmanager', undefined],
  ])('%s names a source', (rawPath, source, pathSecret) => {
    expect(requestOf(eventWith({ rawPath }))).toMatchObject({ source, pathSecret });
  });

  test.each([
    '/',
    '',
    '/hooks',
    '/hooks/',
    '/hooks//',
    '//hooks/alertmanager',
    '/hooks/alertmanager/',
    '/hooks/alertmanager/a/b',
    '/hooks/../hooks/alertmanager',
    '/hooks/./alertmanager',
    '/hooks/%61lertmanager',
    '/%68ooks/alertmanager',
    '/hooks/Alertmanager',
    '/hooks/alertmanager%00',
    '/hooks/alertmanager\n',
    '/hooks/__proto__',
    '/hooks/-alertmanager',
    '/hooks/alertmanager;x=1',
    '/hooks\\alertmanager',
    'http://example.com/hooks/alertmanager',
    `/hooks/${'a'.repeat(64)}`,
    `/hooks/a/${'b'.repeat(301)}`,
  ])('%s names none', (rawPath) => {
    expect(requestOf(eventWith({ rawPath })).source).toBeUndefined();
  });
});

describe('the request', () => {
  test('has headers in lower case, and none that were not sent', () => {
    const { headers } = requestOf(eventWith({ headers: { 'X-One': '1', gone: undefined, __proto__: 'x', constructor: 'y' } }));
    expect(Object.getPrototypeOf(headers)).toBeNull();
    expect({ ...headers }).toEqual({ 'x-one': '1', constructor: 'y' });
  });

  test('has the bytes that were sent', () => {
    expect(requestOf(eventWith({ body: 'AP8K', isBase64Encoded: true })).rawBody).toEqual(Buffer.from([0, 255, 10]));
    expect(requestOf(eventWith({ body: 'ü' })).rawBody).toEqual(Buffer.from([0xc3, 0xbc]));
    expect(requestOf(eventWith({})).rawBody).toHaveLength(0);
  });

  test('has the method and the address that the front saw', () => {
    expect(requestOf(eventWith({ headers: { 'x-forwarded-for': '203.0.113.5', 'x-http-method-override': 'POST' } }))).toMatchObject({
      method: 'POST',
      address: '192.0.2.7',
    });
  });
});

test('the response is JSON, is kept by nobody, and says no more than the reason', () => {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  expect(responseOf({ status: 202, reason: 'fine' })).toEqual({
    statusCode: 202,
    headers,
    body: '{"status":"accepted","detail":"fine"}',
  });
  expect(responseOf({ status: 429, reason: 'no', headers: { 'retry-after': '3' } })).toEqual({
    statusCode: 429,
    headers: { ...headers, 'retry-after': '3' },
    body: '{"error":"no"}',
  });
});
