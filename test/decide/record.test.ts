import { describe, expect, test } from 'vitest';
import { decideBatch } from '../../lib/decide/step.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import type { Services } from '../../lib/services.ts';
import type { TargetState } from '../../lib/store/target-store.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { asking, blocked, down, downWriting, keysOf, look, tellDown, tellOne } from './down.ts';
import { at, both, events, HOUR, MINUTE, ORDERS, record, SECOND, waiting } from './still.ts';

describe('a verdict to act', () => {
  test('rule 6: is one write: the failover with its token, the verdict, and no timer; then the command, then the page', async () => {
    const { world, services, t0, state } = down();
    const writes = world.log.length;
    await tellDown(services, t0);
    const after = await state();
    expect(after).toMatchObject({ alarming: true, verdict: { kind: 'failover' }, failover: { state: 'requested', requestedAtMs: t0 } });
    expect(after).toMatchObject({ healthVersion: 1, failoverVersion: 1, controlVersion: 1 });
    expect(after).not.toHaveProperty('lookAgainAtMs');
    expect(after.controls.failoversMs).toEqual([t0]);
    const id = after.failover?.id;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(waiting(world, 'failovers')).toEqual([{ understudy: 'failover', targetId: ORDERS, failoverId: id, look: 0, dueAtMs: t0 }]);
    expect(keysOf(world)).toEqual([`${id}/requested → ops-slack`, `${id}/requested → ops-webhook`]);
    expect(events(world, 'verdict').at(-1)).toMatchObject({ targetId: ORDERS, kind: 'failover', reason: 'criterion-met', failoverId: id });
    expect(world.log.length).toBeGreaterThan(writes);
    expect((await services.brake.load()).slots).toEqual([{ id, atMs: t0 }]);
  });
  test('rule 8: remembers the last twenty, newest first', async () => {
    const { services, t0, state } = down();
    const before = await state();
    const failoversMs = Array.from({ length: 20 }, (_, index) => t0 - (index + 25) * HOUR);
    await services.targets.save(before, { controls: { ...before.controls, failoversMs } });
    await tellDown(services, t0);
    expect((await state()).controls.failoversMs).toEqual([t0, ...failoversMs.slice(0, 19)]);
  });
  test('rule 12: without a slot it does not act, and is decided again', async () => {
    const { world, services, t0, state } = down(undefined, (real) => ({
      ...real,
      brake: { ...real.brake, reserve: () => Promise.resolve('no-slot') },
    }));
    const outcome = await decideBatch(services, [record(both(t0 - 2 * MINUTE), { id: 'a' })]);
    expect(outcome).toEqual({ failed: ['a'] });
    expect((await state()).failover).toBeUndefined();
    expect(waiting(world, 'failovers')).toEqual([]);
  });
  test('rule 12: a lock that is lost gives its slot back', async () => {
    let lost = 0;
    const { services, t0, state } = downWriting((write) => {
      if (lost > 0) return write();
      lost += 1;
      return Promise.resolve('conflict');
    });
    await tellDown(services, t0);
    expect(lost).toBe(1);
    const { failover } = await state();
    expect((await services.brake.load()).slots).toEqual([{ id: failover?.id, atMs: t0 }]);
  });
  const onlyOne = { failovers: 1, windowMs: HOUR, alarmingPercent: 100, alarmingMin: 4 };
  test('rule 12: two copies of a message at once are one failover and one slot, and nothing trips the brake', async () => {
    const { services, t0, state } = down();
    const strict = { ...services, config: { ...services.config, fleet: { brake: onlyOne } } };
    const outcomes = await Promise.all(['a', 'b'].map((id) => decideBatch(strict, [record(both(t0 - 2 * MINUTE), { id })])));
    expect(outcomes).toEqual([{ failed: [] }, { failed: [] }]);
    const { failover } = await state();
    expect(await services.brake.load()).toMatchObject({ on: false, slots: [{ id: failover?.id, atMs: t0 }] });
  });
  test('rule 12: a write that fails again and again takes one slot, and the failover that comes of it has it', async () => {
    let failures = 0;
    const { services, t0, state } = downWriting((write) => {
      if (failures === 3) return write();
      failures += 1;
      return Promise.reject(new Error('throttled'));
    });
    const message = record(both(t0 - 2 * MINUTE), { id: 'a' });
    for (const failed of [['a'], ['a'], ['a'], []]) expect(await decideBatch(services, [message])).toEqual({ failed });
    expect((await services.brake.load()).slots).toEqual([{ id: (await state()).failover?.id, atMs: t0 }]);
  });
  test.each([
    // What is left is the slot of the failover that is decided then.
    ['was lost to new evidence is given back', undefined, 1],
    ['was won by another failover is given back', { id: 'another' }, 0],
    // Beside the slot of the failover that is decided then.
    ['was won by one that has ended since is kept: it errs on the side of braking', null, 2],
  ] as const)('rule 12: the slot of a lock that %s', async (_what, winner, slots) => {
    let lost = 0;
    const { services, t0 } = downWriting(async (write, { targets, before, failover }) => {
      if (lost > 0) return write();
      lost += 1;
      await targets.save(before, winner === undefined ? { health: before.health } : { failover: { ...failover, ...winner } });
      if (winner === null) await targets.save(await targets.load(before.targetId), { failover: null });
      return 'conflict';
    });
    await tellDown(services, t0);
    expect(lost).toBe(1);
    expect((await services.brake.load()).slots).toHaveLength(slots);
  });
  test('new evidence for what nobody has touched yet tells it again, by the same keys', async () => {
    const { world, services, t0 } = down();
    await tellDown(services, t0);
    const told = keysOf(world);
    await tellOne(services, t0 - MINUTE, 'us-1');
    expect(keysOf(world)).toEqual([...told, ...told]);
  });
  test('rule 14: what has to be approved waits for its expiry, and people are asked', async () => {
    const { world, services, t0, state } = down(asking());
    await tellDown(services, t0);
    const { failover } = await state();
    expect(failover).toMatchObject({ state: 'awaiting-approval' });
    expect(waiting(world, 'failovers')).toMatchObject([{ failoverId: failover?.id, look: 0, dueAtMs: t0 + 30 * MINUTE }]);
    expect(keysOf(world)[0]).toBe(`${failover?.id}/approval-needed → ops-slack`);
  });
});

