import type { SQSBatchResponse, SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function toSqsEvent(messages: readonly ReceivedMessage[], source: { arn: string; region: string }): SQSEvent {
  return { Records: messages.map((message) => toRecord(message, source)) };
}

function toRecord(message: ReceivedMessage, { arn, region }: { arn: string; region: string }): SQSRecord {
  const {
    ApproximateReceiveCount = '1',
    SentTimestamp = '',
    SenderId = '',
    ApproximateFirstReceiveTimestamp = '',
    ...others
  } = message.Attributes ?? {};
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, ...others },
    messageAttributes: toMessageAttributes(message.MessageAttributes ?? {}),
    ...(message.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function toMessageAttributes(attributes: NonNullable<ReceivedMessage['MessageAttributes']>): SQSMessageAttributes {
  const entries = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = StringValue === undefined ? {} : { stringValue: StringValue };
    const binary = BinaryValue === undefined ? {} : { binaryValue: BinaryValue };
    return [name, { ...value, ...binary, stringListValues: [], binaryListValues: [], dataType: DataType }];
  });
  return Object.fromEntries(entries) as SQSMessageAttributes;
}

/**
 * Which messages of a batch failed, from what the function returned, as Lambda reads it: an empty or missing list is success, an answer that
 * is not such a report, or an id that is empty or not of this batch, fails the whole batch.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedIds(payload: string, batch: readonly string[]): ReadonlySet<string> {
  const everything = new Set(batch);
  const answer = parse(payload);
  if (answer === null || answer === undefined) return new Set();
  if (answer === NOT_JSON || typeof answer !== 'object') return everything;
  const failures = (answer as Partial<SQSBatchResponse>).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return everything;
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && everything.has(id)) ? new Set(ids as string[]) : everything;
}

const NOT_JSON = Symbol('not JSON');
function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return NOT_JSON;
  }
}
