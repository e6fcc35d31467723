import { describe, expect, test } from 'vitest';
import { sendTimer } from '../../lib/decide/record.ts';
import { pause, PAUSE_MS_MAX, resume } from '../../lib/operate/pause.ts';
import { active, ended, heal, promotions, strike, TARGET, titles, worldWith } from './situation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const owner = { owner: 'dba', reason: 'moving disks' };

describe('a pause (rule 13)', () => {
  test('holds what would have failed over; people are told of the pause and of what it holds', async () => {
    const world = worldWith();
    const answer = await pause(world.aside(), TARGET, { ...owner, forMs: 2 * HOUR_MS });
    expect(answer).toMatchObject({ ok: true, changed: true, untilMs: world.nowMs + 2 * HOUR_MS, warnings: [] });
    strike(world);
    await world.run(10 * MINUTE_MS);
    expect((await world.aside().targets.load(TARGET)).verdict).toMatchObject({ kind: 'hold', reason: 'paused' });
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(0);
    expect(titles(world).filter((title) => title.includes('automation paused'))).toHaveLength(2);
    expect(await world.aside().records.acts(TARGET, 5)).toMatchObject([{ deed: 'pause', by: 'dba', reason: 'moving disks' }]);
  });

  test('ends by itself, and what began in it needs a fresh signal', async () => {
    const world = worldWith();
    await pause(world.aside(), TARGET, { ...owner, forMs: 5 * MINUTE_MS });
    const startsAtMs = world.nowMs;
    strike(world);
    await world.run(10 * MINUTE_MS);
    expect(promotions(world)).toBe(0);
    expect((await world.aside().targets.load(TARGET)).controls.pause).toBeUndefined();
    heal(world, startsAtMs);
    await world.run(MINUTE_MS);
    strike(world);
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(1);
  });

  test('that nobody has cleared after its end: what began in it needs a fresh signal all the same', async () => {
    const world = worldWith();
    world.watchdogOn = false;
    await pause(world.aside(), TARGET, { ...owner, forMs: 5 * MINUTE_MS });
    const startsAtMs = world.nowMs;
    strike(world);
    await world.run(6 * MINUTE_MS);
    expect((await world.aside().targets.load(TARGET)).controls.pause).toBeDefined();
    strike(world, { startsAtMs });
    await sendTimer(world.aside(), TARGET, world.nowMs);
    await world.run(5 * MINUTE_MS);
    expect((await world.aside().targets.load(TARGET)).verdict).toMatchObject({ kind: 'hold', reason: 'began-in-window' });
    expect(promotions(world)).toBe(0);
  });

  test('is not forgotten when the alerts of its time resolve: its end is told', async () => {
    const world = worldWith();
    await pause(world.aside(), TARGET, { ...owner, forMs: HOUR_MS });
    const startsAtMs = world.nowMs;
    strike(world, { dead: false });
    await world.run(5 * MINUTE_MS);
    heal(world, startsAtMs);
    await world.run(2 * HOUR_MS);
    expect((await world.aside().targets.load(TARGET)).controls).toMatchObject({ pausedUntilMs: startsAtMs + HOUR_MS });
    expect(titles(world).some((title) => title.includes('the pause has ended'))).toBe(true);
  });

  test('is called to mind: every day, and an hour before its end; once each', async () => {
    const world = worldWith();
    await pause(world.aside(), TARGET, { ...owner, forMs: 50 * HOUR_MS });
    await world.run(51 * HOUR_MS);
    const reminders = world.told.filter(({ channel, body }) => channel.startsWith('ops-slack') && body.includes('still paused'));
    expect(reminders.map(({ atMs }) => Math.round((atMs - Date.UTC(2026, 10, 20, 3)) / HOUR_MS))).toEqual([24, 48, 49]);
  });

  test('of two hours or less is only told when it ends', async () => {
    const world = worldWith();
    await pause(world.aside(), TARGET, { ...owner, forMs: 2 * HOUR_MS });
    await world.run(3 * HOUR_MS);
    expect(titles(world).filter((title) => title.includes('still paused'))).toEqual([]);
  });

  test.each([
    ['no end', { forMs: 0 }, 'end in the future'],
    ['an end in the past', { forMs: -1 }, 'end in the future'],
    ['an end that is no time', { forMs: Number.NaN }, 'end in the future'],
    ['more than thirty days', { forMs: PAUSE_MS_MAX + 1 }, 'at most 30d'],
    ['no owner', { owner: ' ' }, 'by is missing'],
    ['no reason', { reason: '' }, 'reason is missing'],
    ['a reason that nobody will read', { reason: 'x'.repeat(1_001) }, 'longer than 1000'],
  ])('%s is refused', async (_what, change, why) => {
    const world = worldWith();
    const answer = await pause(world.aside(), TARGET, { ...owner, forMs: HOUR_MS, ...change });
    expect(answer).toMatchObject({ ok: false, code: 'invalid', why: expect.stringContaining(why) });
    expect((await world.aside().targets.load(TARGET)).controlVersion).toBe(0);
  });

  test('thirty days are allowed', async () => {
    expect(await pause(worldWith().aside(), TARGET, { ...owner, forMs: PAUSE_MS_MAX })).toMatchObject({ ok: true });
  });

  test('of an unknown target is refused', async () => {
    for (const id of ['nowhere', 'constructor', '']) {
      expect(await pause(worldWith().aside(), id, { ...owner, forMs: HOUR_MS })).toMatchObject({ ok: false, code: 'unknown-target' });
    }
  });

  test('replaces the one before and says so', async () => {
    const services = worldWith().aside();
    await pause(services, TARGET, { ...owner, forMs: HOUR_MS });
    const answer = await pause(services, TARGET, { owner: 'ann', reason: 'longer', forMs: 3 * HOUR_MS });
    expect(answer).toMatchObject({ ok: true, warnings: [expect.stringContaining('replaces the pause of dba')] });
    expect((await services.targets.load(TARGET)).controls.pause).toMatchObject({ owner: 'ann' });
  });

  test('of a record that cannot be read is refused, and nothing is overwritten', async () => {
    const world = worldWith();
    await world.table.update({ pk: `target#${TARGET}`, sk: 'state' }, { set: { controls: '{' } }, {});
    expect(await pause(world.aside(), TARGET, { ...owner, forMs: HOUR_MS })).toMatchObject({ ok: false, code: 'unreadable' });
    expect(await world.table.get({ pk: `target#${TARGET}`, sk: 'state' })).toMatchObject({ controls: '{' });
  });

  test('between the verdict and the claim: cancelled, never called', async () => {
    const world = worldWith();
    strike(world);
    const services = world.aside();
    // Stops at the very event at which the decider has written the failover and no worker has claimed it.
    let requested = false;
    await world.run(10 * MINUTE_MS, () => {
      requested ||= world.log.some(({ event, fields }) => event === 'verdict' && fields['kind'] === 'failover');
      return requested;
    });
    expect(await active(world)).toMatchObject({ state: 'requested' });
    expect(await pause(services, TARGET, { ...owner, forMs: HOUR_MS })).toMatchObject({
      ok: true,
      warnings: [expect.stringContaining('it is cancelled')],
    });
    await world.run(HOUR_MS / 2);
    expect(await ended(world)).toMatchObject({ state: 'cancelled', why: 'Automation is paused for this target.' });
    expect(promotions(world)).toBe(0);
  });

  test('at every moment from the verdict on: called once or not at all, and it always ends', async () => {
    const seen = new Map<string, number>();
    for (let moment = 0; moment < 100; moment += 1) {
      const world = worldWith();
      strike(world);
      let events = 0;
      await world.run(10 * MINUTE_MS, () => {
        if (world.log.some(({ event, fields }) => event === 'verdict' && fields['kind'] === 'failover')) events += 1;
        return events > moment;
      });
      await pause(world.aside(), TARGET, { ...owner, forMs: 2 * HOUR_MS });
      await world.run(HOUR_MS);
      const state = String((await ended(world))?.state);
      seen.set(state, (seen.get(state) ?? 0) + 1);
      expect([promotions(world), await active(world)], `moment ${String(moment)}`).toEqual([state === 'succeeded' ? 1 : 0, undefined]);
    }
    // Both happen, and the watershed is the call.
    expect([...seen.keys()].toSorted()).toEqual(['cancelled', 'succeeded']);
  });

  test('of a failover that is running does not stop it, and says so', async () => {
    const world = worldWith();
    strike(world);
    await world.run(10 * MINUTE_MS, () => world.log.some(({ event }) => event === 'answer'));
    const answer = await pause(world.aside(), TARGET, { ...owner, forMs: HOUR_MS });
    expect(answer).toMatchObject({ ok: true, warnings: [expect.stringContaining('does not stop')] });
    await world.run(HOUR_MS);
    expect(await ended(world)).toMatchObject({ state: 'succeeded' });
  });
});

