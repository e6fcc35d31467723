/** How an invocation ended. `payload` is JSON text, as the caller of Lambda would get it. */
export type Outcome =
  | { readonly kind: 'ok'; readonly payload: string }
  | {
      readonly kind: 'error';
      readonly how: 'handler' | 'init' | 'timeout' | 'crash' | 'throttled' | 'too-large';
      readonly payload: string;
    };

export type FailureKind = Extract<Outcome, { kind: 'error' }>['how'];

export function failure(how: FailureKind, errorType: string, errorMessage: string): Outcome {
  return { kind: 'error', how, payload: JSON.stringify({ errorType, errorMessage }) };
}

/** Lambda's limit of a request and of an answer, synchronous. */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
