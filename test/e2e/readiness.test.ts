import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FleetStatus } from '../../lib/operate/status.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { until } from './until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TARGET = 'orders-gaussdb';
const WAIT_MS = 30_000;

let embedded: Embedded;

beforeAll(async () => {
  // So short that every run of the schedule finds every target due.
  embedded = await startEmbedded({ root: ROOT, speed: 12, timing: { readinessEveryMs: 60_000 }, onEvent: () => undefined });
}, 120_000);
afterAll(() => embedded.stop());

/** The deployed function, by its schedule, with its own role. @returns how many targets were checked. */
async function check(): Promise<number> {
  const name = embedded.cloud.schedules.find((schedule) => schedule.endsWith('-readiness'));
  const outcome = await embedded.cloud.runSchedule(name ?? 'no schedule of readiness');
  if (outcome.kind !== 'ok') throw new Error(outcome.payload);
  return (JSON.parse(outcome.payload) as { checked: number }).checked;
}
async function readinessNow(): Promise<FleetStatus['targets'][number]['readiness']> {
  const outcome = await embedded.cloud.invoke('operator', { deed: 'status', targetId: TARGET });
  if (outcome.kind !== 'ok') throw new Error(outcome.payload);
  return (JSON.parse(outcome.payload) as { status: FleetStatus }).status.targets[0]?.readiness;
}
function told(words: string): number {
  return embedded.receiver.received.filter(({ channel, title }) => channel === 'ops-webhook' && title.startsWith(`${TARGET}: ${words}`))
    .length;
}

test('rule 18 on the real embedded cloud: a revoked credential is told once, and that it is back', async () => {
  expect(await check()).toBe(Object.keys(embedded.config.targets).length);
  expect(await readinessNow()).toMatchObject({ outcome: 'ready', standing: 'ready', red: [] });

  embedded.gaussdb.faults.set({ operation: '*', fault: 'expired-credentials', times: 'always' });
  for (let checks = 0; checks < 4; checks += 1) await check();
  await until('people are told of the loss', () => told('NOT READY') > 0, WAIT_MS);
  expect(await readinessNow()).toMatchObject({ outcome: 'not-ready', standing: 'lost' });
  expect((await readinessNow())?.red.map(({ name }) => name)).toContain('provider-read');

  embedded.gaussdb.faults.clear();
  await check();
  await check();
  await until('people are told of its end', () => told('ready again') > 0, WAIT_MS);
  expect([told('NOT READY'), told('ready again')]).toEqual([1, 1]);
}, 120_000);
