import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What the function needs to know of where the request came in. */
export interface FrontPlace {
  readonly account: string;
  readonly port: number;
  /** `$default` for a Function URL, `METHOD /path` for a route. */
  readonly routeKey: string;
  readonly nowMs: number;
}

/** Content types whose bodies arrive as text; every other arrives in base64, forms included. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))(;|$)/i;

/** An HTTP request as a function gets it from a Function URL or an HTTP API (payload format 2.0). */
export function toHttpEvent(request: IncomingMessage, body: Buffer, place: FrontPlace): APIGatewayProxyEventV2 {
  const [rawPath, rawQueryString] = splitOnce(request.url ?? '/', '?');
  const { cookie, ...headers } = joinedHeaders(request);
  const isText = TEXT.test(headers['content-type'] ?? '');
  const query = queryParameters(rawQueryString);
  return {
    version: '2.0',
    routeKey: place.routeKey,
    // As a Function URL gives it: still percent-encoded.
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: requestContext(request, { ...place, path: rawPath }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function requestContext(
  request: IncomingMessage,
  { account, port, routeKey, nowMs, path }: FrontPlace & { path: string },
): APIGatewayProxyEventV2['requestContext'] {
  return {
    accountId: account,
    apiId: 'local',
    domainName: `127.0.0.1:${String(port)}`,
    domainPrefix: 'local',
    http: {
      method: request.method ?? 'GET',
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: crypto.randomUUID(),
    routeKey,
    stage: '$default',
    time: new Date(nowMs).toUTCString(),
    timeEpoch: nowMs,
  };
}

/** Lower-case names; repeated headers joined by commas. */
function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headersDistinct).map(([name, values]) => [
    name,
    (values ?? []).join(name === 'cookie' ? '; ' : ','),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function queryParameters(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = Object.hasOwn(joined, name) ? `${joined[name] ?? ''},` : '';
    Object.defineProperty(joined, name, { value: before + value, enumerable: true, configurable: true, writable: true });
  }
  return joined;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** An HTTP response, ready to be written. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** What a function's answer becomes: with a `statusCode` it is the response, without one it is the body of a 200. */
export function toHttpAnswer(payload: string): HttpAnswer {
  const answer = JSON.parse(payload) as unknown;
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded } = answer as APIGatewayProxyStructuredResultV2;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const typed = { 'content-type': 'application/json', ...(Object.fromEntries(named) as Record<string, string>) };
  return {
    status: Number(statusCode),
    headers: cookies === undefined ? typed : { ...typed, 'set-cookie': cookies },
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}
