import { describe, expect, test } from 'vitest';
import { PROVIDERS } from '../../lib/failover/providers.ts';
import type { Notice } from '../../lib/notify/notice.ts';
import { SecretUnavailableError } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import { checkReadiness } from '../../lib/watch/readiness-step.ts';
import type { Readiness } from '../../lib/watch/standing.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { status } from '../../lib/operate/status.ts';
import { statusLines } from '../../cli/status-lines.ts';
import { exampleConfig, withTarget } from '../scenarios/story.ts';
import { awaitingApproval, strike, TARGET, TWO_OF_THREE, configWith } from '../operate/situation.ts';
import type { Invocation } from '../simulate/invocation.ts';
import { World, type TableWrite, type WorldOptions } from '../simulate/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** As in `serverless.yml`. */
const readinessMs = 5 * MINUTE;
const PROBED = 'payments-polardb';

interface Story {
  readonly world: World;
  readonly writes: readonly TableWrite[];
}
function begin(options: Partial<WorldOptions> = {}): Story {
  const writes: TableWrite[] = [];
  const watcher = { wrote: (write: TableWrite) => void writes.push(write) };
  return { writes, world: new World({ config: exampleConfig(), readinessMs, watcher, ...options }) };
}

/** What was told of a target's readiness: `page readiness-lost`, from the log. */
function notices(world: World, targetId = TARGET): readonly string[] {
  return world.log
    .filter(({ event, fields }) => event === 'notice' && fields['targetId'] === targetId && String(fields['kind']).startsWith('readiness'))
    .map(({ fields }) => `${String(fields['urgency'])} ${String(fields['kind'])}`);
}
/** What people got, whole. */
function delivered(world: World, targetId = TARGET): readonly Notice[] {
  const own = world.told.filter(({ channel }) => channel === 'ops-webhook.example.com');
  const told = own.map(({ body }) => (JSON.parse(body) as { notice: Notice }).notice);
  return told.filter((notice) => notice.targetId === targetId && notice.kind.startsWith('readiness'));
}
async function readinessOf(world: World, targetId = TARGET): Promise<Readiness | undefined> {
  return (await world.aside().readiness.load(targetId)).readiness;
}
function checks(world: World, targetId = TARGET): number {
  return world.log.filter(({ event, fields }) => event === 'readiness' && fields['targetId'] === targetId).length;
}

