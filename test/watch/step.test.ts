import { describe, expect, test } from 'vitest';
import { decideBatch } from '../../lib/decide/step.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { watch } from '../../lib/watch/step.ts';
import { asking, down, keysOf, tellDown, type Down } from '../decide/down.ts';
import { at, both, HOUR, MINUTE, ORDERS, record, SECOND, waiting } from '../decide/still.ts';

/** Held by a block of an earlier failover, and whoever wanted to tell people died. */
async function heldAndNobodyTold(): Promise<Down> {
  const all = down();
  const before = await all.state();
  await all.services.targets.save(before, { controls: { ...before.controls, block: { failoverId: 'f0', why: 'failed', sinceMs: 0 } } });
  await tellDown(all.services, all.t0);
  all.world.queues.live.notices.splice(0);
  all.world.queues.live.alerts.splice(0);
  return all;
}

describe('a target of which nothing is heard', () => {
  test('is looked at again after five minutes, and people are told what they may not have been told', async () => {
    const { world, services, t0 } = await heldAndNobodyTold();
    at(world, t0 + 5 * MINUTE - 1);
    expect(await watch(services)).toEqual({ pushed: 0 });
    at(world, t0 + 5 * MINUTE);
    expect(await watch(services)).toEqual({ pushed: 1 });
    const [look] = waiting(world, 'alerts');
    expect(look).toEqual({ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + 5 * MINUTE, again: true });
    await decideBatch(services, [record(JSON.stringify(look))]);
    const key = `${ORDERS}/held/blocked/${t0 - 2 * MINUTE}`;
    expect(keysOf(world)).toEqual([`${key} → ops-slack`, `${key} → ops-webhook`]);
  });

  test('is looked at all the same after an hour, and nobody is told any more', async () => {
    const { world, services, t0 } = await heldAndNobodyTold();
    at(world, t0 + HOUR - 1);
    await watch(services);
    at(world, t0 + HOUR);
    await watch(services);
    expect(waiting(world, 'alerts').map(({ again }) => again)).toEqual([true, undefined]);
  });
});

describe('a failover that waits for an approval', () => {
  const KEYS = /^[0-9a-f]{32}\/approval-needed → ops-(slack|webhook)$/;

  test('is asked for again every time, until somebody answers or it expires: nobody may have been asked', async () => {
    const { world, services, t0, state } = down(asking());
    await tellDown(services, t0);
    const first = keysOf(world);
    expect(first).toEqual([expect.stringMatching(KEYS), expect.stringMatching(KEYS)]);
    world.queues.live.notices.splice(0);
    world.queues.live.alerts.splice(0);
    at(world, t0 + 30 * SECOND - 1);
    expect(await watch(services)).toEqual({ pushed: 0 });
    at(world, t0 + 30 * SECOND);
    expect(await watch(services)).toEqual({ pushed: 1 });
    await decideBatch(
      services,
      world.queues.live.alerts.map(({ body }) => record(body)),
    );
    expect(keysOf(world)).toEqual(first);
    const { failover } = await state();
    await services.targets.save(await state(), { failover: { ...failover, look: { number: 1, atMs: t0 + HOUR } } as Failover });
    expect(await watch(services)).toEqual({ pushed: 0 });
  });

  test('that a person asked for is that person’s to tell', async () => {
    const { world, services, t0, state } = down(asking());
    await tellDown(services, t0);
    const { failover } = await state();
    await services.targets.save(await state(), { failover: { ...failover, cause: 'person' } as Failover });
    at(world, t0 + MINUTE);
    expect(await watch(services)).toEqual({ pushed: 0 });
  });
});

describe('a timer', () => {
  test('that is overdue by half a minute was lost, and what came with it may be, too', async () => {
    const { world, services, t0 } = down();
    await decideBatch(services, [record(both(t0))]);
    world.queues.live.alerts.splice(0);
    at(world, t0 + MINUTE + 30 * SECOND - 1);
    expect(await watch(services)).toEqual({ pushed: 0 });
    at(world, t0 + MINUTE + 30 * SECOND);
    expect(await watch(services)).toEqual({ pushed: 1 });
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE + 30 * SECOND, again: true }]);
  });
});
