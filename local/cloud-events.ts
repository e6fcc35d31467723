import type { FailureKind } from './lambda/outcome.ts';
import type { Fault, WireCall } from './wire-call.ts';

/** A line that a function wrote: parsed if it is JSON, as a text otherwise. */
export interface LogEntry {
  /** The function's key in `serverless.yml`. */
  readonly function: string;
  readonly requestId: string | undefined;
  readonly line: unknown;
  readonly atMs: number;
}

/** What happened in the embedded cloud itself. */
export type CloudEvent =
  | ({ readonly kind: 'call' } & WireCall)
  | ({ readonly kind: 'fault' } & Fault)
  | InvocationEvent
  | BatchEvent
  | RequestEvent
  | { readonly kind: 'scheduled'; readonly schedule: string; readonly function: string; readonly atMs: number };

export interface InvocationEvent {
  readonly kind: 'invocation';
  readonly function: string;
  readonly requestId: string;
  readonly outcome: 'ok' | FailureKind;
  /** The error as Lambda answers it, JSON text. */
  readonly error?: string;
  readonly durationMs: number;
  /** Present when the environment was new. */
  readonly initMs?: number;
  readonly atMs: number;
}
export interface BatchEvent {
  readonly kind: 'batch';
  readonly function: string;
  readonly queue: string;
  readonly delivered: readonly string[];
  /** Not deleted: these come again. */
  readonly failed: readonly string[];
  /** How many were delivered a second time on purpose. */
  readonly duplicated: number;
  readonly atMs: number;
}
export interface RequestEvent {
  readonly kind: 'request';
  readonly function: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly atMs: number;
}

export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
