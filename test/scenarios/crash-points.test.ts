import { describe, expect, it } from 'vitest';
import { isTerminal, type Failover } from '../../lib/failover/failover.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import { strikeEverywhere } from './crash-points.ts';
import { hookNamed, received, withHooks } from './hooked.ts';
import { runAsked } from './operations.ts';
import { actingConfig, OUTAGES, PROVIDER_NAMES, runOutage, type OutageRun } from './outage.ts';

const HOUR_MS = 3_600_000;
const EVERYBODY = ['decider', 'failover', 'poller', 'notifier'];
const OPERATORS = ['failover', 'poller'];

/**
 * Every await of every function, from the alert to the last notice: the process dies before the effect, or after it and before anybody
 * hears of it, or the store, queue or provider does not answer. Then nothing more goes wrong, and it has to end: one promotion, told.
 */
describe.each(PROVIDER_NAMES)('%s: a crash at every await', (provider) => {
  it('ends with one promotion, a terminal state and a notice, wherever it strikes', async () => {
    const { points, wrong } = await strikeEverywhere<OutageRun>({
      functions: EVERYBODY,
      run: (mischief) => runOutage(provider, 2 * HOUR_MS, { mischief }),
      fault: ({ failover, promotions, told }) => faultOf({ failover, effects: promotions, told }),
    });
    expect(points).toBeGreaterThan(40);
    expect(wrong).toEqual([]);
  }, 300_000);

  it('with hooks: each is called at least once, always with its own key, and the promotion is one', async () => {
    const { targetId } = OUTAGES[provider];
    const before = [hookNamed('block-writes'), hookNamed('drain')];
    const after = [hookNamed('move-dns'), hookNamed('tell-finance')];
    const config = withHooks(actingConfig(), targetId, { before, after });
    const { points, wrong } = await strikeEverywhere<OutageRun>({
      functions: OPERATORS,
      run: (mischief) => runOutage(provider, HOUR_MS, { mischief, config }),
      fault: (run) => faultOf({ failover: run.failover, effects: run.promotions, told: run.told }) ?? hookFault(run),
    });
    expect(points).toBeGreaterThan(35);
    expect(wrong).toEqual([]);
  }, 300_000);

  it('of a switchover that a person asked for: one effect, and it ends', async () => {
    const { points, wrong } = await strikeEverywhere({
      functions: OPERATORS,
      run: (mischief) => runAsked(provider, 'switchover', { mischief }),
      fault: faultOf,
    });
    expect(points).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  }, 300_000);
});

interface Ended {
  readonly failover: Failover | undefined;
  readonly effects: number;
  readonly told: readonly string[];
}

function faultOf({ failover, effects, told }: Ended): string | undefined {
  if (effects !== 1) return `${effects} promotions, ${failover?.state ?? 'no failover'}`;
  if (failover === undefined || !isTerminal(failover)) return `ended as ${failover?.state ?? 'nothing'}`;
  if (!told.some((title) => title.includes('promoted') || title.includes('FAILED'))) return 'nobody was told';
  return verifyTrail(failover.trail) ? undefined : 'the trail does not verify';
}

function hookFault({ world, failover }: OutageRun): string | undefined {
  const calls = received(world);
  const startedAtMs = world.cloudEvents.find((event) => event.kind === 'started' && event.promotion)?.atMs ?? 0;
  for (const [name, phase] of [
    ['block-writes', 'before'],
    ['drain', 'before'],
    ['move-dns', 'after'],
    ['tell-finance', 'after'],
  ] as const) {
    const own = calls.filter(({ hook }) => hook === name);
    if (own.length === 0) return `${name} was never called`;
    if (own.some(({ idempotencyKey }) => idempotencyKey !== `${failover?.id ?? ''}/${name}`)) return `${name} was called with another key`;
    if (own.some(({ atMs }) => (phase === 'before') !== atMs <= startedAtMs)) return `${name} was called on the wrong side of the call`;
    if (failover?.hooks?.find((record) => record.name === name)?.outcome !== 'done') return `${name} is not on record as done`;
  }
  return undefined;
}