describe('a verdict that does not act', () => {
  test('sets a timer for the moment that it names, and tells nobody', async () => {
    const { world, services, t0, state } = down();
    await decideBatch(services, [record(both(t0))]);
    expect(await state()).toMatchObject({ lookAgainAtMs: t0 + MINUTE, alarming: true, verdict: { reason: 'dwelling' } });
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE }]);
    expect(world.queues.live.alerts[0]?.visibleAtMs).toBe(t0 + MINUTE);
    expect(keysOf(world)).toEqual([]);
    expect(events(world, 'verdict')).toEqual([
      expect.objectContaining({
        targetId: ORDERS,
        kind: 'wait',
        reason: 'dwelling',
        criterion: 'two-observers',
        lookAgainAtMs: t0 + MINUTE,
        failoverId: undefined,
      }),
    ]);
    expect(events(world, 'verdict')[0]?.['evidence']).toHaveLength(2);
    expect(events(world, 'verdict')[0]?.['checks']).toContainEqual(expect.objectContaining({ name: 'dwell', verdict: 'wait' }));
  });
  test('that says nothing new writes nothing, sends nothing and logs nothing', async () => {
    const { world, services, t0, state } = down();
    await decideBatch(services, [record(both(t0))]);
    const before = await state();
    const sent = world.queues.live.alerts.length;
    at(world, t0 + 10 * SECOND);
    await decideBatch(services, [record(both(t0))]);
    expect(await state()).toEqual(before);
    expect(world.queues.live.alerts).toHaveLength(sent);
    expect(events(world, 'verdict')).toHaveLength(1);
  });
  test('that is redelivered sends its timer again, and writes nothing', async () => {
    const { world, services, t0, state } = down();
    await decideBatch(services, [record(both(t0))]);
    const before = await state();
    world.queues.live.alerts.splice(0);
    await decideBatch(services, [record(both(t0), { receiveCount: 2 })]);
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE }]);
    expect(await state()).toEqual(before);
  });
  test('whose race is lost is decided again before anything is sent', async () => {
    let lost = 0;
    const { world, services, t0 } = down(undefined, (real) => ({
      ...real,
      targets: {
        ...real.targets,
        save: (...given) => {
          lost += 1;
          return lost > 1 ? real.targets.save(...given) : Promise.resolve('conflict');
        },
      },
    }));
    await decideBatch(services, [record(both(t0))]);
    expect(waiting(world, 'alerts')).toHaveLength(1);
    expect(events(world, 'verdict')).toHaveLength(1);
  });
  test('a target of which nothing is known and nothing is said stays unwritten', async () => {
    const { services, t0, state } = down();
    await look(services, t0);
    expect(await state()).toMatchObject({ healthVersion: 0, alarming: false });
    expect(await state()).not.toHaveProperty('verdict');
  });
  test('when all has ended, the timer goes and it is no longer alarming', async () => {
    const { world, services, t0, state } = down();
    await decideBatch(services, [record(both(t0))]);
    world.queues.live.alerts.splice(0);
    await decideBatch(services, [record(both(t0, { status: 'resolved', endsAtMs: t0 + 5 * SECOND }))]);
    expect(await state()).toMatchObject({ alarming: false, verdict: { kind: 'clear', reason: 'no-matching-alert' } });
    expect(await state()).not.toHaveProperty('lookAgainAtMs');
    expect(waiting(world, 'alerts')).toEqual([]);
  });
  test('one observer alone is on record as alarming, for the fleet', async () => {
    const { services, t0, state } = down();
    await tellOne(services, t0, 'eu-1');
    expect(await state()).toMatchObject({ alarming: true, verdict: { kind: 'clear', reason: 'quorum-short' } });
    expect(await services.targets.open()).toEqual([{ targetId: ORDERS, alarming: true }]);
  });
  test('evidence that has grown too old is no longer alarming, by a look alone', async () => {
    const { world, services, t0, state } = down();
    await tellOne(services, t0, 'eu-1');
    at(world, t0 + HOUR);
    await look(services, t0 + HOUR);
    expect(await state()).toMatchObject({ alarming: false, verdict: { reason: 'alerts-too-old' } });
  });
  test('the same, if what came in between never had a verdict of its own: it came during a failover', async () => {
    const { world, services, t0, state } = down();
    await tellOne(services, t0, 'eu-1');
    at(world, t0 + HOUR);
    await look(services, t0 + HOUR);
    await services.targets.save(await state(), { alarming: true });
    await look(services, t0 + HOUR);
    expect(await state()).toMatchObject({ alarming: false, verdict: { reason: 'alerts-too-old' } });
  });
  test('evidence on record without any verdict, as a failover by a person may leave it, is decided on by a look alone', async () => {
    const { services: told, t0, state: stateTold } = down();
    await decideBatch(told, [record(both(t0))]);
    const { health } = await stateTold();
    const { world, services, state } = down();
    await services.targets.save(await state(), { health, alarming: true });
    await look(services, t0);
    expect(await state()).toMatchObject({ lookAgainAtMs: t0 + MINUTE, verdict: { reason: 'dwelling' } });
    at(world, t0 + MINUTE);
    await look(services, t0 + MINUTE);
    expect((await state()).failover).toMatchObject({ state: 'requested' });
  });
});

