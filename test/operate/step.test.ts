import { describe, expect, test } from 'vitest';
import { runDrill } from '../../lib/drill/step.ts';
import { requestOperation } from '../../lib/operate/request-operation.ts';
import { operate } from '../../lib/operate/step.ts';
import { awaitingApproval, strike, TARGET, worldWith } from './situation.ts';

const HOUR_MS = 3_600_000;

describe('the operator understands', () => {
  const who = { by: 'ann', reason: 'because' };
  test.each([
    [{ deed: 'pause', targetId: TARGET, owner: 'ann', reason: 'work', forMs: 1_000 }, 'paused for 1 s'],
    [{ deed: 'resume', targetId: TARGET, ...who }, 'is not paused'],
    [{ deed: 'acknowledge', targetId: TARGET, ...who }, 'no block and no cool-down'],
    [{ deed: 'release-brake', ...who }, 'is not on'],
    [{ deed: 'plan', targetId: TARGET, operation: 'switchover', ...who }, 'can be asked for'],
    [{ deed: 'operate', targetId: TARGET, operation: 'switchover', ...who }, 'is requested'],
  ])('%j', async (request, told) => {
    expect(await operate(worldWith().aside(), request)).toMatchObject({ ok: true, told: expect.stringContaining(told) });
  });

  test.each([
    [{ deed: 'approve', targetId: TARGET, by: 'ann', planHashPrefix: 'abcdef12' }, 'nothing-pending'],
    [{ deed: 'deny', targetId: TARGET, ...who }, 'nothing-pending'],
    [{ deed: 'pause', targetId: 'nowhere', owner: 'ann', reason: 'work', forMs: 1_000 }, 'unknown-target'],
    [{ deed: 'status', targetId: 'nowhere' }, 'unknown-target'],
    [{ deed: 'history', targetId: '__proto__' }, 'unknown-target'],
  ])('%j and says no', async (request, code) => {
    expect(await operate(worldWith().aside(), request)).toMatchObject({ ok: false, code });
  });

  test.each([
    [undefined, 'not a JSON object'],
    ['status', 'not a JSON object'],
    [[], 'not a JSON object'],
    [{}, 'deed is missing'],
    [{ deed: 'explode' }, 'no such deed'],
    [{ deed: 'constructor' }, 'no such deed'],
    [{ deed: 'pause', owner: 'ann', reason: 'work', forMs: 1 }, 'targetId is missing'],
    [{ deed: 'pause', targetId: TARGET, owner: 'ann', reason: 'work', forMs: '2h' }, 'forMs is not a number'],
    [{ deed: 'pause', targetId: TARGET, owner: 1, reason: 'work', forMs: 1 }, 'owner is not text'],
    [{ deed: 'acknowledge', targetId: TARGET, ...who, close: 'yes' }, 'close is neither true nor false'],
    [{ deed: 'operate', targetId: TARGET, operation: 'failover', ...who, consent: true }, 'no field consent'],
    [{ deed: 'refused', limit: 'all' }, 'limit is not a number'],
  ])('nothing of %j, and says which part', async (request, why) => {
    expect(await operate(worldWith().aside(), request)).toMatchObject({ ok: false, code: 'invalid', why: expect.stringContaining(why) });
  });

  test('a port that fails is no answer: the caller may ask again', async () => {
    const services = worldWith().aside();
    const broken = { ...services, targets: { ...services.targets, load: () => Promise.reject(new Error('table away')) } };
    await expect(operate(broken, { deed: 'resume', targetId: TARGET, ...who })).rejects.toThrow('table away');
  });
});

