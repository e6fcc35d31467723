import { expect, test } from 'vitest';
import { UnreadableMessageError } from '../lib/message.ts';
import { NoAnswerError, NotSentError, SecretUnavailableError, StoreUnavailableError } from '../lib/ports.ts';
import { ContendedError, UnknownTargetError } from '../lib/services.ts';

/** The name stands in the log and with a dead letter: it must outlive minification. */
test.each([
  ['StoreUnavailableError', StoreUnavailableError],
  ['NotSentError', NotSentError],
  ['NoAnswerError', NoAnswerError],
  ['SecretUnavailableError', SecretUnavailableError],
  ['UnreadableMessageError', UnreadableMessageError],
  ['UnknownTargetError', UnknownTargetError],
  ['ContendedError', ContendedError],
])('a %s says its own name and keeps its cause', (name, Kind) => {
  const cause = new Error('why');
  const error = new Kind('what', { cause });
  expect([error.name, String(error), error.cause]).toEqual([name, `${name}: what`, cause]);
});
