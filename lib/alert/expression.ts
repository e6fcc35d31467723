import { search } from '@aws-lambda-powertools/jmespath';

/** Longer expressions are programs, and belong into the sender. */
export const MAX_EXPRESSION_CHARS = 512;

export type Found = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** What a JMESPath expression finds in a value. An expression that is wrong, or that does not suit the value, finds nothing and throws nothing. */
export function find(expression: string, value: unknown): Found {
  if (expression.length > MAX_EXPRESSION_CHARS) return { ok: false };
  try {
    return { ok: true, value: search(expression, value as never) };
  } catch {
    return { ok: false };
  }
}
