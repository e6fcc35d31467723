/** One request that reached an embedded AWS service: what the summary counts, and what shows that a step read and wrote no more than it should. */
export interface WireCall {
  readonly service: 'sqs' | 'dynamodb' | 'ssm' | 'secretsmanager';
  /** As in `X-Amz-Target`: `SendMessage`, `GetItem` … */
  readonly operation: string;
  /** The access key id of the caller: each function has its own. */
  readonly caller: string;
  /** The queue, table, parameter or secret, where the request names one. */
  readonly resource?: string;
  /** The index of the table. */
  readonly index?: string;
  /** The partition of the table or index that is touched. */
  readonly leadingKey?: string;
  /** Why the caller's role refused it. */
  readonly denied?: string;
  readonly atMs: number;
}
/** Something of the embedded cloud itself failed (the disk is full, a store is broken): never swallowed. */
export interface Fault {
  readonly where: string;
  readonly error: Error;
  readonly atMs: number;
}
/** @returns why the call must be refused; nothing when it may pass. */
export type OnCall = (call: WireCall) => string | undefined;
export type OnFault = (fault: Fault) => void;

/** `AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/sqs/aws4_request, …` → `KEY`. */
export function callerOf(authorization: string | undefined): string {
  return /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1] ?? '';
}

/** `AmazonSQS.SendMessage` → `SendMessage`. */
export function operationOf(target: string | string[] | undefined): string {
  return (
    String(target ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