describe('the next look', () => {
  const withTimer = async (setMs: number): Promise<{ state: TargetState; sent: readonly unknown[]; t0: number }> => {
    const { world, services, t0, state } = down();
    await decideBatch(services, [record(both(t0))]);
    world.queues.live.alerts.splice(0);
    await services.targets.save(await state(), { lookAgainAtMs: t0 + setMs });
    const more = alertmanagerBody([{ startsAtMs: t0, observer: 'eu-3', name: 'DatabaseUnreachable' }]);
    at(world, t0 + SECOND);
    await decideBatch(services, [record(more)]);
    return { state: await state(), sent: waiting(world, 'alerts'), t0 };
  };
  test.each([
    ['an earlier one that is still to come serves as well', 30 * SECOND, 30 * SECOND, 0],
    ['one at the very moment serves', MINUTE, MINUTE, 0],
    ['a later one is too late', MINUTE + 1, MINUTE, 1],
    ['one that is just past is past', SECOND, MINUTE, 1],
    ['one a millisecond ahead is to come', SECOND + 1, SECOND + 1, 0],
  ])('%s', async (_what, setMs, nextMs, sent) => {
    const { state, sent: timers, t0 } = await withTimer(setMs);
    expect(state.lookAgainAtMs).toBe(t0 + nextMs);
    expect(timers).toHaveLength(sent);
  });
});