describe('rule 18: a loss of readiness is a notice:', () => {
  test('a sound fleet is checked every ten minutes, told of to nobody, and costs one write a check', async () => {
    const { world, writes } = begin();
    await world.run(HOUR + MINUTE);
    expect(checks(world)).toBe(6);
    expect(notices(world)).toEqual([]);
    expect(await readinessOf(world)).toMatchObject({ outcome: 'ready', standing: 'ready', contrary: 0 });
    expect(await readinessOf(world, PROBED)).toMatchObject({ outcome: 'ready' });
    expect(writes.filter(({ key }) => key.pk === `readiness#${TARGET}`)).toHaveLength(6);
    expect(new Set(writes.filter(({ by }) => by?.name === 'readiness').map(({ key }) => key.pk.split('#')[0]))).toEqual(
      new Set(['readiness']),
    );
  });

  test('credentials revoked: one page with what is red and what to do, and one word when they are back', async () => {
    const { world } = begin();
    await world.run(21 * MINUTE);
    world.gaussdb.faults(world.nowMs).set({ operation: '*', fault: 'expired-credentials', times: 'always' });
    await world.run(10 * MINUTE);
    expect(await readinessOf(world)).toMatchObject({ outcome: 'not-ready', standing: 'ready', contrary: 1 });
    expect(notices(world)).toEqual([]);
    await world.run(3 * HOUR);
    expect(new Set(notices(world))).toEqual(new Set(['page readiness-lost']));
    const [page, ...more] = delivered(world);
    expect(more).toEqual([]);
    expect(page).toMatchObject({ kind: 'readiness-lost', urgency: 'page', title: expect.stringContaining('NOT READY') as string });
    expect(page?.facts.find(({ name }) => name === '✗ provider-read')?.value).toContain('401');
    expect(page?.steps.join('\n')).toMatch(/credential[^]*understudy drill orders-gaussdb/);
    world.gaussdb.faults(world.nowMs).clear();
    await world.run(HOUR);
    expect(delivered(world).map(({ kind, urgency }) => [kind, urgency])).toEqual([
      ['readiness-lost', 'page'],
      ['readiness-back', 'tell'],
    ]);
    expect(await readinessOf(world)).toMatchObject({ outcome: 'ready', standing: 'ready', told: true });
  });

  test('a secret that is gone is the same loss', async () => {
    let gone = false;
    const bend = (services: Services): Services => {
      if (!gone) return services;
      const values: Services['secrets']['values'] = (reference) => Promise.reject(new SecretUnavailableError(reference));
      const provider: Services['provider'] = (name) => PROVIDERS[name]({ ...services, secrets: { values } });
      return { ...services, provider };
    };
    const { world } = begin({ bend });
    await world.run(21 * MINUTE);
    expect(notices(world)).toEqual([]);
    gone = true;
    await world.run(21 * MINUTE);
    expect(delivered(world).map(({ facts }) => facts[1])).toEqual([
      { name: '✗ provider-read', value: expect.stringContaining('/providers/huawei') as string },
    ]);
  });

  test('somebody else changed the roles: it is told, and nothing is called', async () => {
    const { world } = begin();
    await world.run(21 * MINUTE);
    world.gaussdb.failOverByItself(FLEET.gaussdb.instanceId, world.nowMs);
    await world.run(HOUR);
    const [page] = delivered(world);
    expect(page?.facts).toContainEqual({ name: '✗ standby-role', value: 'primary (limit: standby)' });
    expect(page?.steps[0]).toContain('roles');
    expect(world.gaussdb.counters().promotions[FLEET.gaussdb.instanceId] ?? 0).toBe(0);
  });

  test('lag over the limit', async () => {
    const { world } = begin();
    world.gaussdb.setLag(FLEET.gaussdb.instanceId, 3_600);
    await world.run(31 * MINUTE);
    expect(delivered(world).map(({ facts }) => facts.filter(({ name }) => name.startsWith('✗')))).toEqual([
      [{ name: '✗ lag', value: '60 min (limit: known, at most 10 s)' }],
    ]);
  });

  test('a lag is one red check, whichever the provider', async () => {
    const settings = exampleConfig().targets['ledger-gdn']?.gdn;
    if (settings === undefined) throw new Error('no network in the example');
    const { world } = begin({ config: withTarget(exampleConfig(), 'ledger-gdn', { gdn: { ...settings, forced: true } }) });
    world.polardb.setLag(FLEET.polardb.gdnStandbyClusterId, 3_600);
    await world.run(6 * MINUTE);
    const found = await readinessOf(world, 'ledger-gdn');
    expect(found?.checks.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name)).toEqual(['lag']);
  });

  test('a backup is no loss; one that does not end is', async () => {
    const { world } = begin();
    world.gaussdb.change(({ instances }) => {
      const instance = instances[FLEET.gaussdb.instanceId];
      if (instance !== undefined) instance.status = 'BACKING UP';
    });
    await world.run(2 * HOUR);
    expect(await readinessOf(world)).toMatchObject({ outcome: 'unsure', standing: 'ready' });
    expect(notices(world)).toEqual([]);
    await world.run(HOUR);
    expect(delivered(world).map(({ facts }) => facts.map(({ name }) => name))).toEqual([['Mode', '✗ provider-free']]);
  });

  test('the probe must reach the living database', async () => {
    const { world } = begin();
    world.probes.set('pc-bp1abcdefghijk01.mysql.polardb.rds.aliyuncs.com', undefined);
    await world.run(31 * MINUTE);
    expect(delivered(world, PROBED).map(({ facts }) => facts.map(({ name }) => name))).toEqual([['Mode', '✗ probe-reaches']]);
  });

  test('drills that stopped: two in a row were missed', async () => {
    const { world } = begin({ config: withTarget(exampleConfig(), TARGET, { drill: { schedule: 'rate(1 day)', zone: 'UTC' } }) });
    await world.run(47 * HOUR);
    expect(notices(world)).toEqual([]);
    await world.run(2 * HOUR);
    expect(delivered(world).map(({ facts }) => facts.at(-1)?.name)).toEqual(['✗ last-drill']);
  });

  test('what flaps pages nobody', async () => {
    const { world } = begin();
    for (let round = 0; round < 12; round += 1) {
      world.gaussdb.setLag(FLEET.gaussdb.instanceId, round % 2 === 0 ? 3_600 : 1);
      await world.run(10 * MINUTE);
    }
    expect(world.log.some(({ event, fields }) => event === 'readiness' && fields['red'] === 'lag')).toBe(true);
    expect(notices(world)).toEqual([]);
  });

  test('a target in shadow is told of, not paged', async () => {
    const { world } = begin({ config: withTarget(exampleConfig(), TARGET, { mode: 'shadow' }) });
    world.gaussdb.setLag(FLEET.gaussdb.instanceId, 3_600);
    await world.run(31 * MINUTE);
    expect(delivered(world).map(({ urgency }) => urgency)).toEqual(['tell']);
  });
});

