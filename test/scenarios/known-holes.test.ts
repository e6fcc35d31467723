import { describe, expect, it } from 'vitest';
import type { Provider, StartOutcome } from '../../lib/failover/provider.ts';
import type { Services } from '../../lib/services.ts';
import { assertTiming, TIMING } from '../../lib/timing.ts';
import { gaussdbContract } from '../contract/gaussdb-contract.ts';
import { intentOf } from '../contract/polardb-wire.ts';
import type { Invocation } from '../simulate/invocation.ts';
import { World } from '../simulate/world.ts';
import { OPERATION_NAMES, runAsked } from './operations.ts';
import { actingConfig, failoverOf, OUTAGES, playOutage, PROVIDER_NAMES, runOutage } from './outage.ts';
import { withTarget } from './story.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Holes in the usual ways to do something once (idempotency libraries, leases, SDKs), each found in use or shown by running it. One test
 * each, named after the hole.
 */
type Start = Provider['start'];
type Bend = (start: Start, invocation: Invocation, services: Services) => Start;

/** Services whose provider starts differently; everything else is as it is. */
function startsBy(bend: Bend): (services: Services, invocation: Invocation) => Services {
  return (services, invocation) => ({
    ...services,
    provider: (name) => {
      const provider = services.provider(name);
      return { ...provider, start: bend((call) => provider.start(call), invocation, services) };
    },
  });
}

/** When the operation's own requests reached the cloud. */
function startsAtMs(world: World, provider: (typeof PROVIDER_NAMES)[number]): readonly number[] {
  const engine = provider === 'gaussdb' ? world.gaussdb : world.polardb;
  const name = OPERATION_NAMES[provider].failover;
  return engine
    .calls()
    .filter(({ operation }) => operation === name || operation === OPERATION_NAMES[provider].switchover)
    .map(({ atMs }) => atMs);
}

