import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/config.ts';
import { runDrill } from '../../../lib/drill/step.ts';
import { decideBatch } from '../../../lib/decide/step.ts';
import { acknowledge } from '../../../lib/operate/acknowledge.ts';
import { pause } from '../../../lib/operate/pause.ts';
import { FLEET } from '../../../local/simulators/fleet.ts';
import { OneStrike } from '../../scenarios/crash-points.ts';
import { actingConfig, failoverOf, OUTAGES, runOutage, titles } from '../../scenarios/outage.ts';
import { alertmanagerBody, withTarget } from '../../scenarios/story.ts';
import { World } from '../../simulate/world.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const { gaussdb, polardb } = OUTAGES;

/** The database of a target dies, or seems to; its two observers tell it after half a minute. */
function seeDown(world: World, outage: (typeof OUTAGES)['gaussdb'], more: { readonly endsAtMs?: number } = {}): void {
  const startsAtMs = world.nowMs;
  const alerts = ['eu-1', 'eu-2'].map((observer) => ({
    startsAtMs,
    instance: '',
    labels: outage.labels,
    name: 'DatabaseUnreachable',
    observer,
  }));
  world.kernel.after(30 * SECOND, () => world.alert(alertmanagerBody(alerts)));
  const { endsAtMs } = more;
  if (endsAtMs === undefined) return;
  world.kernel.at(endsAtMs + SECOND, () => world.alert(alertmanagerBody(alerts.map((one) => ({ ...one, status: 'resolved', endsAtMs })))));
}

/** Both observers say that it has ended a second ago. */
function endingOf(world: World, { labels }: (typeof OUTAGES)['gaussdb']): { readonly body: string } {
  const atMs = world.nowMs - SECOND;
  const alert = { startsAtMs: atMs, endsAtMs: atMs, status: 'resolved' as const, instance: '', name: 'DatabaseUnreachable', labels };
  return { body: alertmanagerBody(['eu-1', 'eu-2'].map((observer) => ({ ...alert, observer }))) };
}

const has = (world: World, event: string, fields: Readonly<Record<string, unknown>> = {}): boolean =>
  world.log.some((entry) => entry.event === event && Object.entries(fields).every(([name, value]) => entry.fields[name] === value));

const count = (world: World, title: string): number => titles(world).filter((told) => told.includes(title)).length;

describe('GitHub, October 2018, as a whole', () => {
  test('rule 2: 43 seconds without a network move nothing, and nobody is woken', async () => {
    const world = new World({ config: actingConfig() });
    seeDown(world, gaussdb, { endsAtMs: world.nowMs + 43 * SECOND });
    await world.run(60 * MINUTE);
    expect(gaussdb.promotions(world)).toBe(0);
    expect(world.told).toEqual([]);
    expect(has(world, 'verdict', { kind: 'wait', reason: 'dwelling' })).toBe(true);
    expect(has(world, 'verdict', { kind: 'clear' })).toBe(true);
  });
});

describe('Cloudflare, November 2020, as a whole', () => {
  test('rule 1: observers that contradict our probe hold it, and people are told once', async () => {
    const world = new World({ config: actingConfig() });
    seeDown(world, polardb);
    await world.run(14 * MINUTE);
    expect(polardb.promotions(world)).toBe(0);
    expect(count(world, 'NOT failing over: contradicted')).toBe(1);
  });
});

