import { describe, expect, it } from 'vitest';
import type { Hook } from '../../lib/config/config.ts';
import { hooksBoundMs } from '../../lib/failover/hooks.ts';
import { TIMING } from '../../lib/timing.ts';
import { HookDesk, hookNamed, received, withHooks } from './hooked.ts';
import { pause } from '../../lib/operate/pause.ts';
import type { Services } from '../../lib/services.ts';
import { actingConfig, OUTAGES, playOutage, PROVIDER_NAMES, runOutage, type OutageRun } from './outage.ts';
import type { Invocation } from '../simulate/invocation.ts';
import { World } from '../simulate/world.ts';
import { alertmanagerBody } from './story.ts';

const MINUTE_MS = 60_000;
const BEFORE = [hookNamed('block-writes'), hookNamed('drain', { onFailure: 'continue' })];
const AFTER = [hookNamed('move-dns', { attempts: 3 }), hookNamed('tell-finance')];

interface Hooked extends OutageRun {
  readonly names: readonly string[];
}

async function hooked(
  provider: (typeof PROVIDER_NAMES)[number],
  answers: HookDesk['answers'] = {},
  hooks: { before?: readonly Hook[]; after?: readonly Hook[] } = { before: BEFORE, after: AFTER },
): Promise<Hooked> {
  const desk = new HookDesk();
  Object.assign(desk.answers, answers);
  const config = withHooks(actingConfig(), OUTAGES[provider].targetId, hooks);
  const run = await runOutage(provider, 20 * MINUTE_MS, { config, bend: desk.bend });
  return { ...run, names: received(run.world).map(({ hook }) => hook) };
}

const promotedAtMs = (world: World): number => world.cloudEvents.find((event) => event.kind === 'started' && event.promotion)?.atMs ?? 0;
/** The whole of what people got last: title, facts and steps. */
const notice = ({ world }: OutageRun): string => world.told.findLast(({ channel }) => channel.startsWith('ops-slack'))?.body ?? '';

