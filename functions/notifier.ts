import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eachRecord } from '../lib/batch.ts';
import { deliverNotice } from '../lib/notify/step.ts';
import { framed } from '../lib/handler.ts';

export const handler = framed('notifier', ({ services }, event: SQSEvent): Promise<SQSBatchResponse> =>
  eachRecord(services, 'notices', event, (body) => deliverNotice(services, body)),
);
