import { describe, expect, it } from 'vitest';
import type { Operation } from '../../lib/failover/provider.ts';
import { PROVIDERS } from '../../lib/failover/providers.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import { EVERY_OPERATION, OPERATION_NAMES, runAsked, type ProviderName } from './operations.ts';
import { actingConfig, OUTAGES, playOutage, PROVIDER_NAMES, runOutage } from './outage.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { World } from '../simulate/world.ts';

const MINUTE_MS = 60_000;

describe('every operation of every provider, asked for by a person, on the one life cycle', () => {
  it('none is left out', () => {
    for (const name of PROVIDER_NAMES) {
      expect(Object.keys(OPERATION_NAMES[name]).toSorted()).toEqual([...PROVIDERS[name]({} as never).operations].toSorted());
    }
  });

  it.each(EVERY_OPERATION)('%s %s: one effect, seen to its end, and told in its own words', async (provider, operation) => {
    const run = await runAsked(provider, operation);
    expect(run.failover).toMatchObject({ state: 'succeeded', operation, cause: 'person', starts: 1 });
    expect(run.failover?.trail.map(({ to }) => to)).toEqual(['requested', 'claimed', 'running', 'verifying', 'succeeded']);
    expect(run.failover !== undefined && verifyTrail(run.failover.trail)).toBe(true);
    expect(run.effects).toBe(1);
    expect(run.told.at(-1)).toContain(`${OUTAGES[provider].targetId}: ${SAID[operation]}`);
    expect(/PAGE/.test(run.notice)).toBe(MOVES.has(operation));
    expect(/Old primary/.test(run.notice)).toBe(MOVES.has(operation));
    expect(run.notice).toContain('Took');
  });

  it.each(EVERY_OPERATION)('%s %s: accepted, and the answer is lost: one effect, adopted', async (provider, operation) => {
    const run = await runAsked(provider, operation, { fault: 'accept-then-drop' });
    expect(run.failover).toMatchObject({ state: 'succeeded', operation });
    expect(run.failover?.trail.map(({ to }) => to)).toContain('unknown');
    expect(run.effects).toBe(1);
  });

  it.each(EVERY_OPERATION)(
    '%s %s: lost on its way: proved to have done nothing, and asked once more: one effect',
    async (provider, operation) => {
      const run = await runAsked(provider, operation, { fault: 'drop-before' });
      expect(run.failover).toMatchObject({ state: 'succeeded', operation, starts: 2 });
      expect(run.effects).toBe(1);
    },
  );
});

const SAID: Readonly<Record<Operation, string>> = {
  failover: 'promoted',
  switchover: 'promoted',
  restore: 'the standby is restored',
  'simulation-start': 'the simulation is on',
  'simulation-stop': 'the simulation has ended',
};
const MOVES: ReadonlySet<Operation> = new Set(['failover', 'switchover']);

const lastNotice = (world: World): string => world.told.findLast(({ channel }) => channel.startsWith('ops-slack'))?.body ?? '';

/** Rule 15: what the provider cannot fence is said, in the title, with what to do by hand. */
describe('the old primary after a promotion', () => {
  const FENCED = /Old primary[^}]*fenced/;
  const NOT_FENCED = /NOT FENCED/;
  it.each<[ProviderName, Operation | 'outage', 'fenced' | 'not-fenced', RegExp]>([
    ['gaussdb', 'outage', 'not-fenced', /Make sure that nothing writes to .* any more/],
    ['gaussdb', 'failover', 'not-fenced', /Stop the DR task of /],
    ['gaussdb', 'switchover', 'fenced', /Point applications and DNS at the new primary/],
    ['polardb', 'outage', 'fenced', /New primary/],
    ['polardb', 'switchover', 'fenced', /New primary/],
    ['polardb-gdn', 'outage', 'fenced', /the connection addresses of the clusters are not swapped/],
    ['polardb-gdn', 'switchover', 'fenced', /the connection addresses of the clusters are not swapped/],
  ])('%s, %s: %s', async (provider, how, expected, step) => {
    const run = how === 'outage' ? await runOutage(provider, 30 * MINUTE_MS) : await runAsked(provider, how);
    expect(run.failover).toMatchObject({ state: 'succeeded', oldPrimary: expected });
    const notice = lastNotice(run.world);
    expect(NOT_FENCED.test(notice)).toBe(expected === 'not-fenced');
    expect(run.told.at(-1)?.includes('NOT FENCED')).toBe(expected === 'not-fenced');
    expect(notice).toMatch(step);
    if (expected === 'fenced') expect(notice).toMatch(FENCED);
  });

  it('polardb: an old writer that is not seen as a reader again is not fenced, and people are told to look at it', async () => {
    const { mysqlClusterId: clusterId } = FLEET.polardb;
    const world = new World({
      config: actingConfig(),
      watcher: {
        cloud: (event) => {
          if (event.kind !== 'finished') return;
          world.polardb.change(({ clusters }) => {
            const cluster = clusters[clusterId];
            if (cluster !== undefined) cluster.nodes = cluster.nodes.filter((node) => node.alive);
          });
        },
      },
    });
    const run = await playOutage(world, 'polardb', 30 * MINUTE_MS);
    expect(run.failover).toMatchObject({ state: 'succeeded', oldPrimary: 'not-fenced' });
    expect(lastNotice(world)).toMatch(/NOT FENCED.*Look at pi-.* in the console/);
  });

  it('polardb-gdn: an old primary that is cut off is not fenced, and people are told to block its writes', async () => {
    const world = new World({ config: actingConfig() });
    world.polardb.change(({ clusters }) => {
      const cluster = clusters[FLEET.polardb.gdnPrimaryClusterId];
      if (cluster !== undefined) cluster.status = 'Stopped';
    });
    const run = await playOutage(world, 'polardb-gdn', 40 * MINUTE_MS);
    expect(run.failover).toMatchObject({ state: 'succeeded', oldPrimary: 'not-fenced' });
    expect(lastNotice(world)).toMatch(/NOT FENCED.*Block writes to pc-.*nothing keeps it from writing/);
  });
});
