import { describe, expect, test } from 'vitest';
import { decideBatch } from '../../lib/decide/step.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { watch } from '../../lib/watch/step.ts';
import { asking, blocked, down, keysOf, tellDown, type Down } from '../decide/down.ts';
import { at, both, HOUR, MINUTE, ORDERS, record, SECOND, waiting } from '../decide/still.ts';

/** Held by a block of an earlier failover. */
async function held(): Promise<Down> {
  const all = await blocked();
  await tellDown(all.services, all.t0);
  return all;
}

/** How many looks the watchdog sends at a moment. */
async function pushedAt({ world, services }: Down, atMs: number): Promise<number> {
  at(world, atMs);
  return (await watch(services)).pushed;
}

/** Whoever wanted to tell people died with its messages. */
async function diesBeforeTelling({ world, services, state }: Down): Promise<void> {
  world.queues.live.notices.splice(0);
  world.queues.live.alerts.splice(0);
  await services.targets.save(await state(), { told: false });
}

const lookAt = (dueAtMs: number): unknown => ({ understudy: 'look', targetId: ORDERS, dueAtMs });
const looked = ({ world, services }: Down): Promise<unknown> =>
  decideBatch(
    services,
    world.queues.live.alerts.splice(0).map(({ body }) => record(body)),
  );

describe('a hold', () => {
  test('of which nobody was told is looked at after half a minute, and told', async () => {
    const all = await held();
    const { world, services, t0, state } = all;
    const first = keysOf(world);
    await diesBeforeTelling(all);
    expect(await pushedAt(all, t0 + 30 * SECOND - 1)).toBe(0);
    expect(await pushedAt(all, t0 + 30 * SECOND)).toBe(1);
    expect(waiting(world, 'alerts')).toEqual([lookAt(t0 + 30 * SECOND)]);
    await looked(all);
    expect(keysOf(world)).toEqual(first);
    expect((await state()).told).toBe(true);
    expect(await watch(services)).toEqual({ pushed: 0 });
  });

  test('of which nothing more is heard is decided on again after five minutes, and people are not told again', async () => {
    const all = await held();
    const { world, t0 } = all;
    const first = keysOf(world);
    expect(await pushedAt(all, t0 + 5 * MINUTE - 1)).toBe(0);
    expect(await pushedAt(all, t0 + 5 * MINUTE)).toBe(1);
    await looked(all);
    expect(keysOf(world)).toEqual(first);
  });
});

describe('a failover that waits for an approval', () => {
  const KEYS = /^[0-9a-f]{32}\/approval-needed → ops-(slack|webhook)$/;

  test('of which nobody was told is asked for again', async () => {
    const all = down(asking());
    const { world, services, t0, state } = all;
    await tellDown(services, t0);
    const first = keysOf(world);
    expect(first).toEqual([expect.stringMatching(KEYS), expect.stringMatching(KEYS)]);
    expect(await pushedAt(all, t0 + MINUTE)).toBe(0);
    await diesBeforeTelling(all);
    expect(await pushedAt(all, t0 + 30 * SECOND - 1)).toBe(0);
    expect(await pushedAt(all, t0 + 30 * SECOND)).toBe(1);
    await looked(all);
    expect(keysOf(world)).toEqual(first);
    expect((await state()).told).toBe(true);
  });

  test.each([
    ['that somebody has answered', { look: { number: 1, atMs: Number.MAX_SAFE_INTEGER } }],
    ['that a person asked for', { cause: 'person' }],
    ['that was approved', { state: 'requested', look: { number: 0, atMs: Number.MAX_SAFE_INTEGER } }],
  ])('%s is not', async (_which, change) => {
    const all = down(asking());
    const { services, t0, state } = all;
    await tellDown(services, t0);
    await diesBeforeTelling(all);
    const { failover } = await state();
    await services.targets.save(await state(), { failover: { ...failover, ...change } as Failover });
    expect(await pushedAt(all, t0 + MINUTE)).toBe(0);
  });
});

describe('a timer', () => {
  test('that is overdue by half a minute was lost', async () => {
    const all = down();
    const { world, services, t0 } = all;
    await decideBatch(services, [record(both(t0))]);
    world.queues.live.alerts.splice(0);
    expect(await pushedAt(all, t0 + MINUTE + 30 * SECOND - 1)).toBe(0);
    expect(await pushedAt(all, t0 + MINUTE + 30 * SECOND)).toBe(1);
    expect(waiting(world, 'alerts')).toEqual([lookAt(t0 + MINUTE + 30 * SECOND)]);
    expect(await pushedAt(all, t0 + HOUR)).toBe(1);
  });
});
