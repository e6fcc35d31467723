import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eachRecord } from '../lib/batch.ts';
import { runFailover } from '../lib/failover/step.ts';
import { framed } from '../lib/handler.ts';

export const handler = framed('failover', ({ services }, event: SQSEvent): Promise<SQSBatchResponse> =>
  eachRecord(services, 'failovers', event, (body) => runFailover(services, body)),
);
