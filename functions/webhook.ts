import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { framed } from '../lib/handler.ts';
import { createDoor, type Door } from '../lib/webhook/door.ts';
import { requestOf, responseOf } from '../lib/webhook/http-event.ts';
import { receiveWebhook } from '../lib/webhook/step.ts';

let door: Door | undefined;

export const handler = framed(
  'webhook',
  async ({ services, ports }, event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    door ??= createDoor(ports);
    return responseOf(await receiveWebhook({ ...services, door }, requestOf(event)));
  },
);
