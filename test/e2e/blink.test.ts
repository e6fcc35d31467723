import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import type { LogEntry } from '../../local/cloud.ts';
import { notice } from '../contract/channel-contract.ts';
import { until } from './until.ts';

/** Far less than the visibility time-out of three minutes, after which it would come anyway. */
const WAIT_MS = 60_000;

let embedded: Embedded;
let failures = 0;
beforeAll(async () => {
  const onLog = ({ line }: LogEntry): void => void (JSON.stringify(line).includes('record-failed') && (failures += 1));
  embedded = await startEmbedded({ root: resolve(import.meta.dirname, '../..'), onEvent: () => undefined, onLog });
}, 120_000);
afterAll(() => embedded.stop());

test('a channel that blinks once is asked again in seconds, by the deployed function with its own role', async () => {
  embedded.receiver.blink(1);
  embedded.cloud.send('notices', JSON.stringify({ understudy: 'notice', channelId: 'ops-webhook', notice }));
  await until('people are told', () => embedded.receiver.received.length > 0, WAIT_MS);
  expect(embedded.receiver.received).toMatchObject([{ channel: 'ops-webhook', signed: true }]);
  expect(failures).toBe(1);
  expect(embedded.cloud.deadLetters('notices')).toEqual([]);
}, 120_000);
