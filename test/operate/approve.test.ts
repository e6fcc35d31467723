import { describe, expect, test } from 'vitest';
import { approve } from '../../lib/operate/approve.ts';
import { judgeApproval } from '../../lib/operate/judge-approval.ts';
import { deny } from '../../lib/operate/deny.ts';
import { pause } from '../../lib/operate/pause.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { active, awaitingApproval, ended, heal, promotions, strike, TARGET, TWO_OF_THREE } from './situation.ts';

const HOUR_MS = 3_600_000;
const slots = async (services: Awaited<ReturnType<typeof awaitingApproval>>['services']): Promise<readonly string[]> =>
  (await services.brake.load()).slots.map(({ id }) => id);

describe('approving', () => {
  test('two of three approve the very plan: it runs, once, and the trail says who', async () => {
    const { world, services, failover } = await awaitingApproval();
    const plan = failover.planHash.slice(0, 12);
    expect(await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: plan })).toMatchObject({
      ok: true,
      changed: true,
      counted: 1,
      needed: 2,
    });
    await world.run(60_000);
    expect(promotions(world)).toBe(0);
    expect(await approve(services, TARGET, { by: 'bob@example.com', planHashPrefix: plan })).toMatchObject({ ok: true, counted: 2 });
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(1);
    const end = await ended(world);
    expect(end).toMatchObject({
      id: failover.id,
      state: 'succeeded',
      approved: true,
      dataLossConsented: false,
      planHash: failover.planHash,
    });
    expect(end?.trail.find(({ event }) => event === 'approved')?.why).toBe('approved by ann@example.com, bob@example.com');
    expect(verifyTrail(end?.trail ?? [])).toBe(true);
    expect((await services.records.acts(TARGET, 10)).map(({ deed, by }) => [deed, by])).toEqual([
      ['approve', 'bob@example.com'],
      ['approve', 'ann@example.com'],
    ]);
  });

  test('it may take longer than an alert may be old: what was young when it was asked for stays so', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    await world.run(25 * 60_000);
    expect(await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash })).toMatchObject({ ok: true });
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(1);
  });

  test.each([
    ['somebody who is no approver', { by: 'eve@example.com' }, 'not-an-approver'],
    ['another plan', { planHashPrefix: '00000000' }, 'plan-mismatch'],
    ['too little of the hash', { planHashPrefix: 'abcdef1' }, 'invalid'],
    ['what is no hash', { planHashPrefix: 'the plan!' }, 'invalid'],
    ['nobody', { by: '  ' }, 'invalid'],
  ])('%s is refused, and nothing is counted', async (_who, change, code) => {
    const { world, services, failover } = await awaitingApproval();
    const request = { by: 'ann@example.com', planHashPrefix: failover.planHash.slice(0, 8), ...change };
    expect(await approve(services, TARGET, request)).toMatchObject({ ok: false, code });
    expect(await active(world)).toMatchObject({ state: 'awaiting-approval', approval: { approvedBy: [] } });
    expect(await services.records.acts(TARGET, 10)).toEqual([]);
  });

  test('one person counts once, however the name is written', async () => {
    const { services, failover } = await awaitingApproval();
    const planHashPrefix = failover.planHash.slice(0, 8).toUpperCase();
    await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix });
    expect(await approve(services, TARGET, { by: ' Ann@Example.com', planHashPrefix })).toMatchObject({
      ok: true,
      changed: false,
      counted: 1,
    });
    expect((await services.targets.load(TARGET)).failover).toMatchObject({ state: 'awaiting-approval' });
  });

  test('two last approvers at once: one transition, one call', async () => {
    const { world, services, failover } = await awaitingApproval();
    const planHashPrefix = failover.planHash.slice(0, 8);
    await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix });
    const answers = await Promise.all(
      ['bob@example.com', 'cem@example.com'].map((by) => approve(services, TARGET, { by, planHashPrefix })),
    );
    expect(answers.filter((answer) => answer.ok && answer.changed)).toHaveLength(1);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(1);
    expect((await ended(world))?.trail.filter(({ event }) => event === 'approved')).toHaveLength(1);
    expect(await slots(services)).toEqual([failover.id]);
  });

  test('after it moved on: whoever approves is told how it stands', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    const request = { by: 'bob@example.com', planHashPrefix: failover.planHash };
    await approve(services, TARGET, { ...request, by: 'ann@example.com' });
    expect(await approve(services, TARGET, request)).toMatchObject({
      ok: true,
      changed: false,
      told: expect.stringContaining('requested'),
    });
    await world.run(HOUR_MS);
    expect(await approve(services, TARGET, request)).toMatchObject({
      ok: false,
      code: 'nothing-pending',
      why: expect.stringContaining('succeeded'),
    });
  });
});

