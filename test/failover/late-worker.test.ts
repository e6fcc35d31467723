import { describe, expect, it } from 'vitest';
import type { Ending } from '../../lib/failover/retire.ts';
import { cancel, refuse } from '../../lib/failover/retire.ts';
import type { Provider } from '../../lib/failover/provider.ts';
import type { Services } from '../../lib/services.ts';
import type { TargetState } from '../../lib/store/target-store.ts';
import { actingConfig, OUTAGES, playOutage, type OutageRun } from '../scenarios/outage.ts';
import { World } from '../simulate/world.ts';

const WITHDRAWN: Ending = { event: 'withdrawn', why: 'a late worker saw no reason any more' };

/** What a second worker, which read the record when it was in a state, says of it right before the first one's request leaves. */
type LateWorker = (services: Services, seen: TargetState) => Promise<void>;

async function outageWithLateWorker(readIn: 'requested' | 'claimed', late: LateWorker): Promise<OutageRun & { readonly spoke: number }> {
  const { targetId } = OUTAGES.gaussdb;
  let seen: TargetState | undefined;
  let spoke = 0;
  const bend = (services: Services): Services => ({
    ...services,
    targets: {
      ...services.targets,
      load: async (id) => {
        const state = await services.targets.load(id);
        if (state.failover?.state === readIn) seen ??= state;
        return state;
      },
    },
    provider: (name) => {
      const provider = services.provider(name);
      const observe: Provider['observe'] = async (target, deadlineMs) => {
        const state = await world.aside().targets.load(target.id);
        if (state.failover?.state === readIn) seen ??= state;
        return provider.observe(target, deadlineMs);
      };
      const start: Provider['start'] = async (call) => {
        if (seen !== undefined) await late(world.aside(), seen);
        spoke += 1;
        return provider.start(call);
      };
      return { ...provider, observe, start };
    },
  });
  const world: World = new World({ config: actingConfig(), bend });
  const run = await playOutage(world, 'gaussdb', 30 * 60_000);
  expect(seen?.failover?.state, `nobody read ${targetId} while it was ${readIn}`).toBe(readIn);
  return { ...run, spoke };
}

/** Found by the model (rule asSeen): "nothing was started" was once written over the claim of a worker that was calling. */
describe('a late worker that believes that nothing was started', () => {
  it.each(['requested', 'claimed'] as const)('cannot cancel what it read as %s while another one is calling', async (readIn) => {
    const run = await outageWithLateWorker(readIn, (services, seen) => cancel(services, seen, WITHDRAWN));
    expect(run).toMatchObject({ spoke: 1, promotions: 1, failover: { state: 'succeeded' } });
    expect(run.failover?.trail.map(({ event }) => event)).not.toContain('withdrawn');
  });

  it('cannot have it refused either', async () => {
    const run = await outageWithLateWorker('claimed', (services, seen) => refuse(services, seen, { why: 'refused, said to it long ago' }));
    expect(run).toMatchObject({ spoke: 1, promotions: 1, failover: { state: 'succeeded' } });
    expect(run.told.filter((title) => /refused/i.test(title))).toEqual([]);
  });
});

/** Every claim after the first finds, once its fence is written, that its lease has no room for a call: a store that has grown very slow. */
function slowStore(services: Services): Services {
  let lateMs = 0;
  const provider: Services['provider'] = (name) => ({
    ...services.provider(name),
    start: async () => ({ kind: 'unknown', code: 'timeout', cause: 'no answer' }),
    reconcile: async () => ({ kind: 'unproved', why: 'the provider does not say' }),
  });
  const save: Services['targets']['save'] = async (before, change, dependsOn) => {
    const written = await services.targets.save(before, change, dependsOn);
    const { failover } = change;
    if (failover?.state === 'claimed' && failover.repeats === 'same-token' && failover.sending) lateMs = services.timing.leaseMs;
    return written;
  };
  return { ...services, provider, targets: { ...services.targets, save }, clock: { nowMs: () => services.clock.nowMs() + lateMs } };
}

/** Found by the model (rule attemptsMax): unknown, reclaimed, not sent, unknown … had no end. */
it('a repetition that never gets to its call ends as stuck, and people know', async () => {
  const world = new World({ config: actingConfig(), bend: slowStore });
  const run = await playOutage(world, 'polardb', 4 * 3_600_000);
  expect(run).toMatchObject({ promotions: 0, failover: { starts: 1, attempt: world.timing.attemptsMax } });
  expect(run.failover?.trail.filter(({ to }) => to === 'stuck')).toHaveLength(1);
  expect(run.told.some((title) => /stuck/i.test(title))).toBe(true);
});
