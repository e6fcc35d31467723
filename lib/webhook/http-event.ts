import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { WebhookAnswer, WebhookRequest } from './step.ts';

const PATH = /^\/hooks\/([^/]{1,100})(?:\/([^/]{1,300}))?$/;

/** From an event of a Function URL or an HTTP API (payload version 2). Total: an odd path or a broken encoding names no source. */
export function requestOf(event: APIGatewayProxyEventV2): WebhookRequest {
  const [, source, pathSecret] = PATH.exec(event.rawPath) ?? [];
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers[name.toLowerCase()] = value;
  return {
    method: event.requestContext.http.method,
    source: decoded(source),
    pathSecret: decoded(pathSecret),
    headers,
    rawBody: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

export function responseOf({ status, reason }: WebhookAnswer): APIGatewayProxyStructuredResultV2 {
  const body = JSON.stringify(status < 300 ? { status: 'accepted', detail: reason } : { error: reason });
  return { statusCode: status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body };
}
