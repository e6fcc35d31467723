import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { createDynamoTable } from '../../lib/platform/dynamodb-table.ts';
import { StoreUnavailableError } from '../../lib/ports.ts';

const KEY = { pk: 'target#a', sk: 'state' };

/** As the SDK fails when the condition does not hold, after so many attempts of its own. */
function tableAfter(attempts: number): ReturnType<typeof createDynamoTable> {
  const error = Object.assign(new Error('The conditional request failed'), {
    name: 'ConditionalCheckFailedException',
    $metadata: { attempts },
  });
  return createDynamoTable({ send: () => Promise.reject(error) } as unknown as DynamoDBClient, 'table');
}

describe('a condition that does not hold', () => {
  test('is a conflict when the write was sent once', async () => {
    expect(await tableAfter(1).update(KEY, { set: { version: 2 } }, { version: 1 })).toBe('conflict');
    expect(await tableAfter(1).delete(KEY, { version: 1 })).toBe('conflict');
  });

  test('is no conflict when the SDK sent it again: the first one may have been written', async () => {
    await expect(tableAfter(2).update(KEY, { set: { version: 2 } }, { version: 1 })).rejects.toThrow(StoreUnavailableError);
    await expect(tableAfter(3).delete(KEY, { version: 1 })).rejects.toThrow(StoreUnavailableError);
  });
});
