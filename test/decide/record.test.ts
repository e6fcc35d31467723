import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import { lookAtFleet, lookAtWorld } from '../../lib/decide/look.ts';
import { decideBatch } from '../../lib/decide/step.ts';
import { tellBrake } from '../../lib/decide/tell-brake.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { rulesFor, type Services } from '../../lib/services.ts';
import type { TargetState } from '../../lib/store/target-store.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { actingConfig, OUTAGES } from '../scenarios/outage.ts';
import { alertmanagerBody, withTarget } from '../scenarios/story.ts';
import type { World } from '../simulate/world.ts';
import { at, both, events, lookAt, MINUTE, ORDERS, PAYMENTS, record, SECOND, still, waiting } from './still.ts';

const HOUR = 3_600_000;
const keysOf = (world: World): string[] =>
  waiting(world, 'notices').map(({ notice, channelId }) => `${(notice as { key: string }).key} → ${String(channelId)}`);

function asking(): Config {
  const config = actingConfig();
  const approval = { required: true, approvers: ['ann@example.com'], count: 1, expiresMs: 30 * MINUTE };
  const policies = Object.entries(config.policies).map(([name, policy]) => [name, { ...policy, guards: { ...policy.guards, approval } }]);
  return { ...config, policies: Object.fromEntries(policies) as Config['policies'] };
}

/** Both see it since two minutes: it is decided at once. */
async function down(
  config?: Config,
  bend?: (services: Services) => Services,
): Promise<{ world: World; services: Services; t0: number; state: () => Promise<TargetState> }> {
  const { world, services, t0 } = still(config, bend);
  OUTAGES.gaussdb.kill(world);
  return { world, services, t0, state: () => services.targets.load(ORDERS) };
}
const tellDown = (services: Services, t0: number, more: { receiveCount?: number } = {}): Promise<unknown> =>
  decideBatch(services, [record(both(t0 - 2 * MINUTE), more)]);
const look = (services: Services, dueAtMs: number, more: { receiveCount?: number } = {}): Promise<unknown> =>
  decideBatch(services, [record(lookAt(ORDERS, dueAtMs), more)]);

