import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { comeAgain, recordOf } from '../lib/batch.ts';
import { decideBatch } from '../lib/decide/step.ts';
import { framed } from '../lib/handler.ts';

export const handler = framed('decider', async ({ services }, event: SQSEvent): Promise<SQSBatchResponse> => {
  const { failed } = await decideBatch(services, event.Records.map(recordOf));
  return comeAgain(services, 'alerts', event, failed);
});
