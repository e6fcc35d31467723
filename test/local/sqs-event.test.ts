import { describe, expect, test } from 'vitest';
import { failedIds } from '../../local/sqs-event.ts';

const BATCH = ['a', 'b'];

describe('what a function returned for a batch', () => {
  test.each([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
  ])('%s: every message is done', (_what, answer) => {
    expect(failedIds(JSON.stringify(answer), BATCH)).toEqual(new Set());
  });

  test('ids of the batch: those come again', () => {
    expect(failedIds(JSON.stringify({ batchItemFailures: [{ itemIdentifier: 'b' }] }), BATCH)).toEqual(new Set(['b']));
  });

  test.each([
    ['an id of another batch', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'nobody' }] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a null entry', { batchItemFailures: [null] }],
    ['a misspelt key', { batchItemFailures: [{ itemidentifier: 'a' }] }],
    ['no list', { batchItemFailures: 'all' }],
    ['a text', 'fine'],
  ])('%s: the whole batch comes again', (_what, answer) => {
    expect(failedIds(JSON.stringify(answer), BATCH)).toEqual(new Set(BATCH));
  });

  test('what is not JSON: the whole batch comes again', () => {
    expect(failedIds('<html>', BATCH)).toEqual(new Set(BATCH));
  });
});