describe('status', () => {
  test('of a fleet to which nothing has happened', async () => {
    const world = worldWith();
    const answer = await operate(world.aside(), { deed: 'status' });
    expect(answer).toMatchObject({ ok: true, status: { atMs: world.nowMs, brake: { on: false, recentFailovers: 0 } } });
    const { status } = answer as Extract<typeof answer, { status: unknown }>;
    expect(status.targets.map(({ targetId, mode }) => [targetId, mode])).toEqual([
      ['orders-gaussdb', 'act'],
      ['payments-polardb', 'act'],
      ['ledger-gdn', 'shadow'],
      ['reports-polardb-pg', 'shadow'],
    ]);
    for (const target of status.targets) expect(target).not.toHaveProperty('active');
  });

  test('of one that waits for approval: what, why, how long, and what to approve', async () => {
    const { services, failover } = await awaitingApproval();
    expect(await operate(services, { deed: 'status', targetId: TARGET })).toMatchObject({
      status: {
        brake: { recentFailovers: 1 },
        targets: [
          {
            alarming: true,
            active: { id: failover.id, state: 'awaiting-approval', planHash: failover.planHash, approval: { count: 2, approvedBy: [] } },
            verdict: { kind: 'ask', sentence: 'The policy wants a person to approve.' },
          },
        ],
      },
    });
  });

  test('while it runs: the progress; after it: the end, the cool-down and the last drill with its age', async () => {
    const world = worldWith();
    await runDrill(world.aside(), { targetId: TARGET, requestedBy: 'test' });
    strike(world);
    await world.run(HOUR_MS, () => world.log.some(({ event, fields }) => event === 'progress' && Number(fields['progressPercent']) > 0));
    await world.run(1_000);
    const running = await operate(world.aside(), { deed: 'status', targetId: TARGET });
    expect(running).toMatchObject({ status: { targets: [{ active: { state: 'running', progressPercent: expect.any(Number) } }] } });
    await world.run(10 * 60_000);
    expect(await operate(world.aside(), { deed: 'status', targetId: TARGET })).toMatchObject({
      status: {
        targets: [
          {
            coolDownUntilMs: expect.any(Number),
            lastFailover: { state: 'succeeded', rtoMs: expect.any(Number) },
            lastDrill: { outcome: 'ready', ageMs: expect.any(Number) },
          },
        ],
      },
    });
  });

  test('of a record that cannot be read says so', async () => {
    const world = worldWith();
    await world.table.update({ pk: `target#${TARGET}`, sk: 'state' }, { set: { failover: '{' } }, {});
    expect(await operate(world.aside(), { deed: 'status', targetId: TARGET })).toMatchObject({
      status: { targets: [{ unreadable: 'failover' }] },
    });
  });
});

describe('history', () => {
  test('newest first, the active one before the ended, each trail verified', async () => {
    const world = worldWith();
    await requestOperation(world.aside(), TARGET, { operation: 'simulation-start', by: 'ann', reason: 'rehearse' });
    await world.run(HOUR_MS);
    await requestOperation(world.aside(), TARGET, { operation: 'simulation-stop', by: 'ann', reason: 'rehearsed' });
    const answer = await operate(world.aside(), { deed: 'history', targetId: TARGET });
    expect(answer).toMatchObject({
      history: {
        failovers: [
          { failover: { operation: 'simulation-stop', state: 'requested' }, trailIntact: true },
          { failover: { operation: 'simulation-start', state: 'succeeded' }, trailIntact: true },
        ],
        acts: [{ deed: 'simulation-stop' }, { deed: 'simulation-start' }],
      },
    });
  });

  test('a changed past shows', async () => {
    const world = worldWith();
    await requestOperation(world.aside(), TARGET, { operation: 'switchover', by: 'ann', reason: 'work' });
    await world.run(HOUR_MS);
    for (const item of world.table.items.values()) {
      if (item['pk'] === `history#${TARGET}`) item['document'] = String(item['document']).replaceAll('"by":"ann"', '"by":"bob"');
    }
    const answer = await operate(world.aside(), { deed: 'history', targetId: TARGET });
    expect(answer).toMatchObject({ history: { failovers: [{ trailIntact: false }] } });
  });

  test('as many as asked for, within bounds', async () => {
    const world = worldWith();
    for (const operation of ['simulation-start', 'simulation-stop'] as const) {
      await requestOperation(world.aside(), TARGET, { operation, by: 'ann', reason: 'x' });
      await world.run(HOUR_MS);
    }
    const answer = await operate(world.aside(), { deed: 'history', targetId: TARGET, limit: 1 });
    expect(answer).toMatchObject({ history: { failovers: [{ failover: { operation: 'simulation-stop' } }] } });
    expect(await operate(world.aside(), { deed: 'history', targetId: TARGET, limit: -5 })).toMatchObject({ ok: true });
  });
});

test('alerts that became no verdict are listed, newest first', async () => {
  const world = worldWith();
  for (const name of ['first', 'second']) {
    await world.aside().records.keepRefused(
      {
        source: name,
        refusals: [{ code: 'no-resource', path: 'resources', detail: 'names nothing' }],
        excerpt: '{}',
        receivedAtMs: world.nowMs,
      },
      world.nowMs,
    );
    await world.run(1_000);
  }
  expect(await operate(world.aside(), { deed: 'refused' })).toMatchObject({ refused: [{ source: 'second' }, { source: 'first' }] });
});