describe('readiness keeps out of the way:', () => {
  test('while a failover is in flight it is skipped, and says so', async () => {
    const { world } = begin({ config: configWith({ approval: TWO_OF_THREE }) });
    strike(world);
    await world.run(25 * MINUTE);
    expect((await world.aside().targets.load(TARGET)).failover?.state).toBe('awaiting-approval');
    const skipped = world.log.filter(({ event }) => event === 'readiness-skipped');
    expect(skipped[0]?.fields).toMatchObject({ targetId: TARGET, why: 'a failover is in flight' });
    expect(checks(world)).toBe(0);
    expect(checks(world, PROBED)).toBe(2);
  });

  test('an alarming target is not probed', async () => {
    const { world } = begin({ config: withTarget(exampleConfig(), PROBED, { mode: 'shadow' }) });
    world.polardb.setOutage(FLEET.polardb.mysqlClusterId, true, world.nowMs);
    const state = await world.aside().targets.load(PROBED);
    await world.aside().targets.save(state, { alarming: true, lookAgainAtMs: world.nowMs + HOUR });
    world.watchdogOn = false;
    await world.run(6 * MINUTE);
    expect((await readinessOf(world, PROBED))?.checks.find(({ name }) => name === 'probe-reaches')?.verdict).toBe('unread');
  });

  test('two runs at once count as one check', async () => {
    const { world } = begin();
    world.gaussdb.setLag(FLEET.gaussdb.instanceId, 3_600);
    for (let run = 0; run < 4; run += 1) world.act('readiness', checkReadiness);
    await world.run(MINUTE);
    world.act('readiness', checkReadiness);
    await world.run(MINUTE);
    expect(await readinessOf(world)).toMatchObject({ contrary: 1, standing: 'ready' });
    expect(checks(world)).toBe(1);
  });

  test('one target’s fault does not keep the others from being checked', async () => {
    const bend = (services: Services): Services => {
      const { readiness } = services;
      const load: typeof readiness.load = (targetId) =>
        targetId === TARGET ? Promise.reject(new Error('no answer')) : readiness.load(targetId);
      return { ...services, readiness: { ...readiness, load } };
    };
    const { world } = begin({ bend });
    await world.run(6 * MINUTE);
    expect(world.log.filter(({ event }) => event === 'readiness-failed').map(({ fields }) => fields['targetId'])).toEqual([TARGET]);
    expect(checks(world, PROBED)).toBe(1);
  });

  test('a findings item that cannot be read is written anew', async () => {
    const { world } = begin();
    await world.table.update({ pk: `readiness#${TARGET}`, sk: 'state' }, { set: { document: '{', version: 7 } }, {});
    await world.run(6 * MINUTE);
    expect(await world.aside().readiness.load(TARGET)).toMatchObject({ version: 8, readiness: { outcome: 'ready' } });
  });

  test('who dies between the record and the message is made good by the next check, once', async () => {
    let dies = true;
    const bend = (services: Services, by: Invocation): Services => {
      const { queue } = services;
      if (by.name !== 'readiness') return services;
      const send: typeof queue.send = (...args) => (dies ? Promise.reject(new Error('died')) : queue.send(...args));
      return { ...services, queue: { ...queue, send } };
    };
    const { world } = begin({ bend });
    world.gaussdb.setLag(FLEET.gaussdb.instanceId, 3_600);
    await world.run(21 * MINUTE);
    expect(await readinessOf(world)).toMatchObject({ standing: 'lost', told: false });
    expect(delivered(world)).toEqual([]);
    dies = false;
    await world.run(HOUR);
    expect(delivered(world).map(({ kind }) => kind)).toEqual(['readiness-lost']);
    expect(await readinessOf(world)).toMatchObject({ standing: 'lost', told: true });
  });

  test('a large fleet is checked in turns, the longest unchecked first', async () => {
    const config = exampleConfig();
    const model = config.targets[TARGET];
    if (model === undefined) throw new Error('no model');
    const ids = Array.from({ length: 100 }, (_, index) => `t${String(index).padStart(3, '0')}`);
    const targets = Object.fromEntries(ids.map((id) => [id, { ...model, id, channels: [] }]));
    // Every target is always due: without an order the same ones would have every turn.
    const { world } = begin({ config: { ...config, targets }, timing: { readinessEveryMs: MINUTE } });
    await world.run(6 * MINUTE);
    expect(world.log.filter(({ event }) => event === 'readiness')).toHaveLength(64);
    await world.run(5 * MINUTE);
    expect(new Set(world.log.filter(({ event }) => event === 'readiness').map(({ fields }) => fields['targetId'])).size).toBe(100);
  });
});

test('waiting for approval is in flight, too', async () => {
  const { world } = await awaitingApproval();
  expect(await checkReadiness(world.aside())).toEqual({ checked: 3 });
});

test('the status of a target shows it, with its age', async () => {
  const { world } = begin();
  const readiness = async (): Promise<string> =>
    statusLines({ paint: (_style, text) => text }, await status(world.aside(), TARGET), false).join('\n');
  expect(await readiness()).toMatch(/^ +readiness +never checked$/m);
  await world.run(6.8 * MINUTE);
  expect(await readiness()).toMatch(/quiet\n[^]*^ +readiness +ready, checked 10\d\.\d s ago$/m);
  world.gaussdb.setLag(FLEET.gaussdb.instanceId, 3_600);
  await world.run(20 * MINUTE);
  expect(await readiness()).toMatch(/^● orders-gaussdb +act +NOT READY$[^]*^ +readiness +not-ready, checked .* ago: lag: 60 min$/m);
});