describe.each(PROVIDER_NAMES)('%s: known holes', (provider) => {
  it('a claim deleted on an exception: a worker that throws after the provider accepted leaves its claim, and nobody calls again', async () => {
    let thrown = 0;
    const bend = startsBy((start) => async (call) => {
      await start(call);
      thrown += 1;
      throw new Error('the code after the call is broken');
    });
    const run = await runOutage(provider, HOUR_MS, { bend });
    expect(thrown).toBe(1);
    expect(startsAtMs(run.world, provider)).toHaveLength(1);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', starts: 1 } });
    expect(run.failover?.trail.map(({ to }) => to)).toContain('unknown');
  });

  it('a lease shorter than what may be in flight: a worker that was held up sends nothing, though the record is still its own', async () => {
    const roomMs = TIMING.leaseMs - TIMING.callMs - TIMING.leaseMarginMs;
    let heldUpMs = roomMs + 1_000;
    const bend = (services: Services): Services => {
      let lateMs = 0;
      const event: Services['log']['event'] = (name, fields) => {
        services.log.event(name, fields);
        if (name !== 'preflight') return;
        lateMs = heldUpMs;
        heldUpMs = 0;
      };
      return { ...services, log: { event }, clock: { nowMs: () => services.clock.nowMs() + lateMs } };
    };
    const run = await runOutage(provider, HOUR_MS, { bend });
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', attempt: 2, starts: 1 } });
    expect(run.failover?.trail.map(({ why }) => why)).toContain('the lease would end before the call surely has');
    expect(startsAtMs(run.world, provider)).toHaveLength(1);
  });

  it('a clock compared across machines: clocks ten minutes apart shorten no quiet time before a second start', async () => {
    for (const first of [1, -1]) {
      let sign = first;
      const skewMs = (): number => (sign = -sign) * 10 * MINUTE_MS;
      const run = await runAsked(provider, 'switchover', { fault: 'drop-before', skewMs, forMs: 3 * HOUR_MS });
      const [one = 0, two = 0] = startsAtMs(run.world, provider);
      expect(startsAtMs(run.world, provider)).toHaveLength(2);
      expect(two - one).toBeGreaterThanOrEqual(run.world.aside().provider(provider).quietMs);
      expect(run).toMatchObject({ effects: 1, failover: { state: 'succeeded' } });
    }
  });

  it("zombie worker's late answer: it is certain, so it is adopted by whatever state the record has by then", async () => {
    // The time-outs of the lease are cut, so that a worker that stands still for half a minute has long lost it.
    const timing = { observeMs: 1_000, callMs: 1_000, leaseMarginMs: 1_000, leaseMs: 3_000, quietMs: 3_000 };
    const bend = startsBy((start, { kernel }) => async (call) => {
      const outcome = await start(call);
      await kernel.delay(45_000);
      return outcome;
    });
    const run = await runOutage(provider, HOUR_MS, { bend, timing, watchdogMs: 5_000 });
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', starts: 1 } });
    const path = run.failover?.trail.map(({ to }) => to) ?? [];
    expect(path.slice(path.indexOf('unknown'), path.indexOf('unknown') + 2)).toEqual(['unknown', 'running']);
    expect(run.failover?.trail.find(({ event }) => event === 'adopted')?.why).toBe('accepted');
  });

  it('time-out mid-call: a worker that is cut off while it waits for the answer makes no second call', async () => {
    const bend = startsBy((start) => async (call) => {
      await start(call);
      return await new Promise<StartOutcome>(() => {});
    });
    const run = await runOutage(provider, HOUR_MS, { bend });
    expect(run.world.crashes).toBe(1);
    expect(startsAtMs(run.world, provider)).toHaveLength(1);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', starts: 1 } });
  });

  it('mutated payload: the plan on record is what is sent again, though configuration and world have changed since', async () => {
    const { targetId } = OUTAGES[provider];
    const intents: string[] = [];
    const world = new World({
      config: actingConfig(),
      watcher: {
        arriving: (request) => {
          const intent = provider === 'gaussdb' ? gaussdbContract.matrix.intent(request) : intentOf(request);
          if (intent === undefined || intent.startsWith('GET')) return;
          intents.push(withoutSignature(intent));
          world.config = changed(world.config, targetId);
        },
      },
      // A provider that scribbles on what it is handed must not change what is sent next time.
      bend: startsBy((start) => async (call) => {
        const outcome = await start(call);
        Object.assign(call.plan.parameters, { scribbled: true });
        return outcome;
      }),
    });
    const engine = provider === 'gaussdb' ? world.gaussdb : world.polardb;
    engine.faults(world.nowMs).set({ operation: OPERATION_NAMES[provider].failover ?? '', fault: 'drop-before' });
    const run = await playOutage(world, provider, 2 * HOUR_MS);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', starts: 2 } });
    expect(intents).toHaveLength(2);
    expect(intents[1]).toBe(intents[0]);
  });

  it('in-progress record stuck for ever: its worker and every message are gone, and it still ends, soon', async () => {
    const dead: string[] = [];
    const bend = (services: Services, invocation: Invocation): Services => {
      if (invocation.name !== 'failover' || dead.length > 0) return services;
      const event: Services['log']['event'] = (name, fields) => {
        services.log.event(name, fields);
        if (name !== 'transition' || fields?.['to'] !== 'claimed') return;
        invocation.kill();
        dead.push(invocation.name);
        world.queues.live.failovers.length = 0;
      };
      return { ...services, log: { event } };
    };
    const world: World = new World({ config: actingConfig(), bend });
    const run = await playOutage(world, provider, HOUR_MS);
    expect(dead).toHaveLength(1);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', attempt: 2, starts: 1 } });
    const claims = run.failover?.trail.filter(({ event }) => event === 'claimed').map(({ atMs }) => atMs) ?? [];
    const boundMs = TIMING.leaseMs + TIMING.overdueMs + MINUTE_MS;
    expect((claims[1] ?? Infinity) - (claims[0] ?? 0)).toBeLessThanOrEqual(boundMs + 5_000);
  });
});

it('in-progress record stuck for ever: without the watchdog it would be', async () => {
  const bend = startsBy((_start, invocation) => async () => {
    invocation.kill();
    return await new Promise<StartOutcome>(() => {});
  });
  const world = new World({ config: actingConfig(), bend });
  world.watchdogOn = false;
  await playOutage(world, 'gaussdb', 3 * HOUR_MS);
  expect(await failoverOf(world, OUTAGES.gaussdb.targetId)).toMatchObject({ state: 'claimed' });
});

it('a lease shorter than what may be in flight: no function starts with limits in the wrong order', () => {
  expect(() => assertTiming({ ...TIMING, leaseMs: TIMING.callMs })).toThrow(/lease is shorter than what may be in flight/);
});

/** Signatures, dates and nonces change with every attempt, and must; everything else is the intent. */
function withoutSignature(intent: string): string {
  return intent.replaceAll(/[?&](?:Signature\w*|Timestamp|AccessKeyId)=[^&]*/g, '');
}

function changed(config: World['config'], targetId: string): World['config'] {
  const { gaussdb, polardb, gdn } = config.targets[targetId] ?? {};
  return withTarget(config, targetId, {
    ...(gaussdb === undefined ? {} : { gaussdb: { ...gaussdb, supportRestore: !gaussdb.supportRestore } }),
    ...(polardb === undefined ? {} : { polardb: { ...polardb, rollBackForDisaster: true } }),
    ...(gdn === undefined ? {} : { gdn: { ...gdn, regionId: 'cn-elsewhere' } }),
  });
}
