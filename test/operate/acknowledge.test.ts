import { describe, expect, test } from 'vitest';
import { acknowledge } from '../../lib/operate/acknowledge.ts';
import { releaseBrake } from '../../lib/operate/release-brake.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import { active, ended, promotions, strike, TARGET, titles, worldWith } from './situation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const doer = { by: 'ann', reason: 'looked at it' };

/** The provider takes the call and never gets on with it. */
async function stuckWorld() {
  const world = worldWith();
  world.gaussdb.faults(world.nowMs).set({ fault: 'stuck-running', operation: 'failover' });
  strike(world);
  await world.run(8 * HOUR_MS, () => world.log.some(({ event, fields }) => event === 'transition' && fields['to'] === 'stuck'));
  if ((await active(world))?.state !== 'stuck') throw new Error('expected a stuck failover');
  return world;
}

describe('acknowledging (rules 8, 9)', () => {
  test('lifts the cool-down: a new signal fails over at once, an old one never', async () => {
    const world = worldWith({ failoversPerDay: 5 });
    const coolDownUntilMs = world.nowMs + HOUR_MS;
    const services = world.aside();
    const before = await services.targets.load(TARGET);
    await services.targets.save(before, { controls: { ...before.controls, coolDownUntilMs, spentUntilMs: world.nowMs - 1 } });
    strike(world);
    await world.run(10 * MINUTE_MS);
    expect((await services.targets.load(TARGET)).verdict).toMatchObject({ kind: 'hold', reason: 'cool-down' });
    expect(await acknowledge(services, TARGET, doer)).toMatchObject({
      ok: true,
      changed: true,
      told: expect.stringContaining('cool-down'),
    });
    await world.run(MINUTE_MS);
    expect(promotions(world)).toBe(1);
    expect(titles(world).some((title) => title.includes('acknowledged'))).toBe(true);
  });

  test('right after a verdict that it makes untrue: decided again, not in five minutes', async () => {
    const world = worldWith();
    const services = world.aside();
    const before = await services.targets.load(TARGET);
    const block = { failoverId: 'f', why: 'failed', sinceMs: world.nowMs };
    await services.targets.save(before, { controls: { ...before.controls, block } });
    strike(world);
    await world.run(10 * MINUTE_MS, () => world.log.some(({ event, fields }) => event === 'verdict' && fields['reason'] === 'blocked'));
    expect(await acknowledge(services, TARGET, doer)).toMatchObject({ ok: true, told: expect.stringContaining('the block of f') });
    await world.run(30_000);
    expect(promotions(world)).toBe(1);
  });

  test('with nothing to lift changes nothing', async () => {
    const services = worldWith().aside();
    expect(await acknowledge(services, TARGET, doer)).toMatchObject({ ok: true, changed: false });
    expect(await services.records.acts(TARGET, 5)).toEqual([]);
  });

  test('a stuck failover is not closed by the way', async () => {
    const world = await stuckWorld();
    expect(await acknowledge(world.aside(), TARGET, doer)).toMatchObject({ ok: false, code: 'still-observed' });
    expect(await active(world)).toMatchObject({ state: 'stuck' });
  });

  test('and --close ends it as failed, told and kept, and the target may act again', async () => {
    const world = await stuckWorld();
    const answer = await acknowledge(world.aside(), TARGET, { ...doer, close: true });
    expect(answer).toMatchObject({ ok: true, changed: true, told: expect.stringContaining('the stuck failover') });
    const end = await ended(world);
    expect(end).toMatchObject({ state: 'failed', why: 'closed by ann: looked at it' });
    expect(end?.trail.at(-1)).toMatchObject({ event: 'closed', by: 'ann', from: 'stuck', to: 'failed' });
    expect(verifyTrail(end?.trail ?? [])).toBe(true);
    const state = await world.aside().targets.load(TARGET);
    expect([state.failover, state.controls.block, state.controls.coolDownUntilMs]).toEqual([undefined, undefined, 0]);
    await world.run(HOUR_MS);
    expect(await active(world)).toBeUndefined();
  });

  test('closing twice at once, and again after a lost answer, closes once', async () => {
    const world = await stuckWorld();
    const request = { ...doer, close: true };
    const answers = await Promise.all([acknowledge(world.aside(), TARGET, request), acknowledge(world.aside(), TARGET, request)]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    expect(await acknowledge(world.aside(), TARGET, request)).toMatchObject({ ok: true });
    expect(await world.aside().records.failovers(TARGET, 9)).toHaveLength(1);
  });

  test('whoever closed it died before clearing the target: acknowledging again finishes that', async () => {
    const world = await stuckWorld();
    const services = world.aside();
    const dying = { ...services, records: { ...services.records, keepFailover: () => Promise.reject(new Error('died')) } };
    await expect(acknowledge(dying, TARGET, { ...doer, close: true })).rejects.toThrow('died');
    expect(await active(world)).toMatchObject({ state: 'failed' });
    expect(await acknowledge(services, TARGET, doer)).toMatchObject({ ok: true, changed: true });
    const state = await services.targets.load(TARGET);
    expect([state.failover, state.controls.block]).toEqual([undefined, undefined]);
    expect(await ended(world)).toMatchObject({ state: 'failed' });
  });

  test('what is running cannot be closed', async () => {
    const world = worldWith();
    strike(world);
    await world.run(10 * MINUTE_MS, () => world.log.some(({ event }) => event === 'answer'));
    expect(await acknowledge(world.aside(), TARGET, { ...doer, close: true })).toMatchObject({ ok: false, code: 'not-stuck' });
  });
});

describe('releasing the fleet brake (rule 12)', () => {
  test('what still alarms is decided again, and may act', async () => {
    const world = worldWith();
    const services = world.aside();
    await services.brake.trip('test', world.nowMs);
    strike(world);
    await world.run(3 * MINUTE_MS);
    expect((await services.targets.load(TARGET)).verdict).toMatchObject({ kind: 'hold', reason: 'fleet-brake' });
    expect(await releaseBrake(services, doer)).toMatchObject({ ok: true, changed: true, warnings: [expect.stringContaining('1 targets')] });
    await world.run(MINUTE_MS);
    expect(promotions(world)).toBe(1);
    expect(await services.records.acts('*', 5)).toMatchObject([{ deed: 'release-brake', by: 'ann' }]);
    expect(titles(world).some((title) => title.includes('Fleet brake released'))).toBe(true);
  });

  test('twice at once: one release', async () => {
    const world = worldWith();
    const services = world.aside();
    await services.brake.trip('test', world.nowMs);
    const answers = await Promise.all(['ann', 'bob'].map((by) => releaseBrake(services, { ...doer, by })));
    expect(answers.filter((answer) => answer.ok && answer.changed)).toHaveLength(1);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
  });

  test('a brake that is not on is no fault', async () => {
    expect(await releaseBrake(worldWith().aside(), doer)).toMatchObject({ ok: true, changed: false });
  });

  test('needs a name and a reason', async () => {
    expect(await releaseBrake(worldWith().aside(), { by: 'ann', reason: '' })).toMatchObject({ ok: false, code: 'invalid' });
  });
});