describe('resuming', () => {
  test('ends the pause now; alerts begun in it need a fresh signal, and then it acts', async () => {
    const world = worldWith();
    await pause(world.aside(), TARGET, { ...owner, forMs: 5 * HOUR_MS });
    const startsAtMs = world.nowMs;
    strike(world);
    await world.run(5 * MINUTE_MS);
    world.watchdogOn = false;
    expect(await resume(world.aside(), TARGET, { by: 'ann', reason: 'disks moved' })).toMatchObject({ ok: true, changed: true });
    await world.run(5_000);
    expect((await world.aside().targets.load(TARGET)).verdict).toMatchObject({ kind: 'hold', reason: 'began-in-window' });
    heal(world, startsAtMs);
    await world.run(MINUTE_MS);
    strike(world);
    await world.run(HOUR_MS);
    expect(promotions(world)).toBe(1);
    expect((await world.aside().records.acts(TARGET, 5)).map(({ deed }) => deed)).toEqual(['resume', 'pause']);
  });

  test('what is not paused stays as it is', async () => {
    const world = worldWith();
    expect(await resume(world.aside(), TARGET, { by: 'ann', reason: 'x' })).toMatchObject({ ok: true, changed: false });
    expect(await world.aside().records.acts(TARGET, 5)).toEqual([]);
  });

  test('twice at once: one act', async () => {
    const services = worldWith().aside();
    await pause(services, TARGET, { ...owner, forMs: HOUR_MS });
    const answers = await Promise.all(['ann', 'bob'].map((by) => resume(services, TARGET, { by, reason: 'done' })));
    expect(answers.filter((answer) => answer.ok && answer.changed)).toHaveLength(1);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
  });
});