describe.each(PROVIDER_NAMES)('%s: hooks', (provider) => {
  it('are called in order: before the call, and after the new primary was seen; each once', async () => {
    const run = await hooked(provider);
    expect(run.names).toEqual(['block-writes', 'drain', 'move-dns', 'tell-finance']);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded' } });
    const calls = received(run.world);
    expect(calls.filter(({ atMs }) => atMs <= promotedAtMs(run.world)).map(({ hook }) => hook)).toEqual(['block-writes', 'drain']);
    expect(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(4);
    for (const call of calls) expect(call.idempotencyKey).toBe(`${run.failover?.id ?? ''}/${call.hook}`);
    expect(calls.at(-1)?.promotion?.newWriter).toBe(run.failover?.state === 'succeeded' ? run.failover.newWriter : 'none');
    expect(run.failover?.hooks?.map(({ name, phase, outcome }) => [name, phase, outcome])).toEqual([
      ['block-writes', 'before', 'done'],
      ['drain', 'before', 'done'],
      ['move-dns', 'after', 'done'],
      ['tell-finance', 'after', 'done'],
    ]);
    expect(notice(run)).toMatch(/Hook move-dns \(after\): done, 1 call/);
  });

  it('the world is looked at again between the hooks and the call (rule 5)', async () => {
    const { world } = await hooked(provider);
    const order = world.log.filter(({ event }) => event === 'hook' || event === 'preflight' || event === 'call').map(({ event }) => event);
    expect(order).toEqual(['preflight', 'hook', 'hook', 'preflight', 'call', 'hook', 'hook']);
  });

  it('one that fails and says stop prevents the call: nothing is started, people are told why and what to undo', async () => {
    const run = await hooked(provider, { drain: () => 200, 'block-writes': () => 503 });
    expect(run.promotions).toBe(0);
    expect(run.failover).toMatchObject({
      state: 'refused',
      starts: 0,
      why: 'the before hook block-writes failed: HTTP 503',
      hooks: [{ name: 'block-writes', outcome: 'failed', why: 'HTTP 503', calls: 6 }],
    });
    // Three claims of two attempts each, and nothing after it was called.
    expect(run.names).toEqual(Array.from({ length: 6 }, () => 'block-writes'));
    expect(notice(run)).toMatch(/failover refused/);
    expect(notice(run)).toMatch(/Undo by hand what the before hooks did.*block-writes/);
  });

  it('one that fails and says continue does not: it is done without, and said', async () => {
    const run = await hooked(provider, { drain: () => 'no-answer' });
    expect(run.names).toEqual(['block-writes', 'drain', 'drain', 'move-dns', 'tell-finance']);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded' } });
    expect(notice(run)).toMatch(/promoted.*, hook drain FAILED/);
    expect(notice(run)).toMatch(/The before hook drain failed \(it did not answer in time, 2 calls\)/);
  });

  it('an after hook that fails and says stop undoes no success: the notice says what is left to do by hand', async () => {
    const run = await hooked(provider, { 'move-dns': () => 500 });
    expect(run.names).toEqual(['block-writes', 'drain', 'move-dns', 'move-dns', 'move-dns']);
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded' } });
    expect(run.failover?.hooks?.slice(2)).toMatchObject([
      { name: 'move-dns', outcome: 'failed', calls: 3 },
      { name: 'tell-finance', outcome: 'skipped', calls: 0 },
    ]);
    expect(notice(run)).toMatch(/PAGE.*promoted.*, hook move-dns FAILED/);
    expect(notice(run)).toMatch(/The after hook move-dns failed \(HTTP 500, 3 calls\): do by hand/);
    expect(notice(run)).toMatch(/The after hook tell-finance was not called: do by hand/);
  });

  it('an after hook is tried again after a pause, and what it was not let do is not tried again', async () => {
    const run = await hooked(provider, { 'move-dns': (call) => (call === 1 ? 503 : 200), 'tell-finance': () => 404 });
    expect(run.names.slice(2)).toEqual(['move-dns', 'move-dns', 'tell-finance']);
    const [first, second] = received(run.world).filter(({ hook }) => hook === 'move-dns');
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(TIMING.pollFirstMs);
    expect([first?.attempt, second?.attempt]).toEqual([1, 2]);
    expect(second?.idempotencyKey).toBe(first?.idempotencyKey);
    expect(run.failover?.hooks?.slice(2)).toMatchObject([
      { outcome: 'done', calls: 2 },
      { outcome: 'failed', calls: 1 },
    ]);
  });

  it('the lease of a target with before hooks is longer by what they may take and one more look', async () => {
    const leaseOf = ({ world }: OutageRun): string =>
      String(world.log.find(({ event, fields }) => event === 'transition' && fields['cause'] === 'claimed')?.fields['why']);
    const without = await hooked(provider, {}, { after: AFTER });
    expect(leaseOf(without)).toBe(`attempt 1, lease of ${TIMING.leaseMs} ms`);
    const extraMs = hooksBoundMs(BEFORE) + TIMING.observeMs;
    expect(leaseOf(await hooked(provider))).toBe(`attempt 1, lease of ${TIMING.leaseMs + extraMs} ms`);
  });
});

describe('hooks of a failover that is called off', () => {
  it('a pause that comes while they run is seen before the call: cancelled, and people are paged about what to undo', async () => {
    const { targetId } = OUTAGES.gaussdb;
    const desk = new HookDesk();
    const world = new World({ config: withHooks(actingConfig(), targetId, { before: BEFORE }), bend: desk.bend });
    desk.answers['block-writes'] = () => {
      const forMs = 30 * MINUTE_MS;
      world.act('operator', (services) => pause(services, targetId, { owner: 'ann@example.com', reason: 'we look ourselves', forMs }));
      return 200;
    };
    desk.answers['drain'] = () => 'no-answer';
    const run = await playOutage(world, 'gaussdb', 10 * MINUTE_MS);
    expect(run.promotions).toBe(0);
    expect(run.failover).toMatchObject({ state: 'cancelled', starts: 0 });
    expect(notice(run)).toMatch(/PAGE.*failover cancelled/);
    expect(notice(run)).toMatch(/Undo by hand.*block-writes, drain/);
  });

  it('a worker that stands still past its lease calls no hook and nobody else, and another one goes on', async () => {
    const desk = new HookDesk();
    const { targetId } = OUTAGES.gaussdb;
    const config = withHooks(actingConfig(), targetId, { before: BEFORE });
    let late = false;
    // The first worker's clock jumps by a minute and a half right after its checks: as if it had been frozen.
    const bend = (services: Services): Services => {
      const bent = desk.bend(services);
      let jumpMs = 0;
      const event: Services['log']['event'] = (name, fields) => {
        services.log.event(name, fields);
        if (name !== 'preflight' || late) return;
        late = true;
        jumpMs = 90_000;
      };
      return { ...bent, log: { event }, clock: { nowMs: () => services.clock.nowMs() + jumpMs } };
    };
    const run = await runOutage('gaussdb', 20 * MINUTE_MS, { config, bend });
    expect(run).toMatchObject({ promotions: 1, failover: { state: 'succeeded', attempt: 2 } });
    expect(received(run.world).map(({ hook }) => hook)).toEqual(['block-writes', 'drain']);
    const [, second] = run.failover?.trail.filter(({ event: name }) => name === 'claimed') ?? [];
    expect(received(run.world)[0]?.atMs).toBeGreaterThanOrEqual(second?.atMs ?? Infinity);
    expect(run.failover?.trail.map(({ why }) => why)).toContain(
      'the before hook block-writes failed: no time was left in the lease to call it',
    );
  });

  it('a worker that died while a hook ran, and signals that healed since: cancelled, and people know what may have been done', async () => {
    const { targetId, labels } = OUTAGES.gaussdb;
    const desk = new HookDesk();
    const bend = (services: Services, invocation: Invocation): Services => {
      if (invocation.name !== 'failover') return services;
      desk.answers['block-writes'] = () => {
        invocation.kill();
        heal();
        return 200;
      };
      return desk.bend(services);
    };
    const world = new World({ config: withHooks(actingConfig(), targetId, { before: BEFORE }), bend });
    const startsAtMs = world.nowMs;
    const heal = (): void => {
      const healed = { status: 'resolved', startsAtMs, endsAtMs: world.nowMs, instance: '', labels, name: 'DatabaseUnreachable' } as const;
      const later = { ...healed, startsAtMs: startsAtMs + 4_000 };
      world.alert(
        alertmanagerBody([
          { ...healed, observer: 'eu-1' },
          { ...later, observer: 'eu-2' },
        ]),
      );
    };
    const run = await playOutage(world, 'gaussdb', 20 * MINUTE_MS);
    expect(world.crashes).toBeGreaterThan(0);
    expect(run.promotions).toBe(0);
    expect(run.failover).toMatchObject({ state: 'cancelled', starts: 0 });
    expect(notice(run)).toMatch(/PAGE.*Hook block-writes \(before\): may have been called, its end was not seen/);
    expect(notice(run)).toMatch(/Undo by hand.*block-writes/);
  });
});
