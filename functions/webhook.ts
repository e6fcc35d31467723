import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { framed } from '../lib/handler.ts';
import { requestOf, responseOf } from '../lib/webhook/http-event.ts';
import { receiveWebhook } from '../lib/webhook/step.ts';

export const handler = framed('webhook', async ({ services }, event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  responseOf(await receiveWebhook(services, requestOf(event))),
);
