import type { ReceivedMessage } from './sqs-event.ts';

/** Every message once more, in one of the two ways in which SQS's duplicates hurt: at the same time as the first copy, or after it was done. */
export interface Duplicates {
  readonly meanwhile: readonly ReceivedMessage[];
  readonly afterwards: readonly ReceivedMessage[];
}

/** Which of the two depends on the message's body alone, so that a run can be repeated. */
export function duplicatesOf(batch: readonly ReceivedMessage[]): Duplicates {
  const isConcurrent = ({ MD5OfBody }: ReceivedMessage): boolean => Number.parseInt(MD5OfBody.slice(0, 1), 16) % 2 === 0;
  return { meanwhile: batch.filter(isConcurrent), afterwards: batch.filter((message) => !isConcurrent(message)) };
}