/** The queue takes no notices. */
function deaf(services: Services): Services {
  const send: Services['queue']['send'] = (queue, ...given) =>
    queue === 'notices' ? Promise.reject(new Error('the queue did not answer')) : services.queue.send(queue, ...given);
  return { ...services, queue: { ...services.queue, send } };
}

describe('an approval that is needed', () => {
  test('is asked for by whoever finds that nobody was asked', async () => {
    const { world, services, t0, state } = down(asking());
    await tellDown(deaf(services), t0);
    expect([keysOf(world), (await state()).told]).toEqual([[], false]);
    await look(services, t0);
    expect(keysOf(world)).toHaveLength(2);
    expect((await state()).told).toBe(true);
    await look(services, t0);
    expect(keysOf(world)).toHaveLength(2);
  });
});

describe('a hold', () => {
  test('is a page, once an episode and reason', async () => {
    const { world, services, t0 } = await blocked();
    await tellDown(services, t0);
    const key = `${ORDERS}/held/blocked/${t0 - 2 * MINUTE}`;
    expect(keysOf(world)).toEqual([`${key} → ops-slack`, `${key} → ops-webhook`]);
    at(world, t0 + MINUTE);
    await look(services, t0 + MINUTE);
    await tellOne(services, t0, 'eu-3');
    expect(keysOf(world)).toHaveLength(2);
  });
  test('that is redelivered is told again under the same key: it may not have been', async () => {
    const { world, services, t0 } = await blocked();
    await tellDown(services, t0);
    await tellDown(services, t0, { receiveCount: 2 });
    expect(new Set(keysOf(world)).size).toBe(2);
    expect(keysOf(world)).toHaveLength(4);
  });
  test('is on record as told once it was, and whoever finds that it was not tells people', async () => {
    const { world, services, t0, state } = await blocked();
    await tellDown(deaf(services), t0);
    expect([keysOf(world), (await state()).told]).toEqual([[], false]);
    const untold = await state();
    await look(services, t0);
    expect(keysOf(world)).toHaveLength(2);
    expect(await state()).toEqual({ ...untold, told: true });
    await look(services, t0);
    await tellDown(services, t0);
    expect(keysOf(world)).toHaveLength(2);
  });
  test('of another reason is another word, which is owed again', async () => {
    const { world, services, t0, state } = await blocked();
    await tellDown(services, t0);
    const before = await state();
    const { block: _lifted, ...controls } = before.controls;
    await services.targets.save(before, { controls: { ...controls, coolDownUntilMs: t0 + HOUR } });
    await look(deaf(services), t0);
    expect([keysOf(world).length, (await state()).told]).toEqual([2, false]);
    await look(services, t0);
    expect(keysOf(world).map((key) => key.split('/')[2])).toEqual(['blocked', 'blocked', 'cool-down', 'cool-down']);
  });
  test('is noted as told once, however often it is told', async () => {
    const { services, t0 } = await blocked();
    await tellDown(services, t0);
    let writes = 0;
    const save: typeof services.targets.save = (...given) => {
      writes += 1;
      return services.targets.save(...given);
    };
    await tellDown({ ...services, targets: { ...services.targets, save } }, t0, { receiveCount: 2 });
    expect(writes).toBe(0);
  });
  test('that changed while people were told of it is not noted as told', async () => {
    const { world, services, t0, state } = await blocked();
    const save: typeof services.targets.save = async (before, change, dependsOn) => {
      if (change.told === true) await services.targets.save(await state(), { health: (await state()).health, told: false });
      return services.targets.save(before, change, dependsOn);
    };
    await tellDown({ ...services, targets: { ...services.targets, save } }, t0);
    expect(keysOf(world)).toHaveLength(2);
    expect((await state()).told).toBe(false);
  });
  test('is of the episode that its oldest evidence began', async () => {
    const { world, services, t0 } = await blocked();
    await tellOne(services, t0 - 2 * MINUTE, 'eu-2');
    await tellOne(services, t0 - 3 * MINUTE, 'eu-1');
    expect(keysOf(world)[0]).toBe(`${ORDERS}/held/blocked/${t0 - 3 * MINUTE} → ops-slack`);
  });
  test('is a page of its own where the ends of an earlier episode never came', async () => {
    const { world, services, t0 } = await blocked();
    at(world, t0 - 5 * HOUR);
    await tellDown(services, t0 - 5 * HOUR);
    at(world, t0 - 4 * HOUR);
    await look(services, t0 - 4 * HOUR);
    at(world, t0);
    await tellDown(services, t0);
    expect(keysOf(world).at(-1)).toBe(`${ORDERS}/held/blocked/${t0 - 2 * MINUTE} → ops-webhook`);
    expect(new Set(keysOf(world)).size).toBe(4);
  });
  test('on which there is no evidence is of no episode', async () => {
    const { world, services, t0, state } = down();
    const before = await state();
    await services.targets.save(before, { controls: { ...before.controls, coolDownUntilMs: Number.NaN } });
    await look(services, t0);
    expect(keysOf(world)[0]).toBe(`${ORDERS}/held/state-unreadable/0 → ops-slack`);
  });
  test('is not of the brake, which is told of by whom it holds', async () => {
    const { world, services, t0 } = await blocked();
    await services.brake.trip('a test', t0 - HOUR);
    await tellDown(services, t0);
    expect(keysOf(world).map((key) => key.split('/')[2])).toEqual(['blocked', 'blocked']);
    expect(await services.brake.load()).not.toHaveProperty('toldMs');
  });
  test('for another reason is told anew', async () => {
    const { world, services, t0, state } = await blocked();
    await tellDown(services, t0);
    const before = await state();
    const { block: _block, ...rest } = before.controls;
    await services.targets.save(before, { controls: { ...rest, coolDownUntilMs: t0 + HOUR } });
    await look(services, t0);
    expect(keysOf(world).map((key) => key.split('/')[2])).toEqual(['blocked', 'blocked', 'cool-down', 'cool-down']);
  });
  test('of the same kind after a wait is told', async () => {
    const { world, services, t0, state } = down();
    await decideBatch(services, [record(both(t0))]);
    const before = await state();
    await services.targets.save(before, { controls: { ...before.controls, coolDownUntilMs: t0 + HOUR } });
    at(world, t0 + MINUTE);
    await look(services, t0 + MINUTE);
    expect(keysOf(world)).toHaveLength(2);
  });
});

