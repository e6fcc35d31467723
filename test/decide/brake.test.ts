import { describe, expect, test, vi } from 'vitest';
import { decideBatch } from '../../lib/decide/step.ts';
import { tellBrake } from '../../lib/decide/tell-brake.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { OUTAGES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { down, downWriting, keysOf, tellDown } from './down.ts';
import { HOUR, MINUTE, record, waiting } from './still.ts';

describe('rule 12: the fleet brake', () => {
  const stormOf = (t0: number): string =>
    alertmanagerBody(
      [...Object.values(OUTAGES).map(({ labels }) => labels), { clusterId: FLEET.polardb.postgresClusterId }].flatMap((labels) =>
        ['eu-1', 'eu-2'].map((observer) => ({ startsAtMs: t0 - 2 * MINUTE, observer, instance: '', labels, name: 'DatabaseUnreachable' })),
      ),
    );
  test('goes on with what tripped it, is paged, and who tripped it is told as held', async () => {
    const { world, services, t0 } = down();
    const brake = { failovers: 3, windowMs: HOUR, alarmingPercent: 50, alarmingMin: 2 };
    const config = { ...services.config, fleet: { brake } };
    await decideBatch({ ...services, config }, [record(stormOf(t0))]);
    const on = await services.brake.load();
    expect(on).toMatchObject({ on: true, onSinceMs: t0, toldMs: t0 });
    expect(on.why).toMatch(/^[a-z-]+: \d failovers, \d of 4 targets alarming \(limit: at most 3 in 60 min, below 50 % alarming\)$/);
    const keys = keysOf(world).map((key) => key.split(' ')[0] ?? '');
    expect(keys.filter((key) => key === `fleet/brake/${t0}`)).toHaveLength(2);
    expect(keys.filter((key) => key.includes('/held/fleet-brake-trips')).length).toBeGreaterThan(0);
  });
  test('takes no duplicate for a storm: two copies hold one slot while both are being written, and another database may act', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    let writing = 0;
    const { world, services, t0 } = downWriting(async (write, { before }) => {
      if (before.targetId === OUTAGES.gaussdb.targetId) {
        writing += 1;
        await gate;
      }
      return write();
    });
    OUTAGES.polardb.kill(world);
    const brake = { failovers: 2, windowMs: HOUR, alarmingPercent: 100, alarmingMin: 5 };
    const strict = { ...services, config: { ...services.config, fleet: { brake } } };
    const seen = ({ labels }: (typeof OUTAGES)['gaussdb']): string =>
      alertmanagerBody(
        ['eu-1', 'eu-2'].map((observer) => ({ startsAtMs: t0 - 2 * MINUTE, observer, instance: '', labels, name: 'DatabaseUnreachable' })),
      );
    const both = ['a', 'b'].map((id) => decideBatch(strict, [record(seen(OUTAGES.gaussdb), { id })]));
    await vi.waitUntil(() => writing === 2);
    await decideBatch(strict, [record(seen(OUTAGES.polardb))]);
    open();
    await Promise.all(both);
    const targets = await Promise.all([OUTAGES.gaussdb, OUTAGES.polardb].map(({ targetId }) => services.targets.load(targetId)));
    const { on, slots } = await services.brake.load();
    expect({ on, slots: slots.map(({ id }) => id) }).toEqual({ on: false, slots: targets.map(({ failover }) => failover?.id) });
  });
  test('that is on and was not paged yet is paged by whoever is held by it', async () => {
    const { world, services, t0 } = down();
    await services.brake.trip('a test', t0 - HOUR);
    await tellDown(services, t0);
    expect(keysOf(world).map((key) => key.split(' ')[0])).toContain(`fleet/brake/${t0 - HOUR}`);
    expect(await services.brake.load()).toMatchObject({ toldMs: t0 - HOUR });
    const told = keysOf(world).length;
    await tellBrake(services);
    expect(keysOf(world)).toHaveLength(told);
  });
  test('that does not say what tripped it is paged all the same', async () => {
    const { world, services, t0 } = down();
    await services.brake.trip('a test', t0);
    const load = async (): ReturnType<typeof services.brake.load> => {
      const { why: _why, ...brake } = await services.brake.load();
      return brake;
    };
    await tellBrake({ ...services, brake: { ...services.brake, load } });
    expect(waiting(world, 'notices')[0]).toMatchObject({ notice: { facts: [{ name: 'Tripped by', value: 'unknown' }, {}] } });
  });
  test('that is off is not told of', async () => {
    const { world, services } = down();
    await tellBrake(services);
    expect(keysOf(world)).toEqual([]);
  });
  test('that was released and goes on again is told again', async () => {
    const { world, services, t0 } = down();
    await services.brake.trip('first', t0);
    await tellBrake(services);
    await services.brake.release('ann', t0 + 1);
    await services.brake.trip('second', t0 + 2);
    await tellBrake(services);
    const notices = waiting(world, 'notices').map(({ notice }) => notice as { key: string; facts: { value: string }[] });
    expect(new Set(notices.map(({ key }) => key))).toEqual(new Set([`fleet/brake/${t0}`, `fleet/brake/${t0 + 2}`]));
    expect(notices[0]?.facts[0]?.value).toBe('first');
  });
});
