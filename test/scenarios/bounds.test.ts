import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Failover } from '../../lib/failover/failover.ts';
import type { Provider } from '../../lib/failover/provider.ts';
import type { Services } from '../../lib/services.ts';
import { boundsOf, WATCHDOG_MS } from '../../scripts/bounds.ts';
import type { FaultName } from '../../local/simulators/faults.ts';
import type { Invocation } from '../simulate/invocation.ts';
import { World } from '../simulate/world.ts';
import { OPERATION_NAMES } from './operations.ts';
import { actingConfig, playOutage, PROVIDER_NAMES, type OutageRun } from './outage.ts';

type ProviderName = (typeof PROVIDER_NAMES)[number];
const HOUR_MS = 3_600_000;

type Change = (provider: Provider, invocation: Invocation) => Partial<Provider>;

/** One outage with a provider that behaves differently, or with a fault of the cloud on the operation's own request. */
async function run(name: ProviderName, how: { change?: Change; fault?: FaultName; always?: true }): Promise<OutageRun> {
  const { change = () => ({}), fault, always } = how;
  const bend = (services: Services, invocation: Invocation): Services => ({
    ...services,
    provider: (provider) => {
      const real = services.provider(provider);
      return { ...real, ...change(real, invocation) };
    },
  });
  const world = new World({ config: actingConfig(), bend });
  const engine = name === 'gaussdb' ? world.gaussdb : world.polardb;
  const operation = OPERATION_NAMES[name].failover ?? '';
  if (fault !== undefined) engine.faults(world.nowMs).set({ operation, fault, ...(always === undefined ? {} : { times: 'always' }) });
  return await playOutage(world, name, 4 * HOUR_MS);
}

/** Between two entries of the trail: the first of the one, and the first of the other after it. */
function between(failover: Failover | undefined, from: string, to: string): number {
  const trail = failover?.trail ?? [];
  const first = trail.findIndex(({ event }) => event === from);
  const second = trail.slice(first + 1).find(({ event }) => event === to);
  return (second?.atMs ?? Number.NaN) - (trail[first]?.atMs ?? Number.NaN);
}

const loggedAtMs = ({ world }: OutageRun, event: string, nth = 0): number =>
  world.log.filter((entry) => entry.event === event)[nth]?.atMs ?? Number.NaN;
const paged = ({ told }: OutageRun, word: RegExp): boolean => told.some((title) => word.test(title));

describe.each(PROVIDER_NAMES)('%s: how long each path takes is within the bound that the docs tell', (name) => {
  const bounds = boundsOf(name);

  it('answered', async () => {
    const { failover } = await run(name, {});
    expect(between(failover, 'claimed', 'accepted')).toBeLessThanOrEqual(bounds.answered.ms);
  });

  it('answer lost, and the provider shows it', async () => {
    const outage = await run(name, { fault: 'accept-then-drop' });
    const tookMs = between(outage.failover, 'claimed', 'adopted');
    expect(tookMs).toBeLessThanOrEqual(bounds.found.ms);
    expect(tookMs).toBeGreaterThanOrEqual(outage.world.aside().provider(name).quietMs);
  });

  it('answer lost, and it is proved that nothing happened', async () => {
    const outage = await run(name, { fault: 'drop-before' });
    expect(loggedAtMs(outage, 'call', 1) - loggedAtMs(outage, 'call')).toBeLessThanOrEqual(bounds.again.ms);
    expect(outage.failover).toMatchObject({ state: 'succeeded', starts: 2 });
  });

  it('a worker that died before the fence, and one that died after it', async () => {
    const before = await run(name, { change: dieOnce('observe') });
    expect(between(before.failover, 'claimed', 'claimed')).toBeLessThanOrEqual(bounds.diedBefore.ms);
    expect(before.failover).toMatchObject({ state: 'succeeded', starts: 1 });
    const after = await run(name, { change: dieOnce('start') });
    const claimedAtMs = after.failover?.trail.find(({ event }) => event === 'claimed')?.atMs ?? Number.NaN;
    expect(loggedAtMs(after, 'reconcile') - claimedAtMs).toBeLessThanOrEqual(bounds.diedAfter.ms);
    expect(after.failover?.state).toBe('succeeded');
  });

  it('nothing can be proved: stuck, and people are paged', async () => {
    const reconcile: Provider['reconcile'] = async () => await Promise.resolve({ kind: 'unproved', why: 'nothing can be read' });
    const hidden: Change = () => ({
      reconcile,
      start: async () => await Promise.resolve({ kind: 'unknown', code: 'no-answer', cause: 'cut' }),
      track: async () => await Promise.resolve({ kind: 'unknown', why: 'nothing can be read' }),
      verify: async () => await Promise.resolve({ kind: 'unknown', why: 'nothing can be read' }),
    });
    const outage = await run(name, { change: hidden });
    expect(outage.failover?.state).toBe('stuck');
    expect(between(outage.failover, 'claimed', 'overdue')).toBeLessThanOrEqual(bounds.unproved.ms);
    expect(paged(outage, /STUCK/)).toBe(true);
  });

  it('runs and runs, and ends without showing its roles: stuck, and people are paged', async () => {
    const runs = await run(name, {
      change: () => ({ track: async () => await Promise.resolve({ kind: 'running', detail: '60 %' }), verify: notYet }),
    });
    expect(between(runs.failover, 'accepted', 'overdue')).toBeLessThanOrEqual(bounds.running.ms);
    const ends = await run(name, { change: () => ({ verify: notYet }) });
    expect(between(ends.failover, 'finished', 'overdue')).toBeLessThanOrEqual(bounds.verifying.ms);
    expect([paged(runs, /STUCK/), paged(ends, /STUCK/)]).toEqual([true, true]);
  });

  it('a check that stays red, and a provider that stays busy: refused, and people are paged', async () => {
    const red = { name: 'red', rule: 5, verdict: 'fail', value: 'red', limit: 'green' } as const;
    const notClear = await run(name, { change: () => ({ preflight: () => [red] }) });
    expect(between(notClear.failover, 'claimed', 'refused')).toBeLessThanOrEqual(bounds.notClear.ms);
    const busy = await run(name, { fault: 'busy', always: true });
    expect(between(busy.failover, 'claimed', 'refused')).toBeLessThanOrEqual(bounds.busy.ms);
    expect([paged(notClear, /refused/), paged(busy, /refused/)]).toEqual([true, true]);
  });
});

const notYet: Provider['verify'] = async () => await Promise.resolve({ kind: 'not-yet', why: 'the roles do not show' });

/** The failover function's first worker dies inside this method, its effect done. */
function dieOnce(method: 'observe' | 'start'): Change {
  let died = false;
  return (provider, invocation) => ({
    [method]: async (...args: [never, never]) => {
      const answer = await provider[method](...args);
      if (died || invocation.name !== 'failover') return answer;
      died = true;
      invocation.kill();
      return await new Promise(() => {});
    },
  });
}

it('the watchdog runs as often as the bounds say', () => {
  const serverless = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  expect(serverless).toMatch(/description: Watchdog of Understudy\n\s+rate:\n\s+- rate\(1 minute\)/);
  expect(WATCHDOG_MS).toBe(60_000);
});