describe('while a failover is in flight', () => {
  test('its own verdict stays on record, nothing new is told, and only new evidence is written', async () => {
    const { world, services, t0, state } = down();
    await tellDown(services, t0);
    const before = await state();
    at(world, t0 + SECOND);
    await tellDown(services, t0);
    expect(await state()).toEqual(before);
    expect(keysOf(world)).toHaveLength(2);
    await tellOne(services, t0, 'eu-3');
    const after = await state();
    expect(after).toMatchObject({ verdict: { kind: 'failover' }, healthVersion: before.healthVersion + 1, alarming: true });
    expect(Object.keys(after.health.observers)).toContain('eu-3');
    expect(new Set(keysOf(world)).size).toBe(2);
  });
  test('its command and its page are sent again when a message comes again, as long as nobody has touched it', async () => {
    const { world, services, t0 } = down();
    await tellDown(services, t0);
    await tellDown(services, t0, { receiveCount: 2 });
    const [first, second] = waiting(world, 'failovers');
    expect(second).toEqual(first);
    expect(keysOf(world)).toHaveLength(4);
    const notices = waiting(world, 'notices');
    expect(notices.slice(2)).toEqual(notices.slice(0, 2));
  });
  test('the question is asked again, too', async () => {
    const { world, services, t0 } = down(asking());
    await tellDown(services, t0);
    await tellDown(services, t0, { receiveCount: 2 });
    expect(waiting(world, 'failovers')).toHaveLength(2);
    expect(keysOf(world)).toHaveLength(4);
  });
  test.each<[string, (failover: Failover) => Failover]>([
    ['that has been looked at', (failover) => ({ ...failover, look: { ...failover.look, number: 1 } })],
    ['that a person asked for', (failover) => ({ ...failover, cause: 'person' })],
    [
      'that is under way',
      (failover) => ({ ...failover, state: 'running', handle: { sentAtMs: 0 }, deadlineMs: 0, polls: 0 }) as unknown as Failover,
    ],
  ])('one %s is not announced again', async (_what, bent) => {
    const { world, services, t0, state } = down();
    await tellDown(services, t0);
    const before = await state();
    await services.targets.save(before, { failover: bent(before.failover as Failover) });
    await tellDown(services, t0, { receiveCount: 2 });
    expect(waiting(world, 'failovers')).toHaveLength(1);
    expect(keysOf(world)).toHaveLength(2);
  });
});

