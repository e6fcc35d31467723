import { describe, expect, test } from 'vitest';
import type { Services } from '../../lib/services.ts';
import { getStuck } from '../../lib/failover/retire.ts';
import { acknowledge } from '../../lib/operate/acknowledge.ts';
import { approve } from '../../lib/operate/approve.ts';
import { deny } from '../../lib/operate/deny.ts';
import { history } from '../../lib/operate/history.ts';
import { pause, resume } from '../../lib/operate/pause.ts';
import { requestOperation } from '../../lib/operate/request-operation.ts';
import { strikeEverywhere, type OneStrike } from '../scenarios/crash-points.ts';
import { Invocation } from '../simulate/invocation.ts';
import type { World } from '../simulate/world.ts';
import { active, awaitingApproval, ended, promotions, strike, TARGET, TWO_OF_THREE, worldWith } from './situation.ts';

/**
 * The operator dies, or its store or queue does not answer, at every await of every deed. The person asks once more, and the world runs
 * on: what was asked for is done, once, on record, and nothing is left behind.
 */
const HOUR_MS = 3_600_000;
const doer = { by: 'bob@example.com', reason: 'because' };

interface Deed {
  readonly arrange: () => Promise<World>;
  readonly run: (services: Services, world: World) => Promise<{ readonly ok: boolean }>;
  /** What is wrong in the end, besides what must never be wrong. */
  readonly fault: (world: World) => Promise<string | undefined>;
  /** Without an act on record nobody knows who did it. */
  readonly deed: string;
}

async function strikeDeed({ arrange, run, fault, deed }: Deed): Promise<{ points: number; wrong: string[] }> {
  return strikeEverywhere({
    functions: ['operator'],
    run: async (mischief: OneStrike) => {
      const world = await arrange();
      const outcome = { answered: false };
      void run(world.services(new Invocation('operator', 0, world.kernel, mischief)), world).then(
        (answer) => (outcome.answered = answer.ok),
        () => undefined,
      );
      await world.run(60_000);
      if (!outcome.answered) await run(world.aside(), world);
      await world.run(2 * HOUR_MS);
      if (!(await isKnown(world, deed))) return 'nobody knows who did it';
      if (promotions(world) > 1) return `${String(promotions(world))} promotions`;
      const { slots } = await world.aside().brake.load();
      const known = new Set((await world.aside().records.failovers(TARGET, 20)).filter(({ starts }) => starts > 0).map(({ id }) => id));
      if (slots.some(({ id }) => !known.has(id))) return 'a slot of the brake is left behind';
      return fault(world);
    },
    fault: (found) => found,
  });
}

/** By the act, or by the trail of the failover that it moved. */
async function isKnown(world: World, deed: string): Promise<boolean> {
  const { acts, failovers } = await history(world.aside(), TARGET, 20);
  const { lastAct } = (await world.aside().targets.load(TARGET)).controls;
  const inHistory = (await world.aside().records.acts(TARGET, 20)).some(({ id }) => id === lastAct?.id);
  if (lastAct !== undefined && !inHistory && lastAct.deed !== deed) return false;
  const trails = failovers.flatMap(({ failover }) => failover.trail);
  return acts.some((act) => act.deed === deed && act.by === doer.by) || trails.some(({ by, why }) => `${by} ${why}`.includes(doer.by));
}

const asking = { approval: { ...TWO_OF_THREE, count: 1 } };
const endsAs =
  (state: string, effects: number) =>
  async (world: World): Promise<string | undefined> => {
    const end = await ended(world);
    if ((await active(world)) !== undefined) return 'the target is not free';
    return end?.state === state && promotions(world) === effects
      ? undefined
      : `${String(end?.state)}, ${String(promotions(world))} promotions`;
  };
const waiting = async (): Promise<World> => (await awaitingApproval(asking)).world;
const planOf = async (world: World): Promise<string> => {
  const [last] = await world.aside().records.failovers(TARGET, 1);
  return (await active(world))?.planHash ?? last?.planHash ?? '';
};

const DEEDS: readonly (Deed & { readonly what: string })[] = [
  {
    what: 'approve',
    deed: 'approve',
    arrange: waiting,
    run: async (services, world) => approve(services, TARGET, { by: doer.by, planHashPrefix: await planOf(world) }),
    fault: endsAs('succeeded', 1),
  },
  { what: 'deny', deed: 'deny', arrange: waiting, run: (services) => deny(services, TARGET, doer), fault: endsAs('cancelled', 0) },
  {
    what: 'operate',
    deed: 'failover',
    arrange: () => Promise.resolve(worldWith()),
    run: (services) => requestOperation(services, TARGET, { operation: 'failover', ...doer, requestId: 'request-1' }),
    fault: endsAs('succeeded', 1),
  },
  {
    what: 'pause',
    deed: 'pause',
    arrange: () => Promise.resolve(worldWith()),
    run: (services) => pause(services, TARGET, { owner: doer.by, reason: 'work', forMs: 10 * HOUR_MS }),
    fault: async (world) => ((await world.aside().targets.load(TARGET)).controls.pause === undefined ? 'not paused' : undefined),
  },
  {
    what: 'resume',
    deed: 'resume',
    arrange: async () => {
      const world = worldWith();
      await pause(world.aside(), TARGET, { owner: doer.by, reason: 'work', forMs: 10 * HOUR_MS });
      return world;
    },
    run: (services) => resume(services, TARGET, doer),
    fault: async (world) => ((await world.aside().targets.load(TARGET)).controls.pause === undefined ? undefined : 'still paused'),
  },
  {
    what: 'acknowledge --close',
    deed: 'acknowledge',
    arrange: async () => {
      const world = worldWith();
      world.gaussdb.faults(world.nowMs).set({ fault: 'stuck-running', operation: 'failover' });
      strike(world);
      await world.run(HOUR_MS, () => world.log.some(({ event, fields }) => event === 'transition' && fields['to'] === 'running'));
      // Hours before its deadline, so that a hundred worlds need not poll through them.
      await getStuck(world.aside(), await world.aside().targets.load(TARGET), 'it does not get on');
      return world;
    },
    run: (services) => acknowledge(services, TARGET, { ...doer, close: true }),
    fault: async (world) => {
      const { controls } = await world.aside().targets.load(TARGET);
      if (controls.block !== undefined || controls.coolDownUntilMs > world.nowMs) return 'still blocked';
      return (await ended(world))?.state === 'failed' && (await active(world)) === undefined ? undefined : 'not closed';
    },
  },
];

describe('the operator is struck at every await of', () => {
  test.each(DEEDS)(
    '$what',
    async (deed) => {
      const { points, wrong } = await strikeDeed(deed);
      expect(points).toBeGreaterThan(2);
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});