describe('AWS DynamoDB, October 2025: a delayed worker applied an old plan over a newer one', () => {
  /** Runs an outage up to a moment, lets something happen there, and runs on. */
  async function until(reached: (world: World) => boolean, then: (world: World) => Promise<unknown>): Promise<World> {
    const world = new World({ config: actingConfig() });
    gaussdb.kill(world);
    seeDown(world, gaussdb);
    await world.run(10 * MINUTE, () => reached(world));
    expect(reached(world)).toBe(true);
    await then(world);
    await world.run(60 * MINUTE);
    return world;
  }
  const decided = (world: World): boolean => has(world, 'verdict', { kind: 'failover' });
  const claimed = (world: World): boolean => has(world, 'transition', { to: 'claimed' });
  const paused = (world: World): Promise<unknown> =>
    pause(world.aside(), gaussdb.targetId, { owner: 'ann@example.com', reason: 'hands off', forMs: 30 * MINUTE });
  const healed = async (world: World): Promise<void> => {
    const { body } = endingOf(world, gaussdb);
    await decideBatch(world.aside(), [{ id: 'healed', body, sentAtMs: world.nowMs, receiveCount: 1 }]);
  };

  test.each([
    ['a pause between the verdict and the claim', decided, paused, 'Automation is paused for this target.'],
    ['a pause between the claim and the call', claimed, paused, ''],
    ['a resolve between the verdict and the claim', decided, healed, 'No firing alert matches a criterion.'],
    ['a resolve between the claim and the call', claimed, healed, ''],
  ] as const)('rule 6: %s makes the plan stale, and it is refused at the call', async (_what, reached, then, why) => {
    const world = await until(reached, then);
    const failover = await failoverOf(world, gaussdb.targetId);
    expect(gaussdb.promotions(world)).toBe(0);
    expect(failover).toMatchObject({ state: 'cancelled', starts: 0 });
    if (why !== '') expect(failover).toMatchObject({ why });
    expect(world.gaussdb.calls().filter(({ operation }) => operation === 'failover')).toEqual([]);
  });

  test('rule 6: every command ever sent, delivered again after the end, is refused as stale', async () => {
    const world = new World({ config: actingConfig() });
    const sent: { queue: 'failovers' | 'polls'; body: string }[] = [];
    const { onSent } = world.queues;
    world.queues.onSent = (queue, message) => {
      if (queue === 'failovers' || queue === 'polls') sent.push({ queue, body: message.body });
      onSent(queue, message);
    };
    gaussdb.kill(world);
    seeDown(world, gaussdb);
    await world.run(30 * MINUTE);
    expect(await failoverOf(world, gaussdb.targetId)).toMatchObject({ state: 'succeeded' });
    const stale = (): number => world.log.filter(({ event }) => event === 'stale').length;
    const before = stale();
    const old = sent.splice(0);
    for (const { queue, body } of old) world.queues.put(queue, body);
    await world.run(60 * MINUTE);
    expect(gaussdb.promotions(world)).toBe(1);
    expect(stale() - before).toBeGreaterThanOrEqual(old.length / 2);
    expect(await failoverOf(world, gaussdb.targetId)).toMatchObject({ state: 'succeeded', starts: 1 });
  });
});

describe('AWS EBS, April 2011, as a whole', () => {
  test('rule 12: a storm on all targets trips the brake once, with one page, and moves nothing', async () => {
    const world = new World({ config: actingConfig() });
    const startsAtMs = world.nowMs;
    const fleet = [...Object.values(OUTAGES).map(({ labels }) => labels), { clusterId: FLEET.polardb.postgresClusterId }];
    for (const { kill } of Object.values(OUTAGES)) kill(world);
    world.polardb.setOutage(FLEET.polardb.postgresClusterId, true, world.nowMs);
    const storm = fleet.flatMap((labels) =>
      ['eu-1', 'eu-2'].map((observer) => ({ startsAtMs, instance: '', labels, name: 'DatabaseUnreachable', observer })),
    );
    world.kernel.after(30 * SECOND, () => world.alert(alertmanagerBody(storm)));
    await world.run(40 * MINUTE);
    expect(Object.values(OUTAGES).map(({ promotions }) => promotions(world))).toEqual([0, 0, 0]);
    expect(count(world, 'Fleet brake ON')).toBe(1);
    expect(await world.aside().brake.load()).toMatchObject({ on: true });
    const pages = world.told.filter(({ body }) => body.includes('Fleet brake ON')).map(({ channel }) => channel);
    expect(pages).toEqual([...new Set(pages)]);
  });
});