describe('what waits for approval', () => {
  const heal = (services: Services, atMs: number): Promise<unknown> =>
    decideBatch(services, [record(both(atMs, { status: 'resolved', endsAtMs: atMs }))]);
  test('rule 2: is withdrawn when its signals heal, and says so', async () => {
    const { services, t0, state } = down(asking());
    await tellDown(services, t0);
    await heal(services, t0);
    expect((await state()).failover).toBeUndefined();
    const [ended] = await services.records.failovers(ORDERS, 1);
    expect(ended).toMatchObject({
      state: 'cancelled',
      why: 'the signals healed while it waited for approval: No firing alert matches a criterion.',
    });
    expect(ended?.trail.at(-1)).toMatchObject({ event: 'withdrawn', by: 'decider' });
  });
  test('rule 14: is not withdrawn because its alerts grew old: silence is no healing', async () => {
    const { world, services, t0, state } = down(asking());
    await tellDown(services, t0);
    at(world, t0 + HOUR);
    await look(services, t0 + HOUR);
    expect((await state()).verdict).toMatchObject({ kind: 'clear', reason: 'alerts-too-old' });
    expect((await state()).failover).toMatchObject({ state: 'awaiting-approval' });
  });
  test.each<[string, Partial<Failover>]>([
    ['what a person asked for does not rest on alerts', { cause: 'person' }],
    ['what was approved is judged when its turn comes', { state: 'requested' }],
  ])('%s', async (_what, more) => {
    const { services, t0, state } = down(asking());
    await tellDown(services, t0);
    const before = await state();
    await services.targets.save(before, { failover: { ...(before.failover as Failover), ...more } as Failover });
    await heal(services, t0);
    expect((await state()).failover?.id).toBe(before.failover?.id);
  });
});
