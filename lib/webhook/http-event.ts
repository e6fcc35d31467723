import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { WebhookAnswer, WebhookRequest } from './request.ts';

/** A name is written as the configuration writes it, in one way only: nothing of it is decoded. */
const PATH = /^\/hooks\/([a-z][a-z0-9-]{0,62})(?:\/([^/]{1,300}))?$/;

/** From an event of a Function URL or an HTTP API (payload version 2). Total: an odd path or a broken encoding names no source. */
export function requestOf(event: APIGatewayProxyEventV2): WebhookRequest {
  const [, source, pathSecret] = PATH.exec(event.rawPath) ?? [];
  // Without a prototype, so that a header called `constructor` is not there unless it was sent.
  const headers = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers[name.toLowerCase()] = value;
  const { method, sourceIp } = event.requestContext.http;
  return {
    method,
    source,
    pathSecret: decoded(pathSecret),
    headers,
    rawBody: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    address: sourceIp,
  };
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

const ALWAYS = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function responseOf({ status, reason, headers }: WebhookAnswer): APIGatewayProxyStructuredResultV2 {
  const body = JSON.stringify(status < 300 ? { status: 'accepted', detail: reason } : { error: reason });
  return { statusCode: status, headers: { ...ALWAYS, ...headers }, body };
}
