import { describe, expect, test } from 'vitest';
import { decideBatch } from '../../lib/decide/step.ts';
import type { Services } from '../../lib/services.ts';
import type { TargetStore } from '../../lib/store/target-store.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { OUTAGES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import type { World } from '../simulate/world.ts';
import { at, both, events, lookAt, MINUTE, ORDERS, record, SECOND, still } from './still.ts';

describe('deciding on a target', () => {
  const conflicting = (real: Services, times: number): Services => {
    let left = times;
    const save: TargetStore['save'] = (...given) => {
      left -= 1;
      return left >= 0 ? Promise.resolve('conflict') : real.targets.save(...given);
    };
    return { ...real, targets: { ...real.targets, save } };
  };
  const fire = async (services: Services, t0: number): Promise<readonly string[]> =>
    (await decideBatch(services, [record(both(t0), { id: 'a' })])).failed;

  test('a race that is lost is decided again on what is there now', async () => {
    const { services, t0 } = still(undefined, (real) => conflicting(real, 9));
    expect(await fire(services, t0)).toEqual([]);
    expect((await services.targets.load(ORDERS)).verdict).toMatchObject({ reason: 'dwelling' });
  });
  test('ten races that are lost give the message back', async () => {
    const { world, services, t0 } = still(undefined, (real) => conflicting(real, 10));
    expect(await fire(services, t0)).toEqual(['a']);
    expect(events(world, 'decide-failed')[0]?.['error']).toBe(`ContendedError: target ${ORDERS}: lost 10 races for its record`);
  });
  test('a record that cannot be read is not written over, and says what is wrong', async () => {
    const { world, services, t0 } = still();
    await services.targets.save(await services.targets.load(ORDERS), { alarming: false, lookAgainAtMs: t0 });
    const id = `target#${ORDERS}\nstate`;
    world.table.items.set(id, { ...world.table.items.get(id), pk: `target#${ORDERS}`, sk: 'state', controls: '{broken' });
    expect(await fire(services, t0)).toEqual(['a']);
    expect(events(world, 'decide-failed')[0]?.['error']).toBe(`Error: target ${ORDERS}: its record cannot be read (controls)`);
    expect(world.table.items.get(id)?.['controls']).toBe('{broken');
  });
});

describe('a look at the world that was taken a moment ago', () => {
  /** Down for two minutes by the alerts, and the standby is not well: held, with a look every fifteen seconds. */
  async function held(): Promise<{ world: World; services: Services; t0: number; reads: () => number }> {
    const { world, services, t0 } = still();
    OUTAGES.gaussdb.kill(world);
    world.gaussdb.setOutage(FLEET.gaussdb.instanceId, true, t0);
    await decideBatch(services, [record(both(t0 - 2 * MINUTE))]);
    return { world, services, t0, reads: () => world.gaussdb.calls().length };
  }
  const look = (services: Services, dueAtMs: number): Promise<unknown> => decideBatch(services, [record(lookAt(ORDERS, dueAtMs))]);

  test('is not taken before it is needed', async () => {
    const { world, services, t0 } = still();
    await decideBatch(services, [record(both(t0))]);
    expect((await services.targets.load(ORDERS)).verdict).toMatchObject({ reason: 'dwelling' });
    expect(world.gaussdb.calls()).toEqual([]);
  });

  test('is not repeated for the same evidence within fifteen seconds', async () => {
    const { world, services, t0, reads } = await held();
    const first = reads();
    expect(first).toBeGreaterThan(0);
    for (const atMs of [t0, t0 + 15 * SECOND - 1]) {
      at(world, atMs);
      expect(await look(services, t0)).toEqual({ failed: [] });
      expect(reads()).toBe(first);
    }
    at(world, t0 + 15 * SECOND);
    await look(services, t0);
    expect(reads()).toBeGreaterThan(first);
    expect((await services.targets.load(ORDERS)).lookAgainAtMs).toBe(t0 + 30 * SECOND);
  });
  test('is repeated for new evidence', async () => {
    const { world, services, t0, reads } = await held();
    const first = reads();
    at(world, t0 + SECOND);
    await decideBatch(services, [record(alertmanagerBody([{ startsAtMs: t0 - MINUTE, observer: 'eu-3', name: 'DatabaseUnreachable' }]))]);
    expect(reads()).toBeGreaterThan(first);
  });
  test('is repeated when the clock that took it is ahead of ours', async () => {
    const { world, services, t0, reads } = await held();
    const first = reads();
    at(world, t0 - 1);
    await look(services, t0 - 1);
    expect(reads()).toBeGreaterThan(first);
  });
  test.each([
    ['pausedUntilMs', 'began-in-window'],
    ['spentUntilMs', 'alerts-spent'],
  ] as const)('says nothing any more when %s has moved since', async (name, reason) => {
    const { world, services, t0, reads } = await held();
    const first = reads();
    const state = await services.targets.load(ORDERS);
    at(world, t0 + SECOND);
    await services.targets.save(state, { controls: { ...state.controls, [name]: t0 } });
    await look(services, t0);
    expect((await services.targets.load(ORDERS)).verdict).toMatchObject({ reason, decidedAtMs: t0 + SECOND });
    expect(reads()).toBe(first);
  });
  test('is none when nothing was ever decided: the evidence came while a person failed it over', async () => {
    const { services: told, t0 } = still();
    await decideBatch(told, [record(both(t0))]);
    const { health } = await told.targets.load(ORDERS);
    const { world, services } = still();
    OUTAGES.gaussdb.kill(world);
    await services.targets.save(await services.targets.load(ORDERS), { health, alarming: true });
    at(world, t0 + MINUTE);
    await look(services, t0 + MINUTE);
    expect((await services.targets.load(ORDERS)).failover).toMatchObject({ state: 'requested' });
  });
  test('is none when a moment ago nobody had to look: it was still dwelling', async () => {
    const { world, services, t0 } = still();
    OUTAGES.gaussdb.kill(world);
    await decideBatch(services, [record(both(t0))]);
    at(world, t0 + MINUTE - SECOND);
    await decideBatch(services, [record(alertmanagerBody([{ startsAtMs: t0, observer: 'eu-3', name: 'DatabaseUnreachable' }]))]);
    expect((await services.targets.load(ORDERS)).verdict).toMatchObject({ kind: 'wait', decidedAtMs: t0 + MINUTE - SECOND });
    at(world, t0 + MINUTE);
    await look(services, t0 + MINUTE);
    expect((await services.targets.load(ORDERS)).failover).toMatchObject({ state: 'requested' });
  });
  test('is repeated when what held it before was lifted', async () => {
    const { world, services, t0 } = still();
    OUTAGES.gaussdb.kill(world);
    const controls = { ...(await services.targets.load(ORDERS)).controls, coolDownUntilMs: t0 + 5 * SECOND };
    await services.targets.save(await services.targets.load(ORDERS), { controls });
    await decideBatch(services, [record(both(t0 - 2 * MINUTE))]);
    expect((await services.targets.load(ORDERS)).verdict).toMatchObject({ kind: 'hold', reason: 'cool-down' });
    at(world, t0 + 5 * SECOND);
    await look(services, t0);
    expect((await services.targets.load(ORDERS)).failover).toMatchObject({ state: 'requested' });
  });
});