test('an approval goes on by itself: no watchdog has to push it', async () => {
  const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
  world.watchdogOn = false;
  await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash });
  await world.run(5_000);
  expect(promotions(world)).toBe(1);
});

test('it expires to the millisecond', async () => {
  const { failover } = await awaitingApproval();
  const asked = { by: 'ann@example.com', planHashPrefix: failover.planHash };
  const { expiresAtMs } = failover.approval;
  expect(judgeApproval(failover, asked, expiresAtMs - 1)).toMatchObject({
    kind: 'counted',
    approvedBy: ['ann@example.com'],
    enough: false,
  });
  expect(judgeApproval(failover, asked, expiresAtMs)).toMatchObject({ kind: 'refused', code: 'expired' });
});

describe('what ends an approval', () => {
  test('nobody approves: it expires by its own look, gives its slot back, and asks no more for the same signals', async () => {
    const { world, services, failover } = await awaitingApproval();
    expect(await slots(services)).toEqual([failover.id]);
    await world.run(HOUR_MS);
    expect(await ended(world)).toMatchObject({ id: failover.id, state: 'cancelled', why: 'nobody approved it in time' });
    expect(await slots(services)).toEqual([]);
    expect([promotions(world), await active(world)]).toEqual([0, undefined]);
  });

  test('the look at the expiry is lost: too late to approve all the same, and the watchdog ends it', async () => {
    const { world, services, failover } = await awaitingApproval();
    world.watchdogOn = false;
    world.queues.live.failovers = [];
    await world.run(HOUR_MS);
    expect(await active(world)).toMatchObject({ state: 'awaiting-approval' });
    const late = { by: 'ann@example.com', planHashPrefix: failover.planHash };
    expect(await approve(services, TARGET, late)).toMatchObject({ ok: false, code: 'expired' });
    world.watchdogOn = true;
    await world.run(3 * 60_000);
    expect(await ended(world)).toMatchObject({ state: 'cancelled' });
  });

  test('the last approval and the expiry at the same moment: exactly one of them holds', async () => {
    for (const offsetMs of [-1_500, -1_000, -20, -10, -5, 0, 5]) {
      const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
      await world.run(failover.approval.expiresAtMs - world.nowMs + offsetMs);
      const answer = await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash });
      await world.run(HOUR_MS);
      const end = await ended(world);
      expect([answer.ok, promotions(world), end?.state], `${String(offsetMs)} ms`).toEqual(
        answer.ok ? [true, 1, 'succeeded'] : [false, 0, 'cancelled'],
      );
      expect(await slots(services)).toEqual(answer.ok ? [failover.id] : []);
    }
  });

  test('an approver denies: cancelled, told, its slot given back, and the same signals do not ask again', async () => {
    const { world, services, failover, startsAtMs } = await awaitingApproval();
    expect(await deny(services, TARGET, { by: 'cem@example.com', reason: 'planned work' })).toMatchObject({
      ok: true,
      failoverId: failover.id,
    });
    expect(await active(world)).toBeUndefined();
    await world.run(10_000);
    expect(await ended(world)).toMatchObject({ state: 'cancelled', why: 'denied by cem@example.com: planned work' });
    expect(world.told.some(({ body }) => body.includes('planned work'))).toBe(true);
    expect(await slots(services)).toEqual([]);
    strike(world, { startsAtMs });
    await world.run(10 * 60_000);
    expect([await active(world), promotions(world)]).toEqual([undefined, 0]);
  });

  test('a stranger cannot deny', async () => {
    const { services } = await awaitingApproval();
    expect(await deny(services, TARGET, { by: 'eve@example.com', reason: 'x' })).toMatchObject({ ok: false, code: 'not-an-approver' });
  });

  test('approve and deny at once: one of them holds, and no slot is left behind by the loser', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    const [approved, denied] = await Promise.all([
      approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash }),
      deny(services, TARGET, { by: 'bob@example.com', reason: 'no' }),
    ]);
    expect([approved.ok, denied.ok].filter(Boolean)).toHaveLength(1);
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(approved.ok ? 1 : 0);
    expect(await slots(services)).toEqual(approved.ok ? [failover.id] : []);
  });

  test('denied while it is being approved, after the slot was taken: the slot is given back', async () => {
    const { services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    const racing = {
      ...services,
      brake: {
        ...services.brake,
        reserve: async (...args: Parameters<typeof services.brake.reserve>) => {
          await deny(services, TARGET, { by: 'bob@example.com', reason: 'no' });
          return services.brake.reserve(...args);
        },
      },
    };
    expect(await approve(racing, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash })).toMatchObject({
      ok: false,
      code: 'nothing-pending',
    });
    expect(await slots(services)).toEqual([]);
  });

  test('the signals heal: withdrawn, without anybody doing anything', async () => {
    const { world, services, failover, startsAtMs } = await awaitingApproval();
    world.gaussdb.setOutage(FLEET.gaussdb.primaryInstanceId, false, world.nowMs);
    heal(world, startsAtMs);
    await world.run(10_000);
    expect(await ended(world)).toMatchObject({ id: failover.id, state: 'cancelled', why: expect.stringContaining('healed') });
    expect((await ended(world))?.trail.at(-1)).toMatchObject({ event: 'withdrawn', by: 'decider' });
    expect(await slots(services)).toEqual([]);
    const late = await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash });
    expect(late).toMatchObject({ ok: false, code: 'nothing-pending', why: expect.stringContaining('healed') });
  });

  test('a target that is paused meanwhile is not approved', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    await pause(services, TARGET, { owner: 'dba', reason: 'work', forMs: HOUR_MS });
    const answer = await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash });
    expect(answer).toMatchObject({ ok: false, code: 'no-longer-justified', why: expect.stringContaining('paused') });
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(0);
  });
});