describe('GoCardless, October 2017: the failover hung, and the hands for it had grown stiff', () => {
  test('rule 9: a failover that hangs is escalated in time, with the manual steps, and is not tried again', async () => {
    const world = new World({ config: actingConfig() });
    gaussdb.kill(world);
    world.gaussdb.faults(world.nowMs).set({ operation: 'failover', fault: 'stuck-running' });
    seeDown(world, gaussdb);
    await world.run(12 * 60 * MINUTE, () => count(world, 'STUCK') > 0);
    expect(await failoverOf(world, gaussdb.targetId)).toMatchObject({ state: 'stuck', starts: 1 });
    const page = world.told.find(({ body }) => body.includes('STUCK'))?.body ?? '';
    expect(page).toContain('Look at the roles and at the operation in the cloud console.');
    expect(page).toContain(`understudy acknowledge ${gaussdb.targetId}`);
    seeDown(world, gaussdb);
    await world.run(6 * 60 * MINUTE);
    expect(count(world, 'is STUCK')).toBe(1);
    expect(world.gaussdb.calls().filter(({ operation }) => operation === 'failover')).toHaveLength(1);
  });
  test('rule 9: a failed one blocks until a person has acknowledged it', async () => {
    const world = new World({ config: actingConfig() });
    gaussdb.kill(world);
    world.gaussdb.faults(world.nowMs).set({ operation: 'failover', fault: 'promote-fail' });
    seeDown(world, gaussdb);
    await world.run(90 * MINUTE);
    expect(await failoverOf(world, gaussdb.targetId)).toMatchObject({ state: 'failed' });
    world.alert(endingOf(world, gaussdb).body);
    seeDown(world, gaussdb);
    await world.run(30 * MINUTE);
    expect(world.gaussdb.calls().filter(({ operation }) => operation === 'failover')).toHaveLength(1);
    expect(has(world, 'verdict', { kind: 'hold', reason: 'blocked' })).toBe(true);
    expect(await acknowledge(world.aside(), gaussdb.targetId, { by: 'ann@example.com', reason: 'repaired' })).toMatchObject({ ok: true });
    world.alert(endingOf(world, gaussdb).body);
    seeDown(world, gaussdb);
    await world.run(10 * MINUTE);
    const { verdict, controls } = await world.aside().targets.load(gaussdb.targetId);
    expect(controls.block).toBeUndefined();
    expect(verdict?.checks.find(({ name }) => name === 'block')).toMatchObject({ verdict: 'pass', value: 'none' });
  });
});

describe('Tokyo Stock Exchange, October 2020: a switch that had been off for five years, and nobody knew', () => {
  const drill = async (config: Config, arrange: (world: World) => void = () => {}): Promise<Awaited<ReturnType<typeof runDrill>>> => {
    const world = new World({ config });
    arrange(world);
    return runDrill(world.aside(), { targetId: gaussdb.targetId, requestedBy: 'schedule' });
  };
  test('rule 18: a drill proves that it would act', async () => {
    expect(await drill(actingConfig())).toMatchObject({ outcome: 'ready', wouldHave: { kind: 'failover' }, mode: 'act' });
  });
  test('rule 18: in shadow mode the drill says that it would not', async () => {
    const report = await drill(withTarget(actingConfig(), gaussdb.targetId, { mode: 'shadow' }));
    expect(report.mode).toBe('shadow');
  });
  test('rule 18: credentials that ran out are found by the drill, not by the outage', async () => {
    const report = await drill(actingConfig(), (world) =>
      world.gaussdb.faults(world.nowMs).set({ operation: '*', fault: 'expired-credentials', times: 'always' }),
    );
    expect(report).toMatchObject({ outcome: 'not-ready', wouldHave: { kind: 'hold' } });
  });
  test('rule 18: a vendor that changed what its words mean is found by the drill', async () => {
    const report = await drill(actingConfig(), (world) =>
      world.gaussdb.faults(world.nowMs).set({ operation: '*', fault: 'status-outside-set', times: 'always' }),
    );
    expect(report).toMatchObject({ outcome: 'not-ready' });
  });
});