describe('a verdict to act', () => {
  test('rule 6: is one write: the failover with its token, the verdict, and no timer; then the command, then the page', async () => {
    const { world, services, t0, state } = await down();
    const writes = world.log.length;
    await tellDown(services, t0);
    const after = await state();
    expect(after).toMatchObject({ alarming: true, verdict: { kind: 'failover' }, failover: { state: 'requested', requestedAtMs: t0 } });
    expect(after).toMatchObject({ healthVersion: 1, failoverVersion: 1, controlVersion: 1 });
    expect(after).not.toHaveProperty('lookAgainAtMs');
    expect(after.controls.failoversMs).toEqual([t0]);
    const id = after.failover?.id;
    expect(waiting(world, 'failovers')).toEqual([{ understudy: 'failover', targetId: ORDERS, failoverId: id, look: 0, dueAtMs: t0 }]);
    expect(keysOf(world)).toEqual([`${id}/requested → ops-slack`, `${id}/requested → ops-webhook`]);
    expect(events(world, 'verdict').at(-1)).toMatchObject({ targetId: ORDERS, kind: 'failover', reason: 'criterion-met', failoverId: id });
    expect(world.log.length).toBeGreaterThan(writes);
    expect((await services.brake.load()).slots).toEqual([{ id, atMs: t0 }]);
  });
  test('rule 8: remembers the last twenty, newest first', async () => {
    const { services, t0, state } = await down();
    const before = await state();
    const failoversMs = Array.from({ length: 20 }, (_, index) => t0 - (index + 25) * HOUR);
    await services.targets.save(before, { controls: { ...before.controls, failoversMs } });
    await tellDown(services, t0);
    expect((await state()).controls.failoversMs).toEqual([t0, ...failoversMs.slice(0, 19)]);
  });
  test('rule 12: without a slot it does not act, and is decided again', async () => {
    const { world, services, t0, state } = await down(undefined, (real) => ({
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
    const { services, t0, state } = await down(undefined, (real) => ({
      ...real,
      targets: {
        ...real.targets,
        save: (...given) => {
          if (given[1].failover === undefined || lost > 0) return real.targets.save(...given);
          lost += 1;
          return Promise.resolve('conflict');
        },
      },
    }));
    await tellDown(services, t0);
    expect(lost).toBe(1);
    const { failover } = await state();
    expect((await services.brake.load()).slots).toEqual([{ id: failover?.id, atMs: t0 }]);
  });
  test('rule 14: what has to be approved waits for its expiry, and people are asked', async () => {
    const { world, services, t0, state } = await down(asking());
    await tellDown(services, t0);
    const { failover } = await state();
    expect(failover).toMatchObject({ state: 'awaiting-approval' });
    expect(waiting(world, 'failovers')).toMatchObject([{ failoverId: failover?.id, look: 0, dueAtMs: t0 + 30 * MINUTE }]);
    expect(keysOf(world)[0]).toBe(`${failover?.id}/approval-needed → ops-slack`);
  });
});

describe('a verdict that does not act', () => {
  test('sets a timer for the moment that it names, and tells nobody', async () => {
    const { world, services, t0, state } = await down();
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
    const { world, services, t0, state } = await down();
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
    const { world, services, t0, state } = await down();
    await decideBatch(services, [record(both(t0))]);
    const before = await state();
    world.queues.live.alerts.splice(0);
    await decideBatch(services, [record(both(t0), { receiveCount: 2 })]);
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE }]);
    expect(await state()).toEqual(before);
  });
  test('whose race is lost is decided again before anything is sent', async () => {
    let lost = 0;
    const { world, services, t0 } = await down(undefined, (real) => ({
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
    const { services, t0, state } = await down();
    await look(services, t0);
    expect(await state()).toMatchObject({ healthVersion: 0, alarming: false });
    expect(await state()).not.toHaveProperty('verdict');
  });
  test('when all has ended, the timer goes and it is no longer alarming', async () => {
    const { services, t0, state } = await down();
    await decideBatch(services, [record(both(t0))]);
    await decideBatch(services, [record(both(t0, { status: 'resolved', endsAtMs: t0 + 5 * SECOND }))]);
    expect(await state()).toMatchObject({ alarming: false, verdict: { kind: 'clear', reason: 'no-matching-alert' } });
    expect(await state()).not.toHaveProperty('lookAgainAtMs');
  });
  test('one observer alone is on record as alarming, for the fleet', async () => {
    const { services, t0, state } = await down();
    await decideBatch(services, [record(alertmanagerBody([{ startsAtMs: t0, observer: 'eu-1', name: 'DatabaseUnreachable' }]))]);
    expect(await state()).toMatchObject({ alarming: true, verdict: { kind: 'clear', reason: 'quorum-short' } });
    expect(await services.targets.open()).toEqual([{ targetId: ORDERS, alarming: true }]);
  });
  test('evidence that has grown too old is no longer alarming, by a look alone', async () => {
    const { world, services, t0, state } = await down();
    await decideBatch(services, [record(alertmanagerBody([{ startsAtMs: t0, observer: 'eu-1', name: 'DatabaseUnreachable' }]))]);
    at(world, t0 + HOUR);
    await look(services, t0 + HOUR);
    expect(await state()).toMatchObject({ alarming: false, verdict: { reason: 'alerts-too-old' } });
  });
});

describe('the next look', () => {
  const withTimer = async (setMs: number): Promise<{ state: TargetState; sent: readonly unknown[]; t0: number }> => {
    const { world, services, t0, state } = await down();
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

describe('a hold', () => {
  async function blocked(): Promise<Awaited<ReturnType<typeof down>>> {
    const all = await down();
    const before = await all.state();
    await all.services.targets.save(before, { controls: { ...before.controls, block: { failoverId: 'f0', why: 'failed', sinceMs: 0 } } });
    return all;
  }
  test('is a page, once an episode and reason', async () => {
    const { world, services, t0 } = await blocked();
    await tellDown(services, t0);
    const key = `${ORDERS}/held/blocked/${t0 - 2 * MINUTE}`;
    expect(keysOf(world)).toEqual([`${key} → ops-slack`, `${key} → ops-webhook`]);
    at(world, t0 + MINUTE);
    await look(services, t0 + MINUTE);
    await decideBatch(services, [record(alertmanagerBody([{ startsAtMs: t0, observer: 'eu-3', name: 'DatabaseUnreachable' }]))]);
    expect(keysOf(world)).toHaveLength(2);
  });
  test('that is redelivered is told again under the same key: it may not have been', async () => {
    const { world, services, t0 } = await blocked();
    await tellDown(services, t0);
    await tellDown(services, t0, { receiveCount: 2 });
    expect(new Set(keysOf(world)).size).toBe(2);
    expect(keysOf(world)).toHaveLength(4);
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
    const { world, services, t0, state } = await down();
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
    const { world, services, t0, state } = await down();
    await tellDown(services, t0);
    const before = await state();
    at(world, t0 + SECOND);
    await tellDown(services, t0);
    expect(await state()).toEqual(before);
    await decideBatch(services, [record(alertmanagerBody([{ startsAtMs: t0, observer: 'eu-3', name: 'DatabaseUnreachable' }]))]);
    const after = await state();
    expect(after).toMatchObject({ verdict: { kind: 'failover' }, healthVersion: before.healthVersion + 1, alarming: true });
    expect(Object.keys(after.health.observers)).toContain('eu-3');
    expect(new Set(keysOf(world)).size).toBe(2);
  });
  test('its command and its page are sent again when a message comes again, as long as nobody has touched it', async () => {
    const { world, services, t0 } = await down();
    await tellDown(services, t0);
    await tellDown(services, t0, { receiveCount: 2 });
    const [first, second] = waiting(world, 'failovers');
    expect(second).toEqual(first);
    expect(new Set(keysOf(world)).size).toBe(2);
    expect(keysOf(world)).toHaveLength(4);
  });
  test('the question is asked again, too', async () => {
    const { world, services, t0 } = await down(asking());
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
    const { world, services, t0, state } = await down();
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
    const { services, t0, state } = await down(asking());
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
    const { world, services, t0, state } = await down(asking());
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
    const { services, t0, state } = await down(asking());
    await tellDown(services, t0);
    const before = await state();
    await services.targets.save(before, { failover: { ...(before.failover as Failover), ...more } as Failover });
    await heal(services, t0);
    expect((await state()).failover?.id).toBe(before.failover?.id);
  });
});

describe('rule 12: the fleet brake', () => {
  const stormOf = (t0: number): string =>
    alertmanagerBody(
      [...Object.values(OUTAGES).map(({ labels }) => labels), { clusterId: FLEET.polardb.postgresClusterId }].flatMap((labels) =>
        ['eu-1', 'eu-2'].map((observer) => ({ startsAtMs: t0 - 2 * MINUTE, observer, instance: '', labels, name: 'DatabaseUnreachable' })),
      ),
    );
  test('goes on with what tripped it, is paged, and who tripped it is told as held', async () => {
    const { world, services, t0 } = await down();
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
  test('that is on and was not paged yet is paged by whoever is held by it', async () => {
    const { world, services, t0 } = await down();
    await services.brake.trip('a test', t0 - HOUR);
    await tellDown(services, t0);
    expect(keysOf(world).map((key) => key.split(' ')[0])).toContain(`fleet/brake/${t0 - HOUR}`);
    expect(await services.brake.load()).toMatchObject({ toldMs: t0 - HOUR });
    const told = keysOf(world).length;
    await tellBrake(services);
    expect(keysOf(world)).toHaveLength(told);
  });
  test('that is off is not told of', async () => {
    const { world, services } = await down();
    await tellBrake(services);
    expect(keysOf(world)).toEqual([]);
  });
  test('that was released and goes on again is told again', async () => {
    const { world, services, t0 } = await down();
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

describe('the look at the world', () => {
  test('has the provider, the fleet and a plan; no probe where none is configured', async () => {
    const { services } = await down();
    const { look: seen, plan } = await lookAtWorld(services, rulesFor(services.config, ORDERS), 'failover');
    expect(seen.observation).toMatchObject({ standbyRole: 'standby', standbyHealthy: true });
    expect(seen).not.toHaveProperty('probe');
    expect(seen).not.toHaveProperty('planImpossible');
    expect(plan).toMatchObject({ operation: 'failover' });
    expect(seen.fleet).toEqual({ brakeOn: false, recentFailovers: 0, alarmingTargets: 1, targets: 4 });
  });
  test('asks our own probe where there is one', async () => {
    const { services } = await down();
    const { look: seen } = await lookAtWorld(services, rulesFor(services.config, PAYMENTS), 'failover');
    expect(seen.probe).toMatchObject({ kind: 'alive' });
  });
  test('says why no plan can be made', async () => {
    const { services } = await down();
    const { gdn } = services.config.targets['ledger-gdn'] ?? {};
    if (gdn === undefined) throw new Error('the example has no network');
    const config = withTarget(services.config, 'ledger-gdn', { gdn: { ...gdn, forced: false } });
    const seen = await lookAtWorld({ ...services, config }, rulesFor(config, 'ledger-gdn'), 'failover');
    expect(seen.look.planImpossible).toBe('A failover is a forced switch, and the target says forced: false.');
    expect(seen).not.toHaveProperty('plan');
  });
  test('counts the slots of the window, the targets that alarm, and always this one', async () => {
    const { services, t0 } = await down();
    const limits = { ...services.config.fleet.brake, windowMs: HOUR };
    await services.brake.reserve('old', limits, t0 - HOUR);
    await services.brake.reserve('new', limits, t0 - HOUR + 1);
    await services.targets.save(await services.targets.load(ORDERS), { alarming: false, lookAgainAtMs: t0 });
    await services.targets.save(await services.targets.load(PAYMENTS), { alarming: true });
    expect(await lookAtFleet(services, ORDERS, limits)).toEqual({ brakeOn: false, recentFailovers: 1, alarmingTargets: 2, targets: 4 });
    expect(await lookAtFleet(services, PAYMENTS, limits)).toMatchObject({ alarmingTargets: 1 });
  });
});
