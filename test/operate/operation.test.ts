import { describe, expect, test } from 'vitest';
import { tokenOf } from '../../lib/decide/act.ts';
import { approve } from '../../lib/operate/approve.ts';
import type { OperationRequest } from '../../lib/operate/operation.ts';
import { pause } from '../../lib/operate/pause.ts';
import { planOperation, requestOperation } from '../../lib/operate/request-operation.ts';
import type { Controls } from '../../lib/decide/state.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { Invocation, noMischief } from '../simulate/invocation.ts';
import { World } from '../simulate/world.ts';
import { active, configWith, ended, heal, promotions, strike, TARGET, titles, TWO_OF_THREE, worldWith } from './situation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const switchover: OperationRequest = { operation: 'switchover', by: 'ann@example.com', reason: 'patching the primary' };
const failover: OperationRequest = { ...switchover, operation: 'failover', reason: 'the region is gone' };

async function control(world: World, controls: Partial<Controls>): Promise<void> {
  const { targets } = world.aside();
  const state = await targets.load(TARGET);
  await targets.save(state, { controls: { ...state.controls, ...controls } });
}

describe('an operation that a person asks for', () => {
  test.each([
    [TARGET, 'switchover'],
    [TARGET, 'failover'],
    ['payments-polardb', 'switchover'],
    ['ledger-gdn', 'switchover'],
  ] as const)('%s: %s runs to its end on the same life cycle, once, and acknowledges itself (rule 8)', async (targetId, operation) => {
    const world = worldWith();
    const services = world.aside();
    const answer = await requestOperation(services, targetId, { ...switchover, operation });
    expect(answer).toMatchObject({ ok: true, changed: true });
    await world.run(HOUR_MS);
    const [end, ...more] = await services.records.failovers(targetId, 5);
    expect(more).toEqual([]);
    expect(end).toMatchObject({ state: 'succeeded', operation, cause: 'person', requestedBy: 'ann@example.com', starts: 1 });
    const { controls } = await services.targets.load(targetId);
    expect([controls.block, controls.coolDownUntilMs, controls.failoversMs]).toEqual([undefined, 0, []]);
    expect(await services.records.acts(targetId, 5)).toMatchObject([{ deed: operation, by: 'ann@example.com' }]);
    expect(titles(world).some((title) => title.includes(`${operation} asked for by ann@example.com`))).toBe(true);
  });

  test('a simulation is begun and ended, and the relation is as before', async () => {
    const world = worldWith();
    for (const operation of ['simulation-start', 'simulation-stop'] as const) {
      expect(await requestOperation(world.aside(), TARGET, { ...switchover, operation })).toMatchObject({ ok: true });
      await world.run(HOUR_MS);
      expect(await ended(world), operation).toMatchObject({ state: 'succeeded', operation });
    }
    expect(await planOperation(world.aside(), TARGET, switchover)).toMatchObject({ ok: true });
  });

  test('after a failover the standby is rebuilt by restore', async () => {
    const world = worldWith();
    await requestOperation(world.aside(), TARGET, failover);
    await world.run(HOUR_MS);
    const answer = await requestOperation(world.aside(), TARGET, { ...switchover, operation: 'restore' });
    expect(answer).toMatchObject({ ok: true });
    await world.run(2 * HOUR_MS);
    expect(await ended(world)).toMatchObject({ state: 'succeeded', operation: 'restore' });
  });

  test('it goes on by itself: no watchdog has to push it', async () => {
    const world = worldWith();
    world.watchdogOn = false;
    await requestOperation(world.aside(), TARGET, failover);
    await world.run(5_000);
    expect(promotions(world)).toBe(1);
  });

  test('the plan shows what would be asked and writes nothing', async () => {
    const world = worldWith();
    const answer = await planOperation(world.aside(), TARGET, failover);
    expect(answer).toMatchObject({
      ok: true,
      changed: false,
      plan: { operation: 'failover', parameters: { is_support_restore: true, disaster_type: 'stream' } },
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(world.table.items.size).toBe(0);
    expect(await requestOperation(world.aside(), TARGET, { ...failover, planHashPrefix: answer.ok ? answer.planHash : '' })).toMatchObject({
      ok: true,
    });
  });

  test('another plan than the one that was shown is refused', async () => {
    const world = worldWith();
    const answer = await requestOperation(world.aside(), TARGET, { ...failover, planHashPrefix: '0123456789' });
    expect(answer).toMatchObject({ ok: false, code: 'plan-changed' });
    expect(await active(world)).toBeUndefined();
  });

  test('the same request twice, at once or after its end, is one operation with one token', async () => {
    const world = worldWith();
    const request = { ...switchover, requestId: 'request-0001' };
    const answers = await Promise.all([requestOperation(world.aside(), TARGET, request), requestOperation(world.aside(), TARGET, request)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
    const id = (await active(world))?.id ?? '';
    expect((await active(world))?.token).toBe(tokenOf(id));
    await world.run(HOUR_MS, () => world.log.some(({ event }) => event === 'answer'));
    expect(await requestOperation(world.aside(), TARGET, request)).toMatchObject({ ok: true, changed: false, failoverId: id });
    await world.run(HOUR_MS);
    expect(await requestOperation(world.aside(), TARGET, request)).toMatchObject({ ok: true, changed: false, failoverId: id });
    await world.run(HOUR_MS);
    expect(await world.aside().records.failovers(TARGET, 5)).toHaveLength(1);
    const elsewhere = await requestOperation(world.aside(), 'payments-polardb', request);
    expect(elsewhere.ok && elsewhere.failoverId).not.toBe(id);
  });

  test('two people at once: one operation, and the other is told whose it is', async () => {
    const world = worldWith();
    const answers = await Promise.all(['ann', 'bob'].map((by) => requestOperation(world.aside(), TARGET, { ...switchover, by })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ code: 'in-flight', why: expect.stringMatching(/asked for by (?:ann|bob)/) });
    await world.run(HOUR_MS);
    expect(await world.aside().records.failovers(TARGET, 5)).toHaveLength(1);
  });

  test('a block set while the plan was made is seen by the write', async () => {
    const world = worldWith();
    const services = world.aside();
    let first = true;
    const racing = {
      ...services,
      targets: {
        ...services.targets,
        save: async (...args: Parameters<typeof services.targets.save>) => {
          if (first) await control(world, { block: { failoverId: 'f', why: 'stuck', sinceMs: 1 } });
          first = false;
          return services.targets.save(...args);
        },
      },
    };
    expect(await requestOperation(racing, TARGET, switchover)).toMatchObject({ ok: false, code: 'blocked' });
  });
});

describe('what is refused, and what only warns', () => {
  interface Case {
    readonly what: string;
    readonly controls?: Partial<Controls>;
    readonly request?: Partial<OperationRequest>;
    readonly code: string;
  }
  const block = { failoverId: 'f', why: 'failed', sinceMs: 1 };
  const never = Number.MAX_SAFE_INTEGER;
  const cases: readonly Case[] = [
    { what: 'a block', controls: { block }, code: 'blocked' },
    { what: 'a block, even by force', controls: { block }, request: { force: true }, code: 'blocked' },
    { what: 'the cool-down', controls: { coolDownUntilMs: never }, code: 'cool-down' },
    { what: 'an operation that there is not', request: { operation: 'explode' as never }, code: 'invalid' },
    { what: 'no reason', request: { reason: ' ' }, code: 'invalid' },
    { what: 'no name', request: { by: '' }, code: 'invalid' },
  ];
  test.each(cases)('$what: $code', async ({ controls = {}, request = {}, code }) => {
    const world = worldWith();
    await control(world, controls);
    for (const ask of [planOperation, requestOperation]) {
      expect(await ask(world.aside(), TARGET, { ...switchover, ...request })).toMatchObject({ ok: false, code });
    }
    expect(await active(world)).toBeUndefined();
  });

  test('the cool-down gives way to force, with a warning', async () => {
    const world = worldWith();
    await control(world, { coolDownUntilMs: world.nowMs + HOUR_MS });
    expect(await requestOperation(world.aside(), TARGET, { ...switchover, force: true })).toMatchObject({
      ok: true,
      warnings: [expect.stringContaining('overridden')],
    });
  });

  test('a pause, a window, shadow mode and the brake hold automation, and warn a person', async () => {
    const config = configWith({ freezes: [{ fromMs: 0, toMs: Date.UTC(2030, 0, 1), reason: 'year end' }] });
    const target = config.targets[TARGET];
    if (target === undefined) throw new Error('no target');
    const world = new World({ config: { ...config, targets: { ...config.targets, [TARGET]: { ...target, mode: 'shadow' } } } });
    await pause(world.aside(), TARGET, { owner: 'dba', reason: 'disks', forMs: HOUR_MS });
    await world.aside().brake.trip('test', world.nowMs);
    const answer = await requestOperation(world.aside(), TARGET, switchover);
    expect(answer).toMatchObject({
      ok: true,
      warnings: [
        expect.stringContaining('paused by dba'),
        expect.stringContaining('freeze'),
        expect.stringContaining('shadow'),
        expect.stringContaining('brake'),
      ],
    });
    await world.run(HOUR_MS);
    expect(await ended(world)).toMatchObject({ state: 'succeeded' });
  });

  test('an operation of another provider is refused with those that there are', async () => {
    const answer = await requestOperation(worldWith().aside(), 'payments-polardb', { ...switchover, operation: 'restore' });
    expect(answer).toMatchObject({ ok: false, code: 'unsupported', why: expect.stringContaining('failover, switchover') });
  });

  test('an unknown target', async () => {
    expect(await requestOperation(worldWith().aside(), 'nowhere', switchover)).toMatchObject({ ok: false, code: 'unknown-target' });
  });

  test('what the provider would refuse is told before anything is written', async () => {
    const world = worldWith();
    await requestOperation(world.aside(), TARGET, failover);
    await world.run(HOUR_MS);
    const again = await requestOperation(world.aside(), TARGET, switchover);
    expect(again).toMatchObject({
      ok: false,
      code: 'preflight',
      checks: expect.arrayContaining([expect.objectContaining({ name: 'role' })]),
    });
    expect(await world.aside().records.failovers(TARGET, 5)).toHaveLength(1);
  });

  test('a provider that cannot be read: no plan or no check, and nothing is written', async () => {
    const world = worldWith();
    world.polardb.faults(world.nowMs).set({ fault: '5xx-before', operation: '*', times: 'always' });
    const asked = requestOperation(world.services(new Invocation('operator', 0, world.kernel, noMischief)), 'payments-polardb', switchover);
    await world.run(MINUTE_MS);
    expect(await asked).toMatchObject({ ok: false, code: 'no-plan' });
  });

  test('a failover while the own probe reaches the database is warned of', async () => {
    const world = worldWith();
    const answer = await planOperation(world.aside(), 'payments-polardb', failover);
    expect(answer).toMatchObject({ ok: true, warnings: [expect.stringContaining('switchover would lose nothing')] });
  });

  test('more lag than the limit takes the consent, and with it runs', async () => {
    const world = worldWith({ maxLagMs: 100 });
    expect(await requestOperation(world.aside(), TARGET, failover)).toMatchObject({ ok: false, code: 'consent-needed' });
    const consenting = { ...failover, consentToLoseData: true };
    expect(await requestOperation(world.aside(), TARGET, consenting)).toMatchObject({
      ok: true,
      warnings: [expect.stringContaining('lost')],
    });
    await world.run(HOUR_MS);
    expect(await ended(world)).toMatchObject({ state: 'succeeded', dataLossConsented: true });
  });
});

describe('approval of what a person asks for (rule 14)', () => {
  const guards = { approval: { ...TWO_OF_THREE, count: 1 } };
  test('a failover waits for somebody else; the brake does not count it', async () => {
    const world = worldWith(guards);
    const services = world.aside();
    const answer = await requestOperation(services, TARGET, failover);
    expect(answer).toMatchObject({ ok: true, told: expect.stringContaining('waits for 1 approvals') });
    const planHashPrefix = answer.ok ? answer.planHash : '';
    expect(await approve(services, TARGET, { by: 'Ann@Example.com', planHashPrefix })).toMatchObject({ code: 'approver-is-requester' });
    await services.brake.trip('test', world.nowMs);
    expect(await approve(services, TARGET, { by: 'bob@example.com', planHashPrefix })).toMatchObject({ ok: true });
    await world.run(HOUR_MS);
    expect([promotions(world), (await ended(world))?.state]).toEqual([1, 'succeeded']);
    expect((await services.brake.load()).slots).toEqual([]);
  });

  test('resolved alerts do not withdraw it: it does not rest on alerts', async () => {
    const world = worldWith(guards);
    await requestOperation(world.aside(), TARGET, failover);
    const startsAtMs = world.nowMs;
    strike(world);
    await world.run(2 * MINUTE_MS);
    world.gaussdb.setOutage(FLEET.gaussdb.primaryInstanceId, false, world.nowMs);
    heal(world, startsAtMs);
    await world.run(2 * MINUTE_MS);
    expect(await active(world)).toMatchObject({ state: 'awaiting-approval', cause: 'person' });
  });

  test('a consent is approved as such', async () => {
    const world = worldWith({ ...guards, maxLagMs: 100 });
    const answer = await requestOperation(world.aside(), TARGET, { ...failover, consentToLoseData: true });
    expect(await active(world)).toMatchObject({ dataLossConsented: false, approval: { asksDataLoss: true } });
    const request = { by: 'bob@example.com', planHashPrefix: answer.ok ? answer.planHash : '' };
    expect(await approve(world.aside(), TARGET, request)).toMatchObject({ ok: false, code: 'consent-needed' });
    expect(await approve(world.aside(), TARGET, { ...request, consentToLoseData: true })).toMatchObject({ ok: true });
    await world.run(HOUR_MS);
    expect(await ended(world)).toMatchObject({ state: 'succeeded', dataLossConsented: true });
  });

  test('a planned switchover is not asked about', async () => {
    const world = worldWith(guards);
    await requestOperation(world.aside(), TARGET, switchover);
    expect(await active(world)).toMatchObject({ state: 'requested' });
  });

  test('nobody but the requester to ask: refused at once, not after the expiry', async () => {
    const world = worldWith({ approval: { ...TWO_OF_THREE, approvers: ['ANN@example.com'], count: 1 } });
    expect(await requestOperation(world.aside(), TARGET, failover)).toMatchObject({ ok: false, code: 'too-few-approvers' });
  });
});