describe('Alibaba Cloud, Hong Kong, December 2022: the control plane was throttled when it was needed', () => {
  test('rule 5: while the provider cannot be read nothing is concluded, people are told, and it acts once when it can', async () => {
    const world = new World({ config: actingConfig() });
    polardb.kill(world);
    for (const fault of ['hang-before'] as const) world.polardb.faults(world.nowMs).set({ operation: '*', fault, times: 'always' });
    seeDown(world, polardb);
    await world.run(12 * MINUTE);
    expect(world.polardb.calls().filter(({ operation }) => operation === 'FailoverDBCluster')).toEqual([]);
    expect(count(world, 'NOT failing over: provider-unread')).toBe(1);
    world.polardb.faults(world.nowMs).clear();
    await world.run(20 * MINUTE);
    expect(await failoverOf(world, polardb.targetId)).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(polardb.promotions(world)).toBe(1);
  });
  test('rule 17: throttled right at the call, it is tried again within bounds, with the same token', async () => {
    const world = new World({ config: actingConfig() });
    polardb.kill(world);
    world.polardb.faults(world.nowMs).set({ operation: 'FailoverDBCluster', fault: 'throttling', times: 3 });
    seeDown(world, polardb);
    await world.run(20 * MINUTE);
    expect(await failoverOf(world, polardb.targetId)).toMatchObject({ state: 'succeeded' });
    expect(polardb.promotions(world)).toBe(1);
  });
});

describe('Discord: the database was moved, and what hung on it was not looked at', () => {
  test('rule 15: a promotion whose roles never show is not called a success, and people are told', async () => {
    const world = new World({ config: actingConfig() });
    polardb.kill(world);
    world.polardb.faults(world.nowMs).set({ operation: 'FailoverDBCluster', fault: 'state-lag', params: { ms: 48 * 60 * MINUTE } });
    seeDown(world, polardb);
    await world.run(12 * 60 * MINUTE);
    expect(polardb.promotions(world)).toBe(1);
    expect(await failoverOf(world, polardb.targetId)).toMatchObject({ state: 'failed', starts: 1 });
    expect(count(world, 'failover FAILED')).toBe(1);
    expect(count(world, ': promoted')).toBe(0);
    expect((await world.aside().targets.load(polardb.targetId)).controls.block).toBeDefined();
  });
});

describe('Keep #6531, powertools #53: a lock that a crash left behind stopped everything after it', () => {
  test('rule 6: a worker that dies with the lease loses it by time, and another ends the work, once', async () => {
    const calm = new OneStrike(['failover']);
    await runOutage('gaussdb', 10 * MINUTE, { mischief: calm });
    const claim = calm.gates.indexOf('failover write');
    expect(claim).toBeGreaterThan(-1);
    const run = await runOutage('gaussdb', 60 * MINUTE, { mischief: new OneStrike(['failover'], { index: claim, strike: 'crash-after' }) });
    expect(run.world.crashes).toBe(1);
    expect(run.failover).toMatchObject({ state: 'succeeded' });
    expect(run.promotions).toBe(1);
  });
});

describe('guardian #745: the platform ran one event three times', () => {
  test('rule 7: every message three times is one promotion, one token, one notice of its end', async () => {
    const world = new World({ config: actingConfig() });
    const { onSent } = world.queues;
    const again = new Set<string>();
    world.queues.onSent = (queue, message) => {
      onSent(queue, message);
      if (again.has(message.body)) return;
      again.add(message.body);
      const delayMs = message.visibleAtMs - world.nowMs;
      for (let copy = 0; copy < 2; copy += 1) world.queues.put(queue, message.body, delayMs);
    };
    polardb.kill(world);
    seeDown(world, polardb);
    await world.run(30 * MINUTE);
    expect(await failoverOf(world, polardb.targetId)).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(polardb.promotions(world)).toBe(1);
    expect(world.polardb.calls().filter(({ operation }) => operation === 'FailoverDBCluster')).toHaveLength(1);
    expect(count(world, ': promoted')).toBe(1);
    expect(count(world, ': failing over')).toBe(1);
  });
});