describe('the fleet brake and approvals', () => {
  test('is it on, nothing is approved', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    await services.brake.trip('test', world.nowMs);
    const answer = await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash });
    expect(answer).toMatchObject({ ok: false, code: 'brake-on', remedy: expect.stringContaining('release-brake') });
    expect(await active(world)).toMatchObject({ state: 'awaiting-approval' });
  });

  test('are the other slots taken since, nothing is approved either', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    await services.brake.giveBack(failover.id);
    for (const id of ['a', 'b', 'c']) await services.brake.reserve(id, world.config.fleet.brake, world.nowMs);
    expect(await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash })).toMatchObject({
      ok: false,
      code: 'brake-on',
    });
  });
});

describe('consent to lose data', () => {
  const asking = { approval: { ...TWO_OF_THREE, count: 1 }, maxLagMs: 100, overLag: 'ask' } as const;
  test('is demanded of whoever approves, and is what lets it run', async () => {
    const { world, services, failover } = await awaitingApproval(asking);
    expect(failover.approval.asksDataLoss).toBe(true);
    const request = { by: 'ann@example.com', planHashPrefix: failover.planHash };
    expect(await approve(services, TARGET, request)).toMatchObject({ ok: false, code: 'consent-needed' });
    expect(await approve(services, TARGET, { ...request, consentToLoseData: true })).toMatchObject({ ok: true });
    await world.run(HOUR_MS);
    expect(await ended(world)).toMatchObject({ state: 'succeeded', dataLossConsented: true });
    expect(promotions(world)).toBe(1);
  });

  test('is not given by saying so where nobody asked', async () => {
    const { world, services, failover } = await awaitingApproval({ approval: { ...TWO_OF_THREE, count: 1 } });
    await approve(services, TARGET, { by: 'ann@example.com', planHashPrefix: failover.planHash, consentToLoseData: true });
    expect(await active(world)).toMatchObject({ approved: true, dataLossConsented: false });
  });

  test('where the policy names no approver, anybody may consent who may operate', async () => {
    const { services, failover } = await awaitingApproval({
      ...asking,
      approval: { required: false, approvers: [], count: 1, expiresMs: HOUR_MS },
    });
    const request = { planHashPrefix: failover.planHash, consentToLoseData: true };
    expect(await approve(services, TARGET, { by: 'decider', ...request })).toMatchObject({ ok: false, code: 'approver-is-requester' });
    expect(await approve(services, TARGET, { by: 'anybody', ...request })).toMatchObject({ ok: true });
  });
});
