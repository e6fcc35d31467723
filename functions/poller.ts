import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eachRecord } from '../lib/batch.ts';
import { pollFailover } from '../lib/poll/step.ts';
import { framed } from '../lib/handler.ts';

export const handler = framed('poller', ({ services }, event: SQSEvent): Promise<SQSBatchResponse> =>
  eachRecord(services, 'polls', event, (body) => pollFailover(services, body)),
);
