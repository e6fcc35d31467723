import { describe, expect, test } from 'vitest';
import { operate } from '../../lib/operate/step.ts';
import type { ArchiveEntry } from '../../lib/store/archive-store.ts';
import { alertmanagerBody, exampleConfig, type StoryAlert } from '../scenarios/story.ts';
import { World, type LoggedEvent, type TableWrite } from '../simulate/world.ts';

const TARGET = 'orders-gaussdb';
const MINUTE_MS = 60_000;

interface Watched {
  readonly world: World;
  readonly log: LoggedEvent[];
  /** Keys written since the last look. */
  readonly written: () => readonly string[];
}
function watched(bend?: ConstructorParameters<typeof World>[0]['bend']): Watched {
  const writes: TableWrite[] = [];
  const world = new World({
    config: exampleConfig(),
    watcher: { wrote: (write) => void writes.push(write) },
    ...(bend === undefined ? {} : { bend }),
  });
  world.watchdogOn = false;
  return { world, log: world.log, written: () => writes.splice(0).map(({ key }) => key.pk.split('#')[0] ?? '') };
}

async function archived(world: World, targetId = TARGET): Promise<readonly ArchiveEntry[]> {
  const answer = await operate(world.aside(), { deed: 'archive', targetId, sinceMs: world.nowMs - 86_400_000, untilMs: world.nowMs });
  return 'archive' in answer ? answer.archive.entries : [];
}

const both = (startsAtMs: number, more: Partial<StoryAlert> = {}): string =>
  alertmanagerBody(['eu-1', 'eu-2'].map((observer) => ({ startsAtMs, observer, ...more })));

describe('what a target is told is kept', () => {
  test('with the time of receipt, without the ids, and with the verdict that was new', async () => {
    const { world } = watched();
    const startsAtMs = world.nowMs;
    world.alert(both(startsAtMs));
    await world.run(5_000);
    const [entry, ...more] = await archived(world);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ targetId: TARGET, receivedAtMs: startsAtMs, dropped: 0, verdict: { kind: 'wait', reason: 'dwelling' } });
    expect(entry?.alerts.map(({ observer, status, startsAtMs: at }) => ({ observer, status, at }))).toEqual([
      { observer: 'eu-1', status: 'firing', at: startsAtMs },
      { observer: 'eu-2', status: 'firing', at: startsAtMs },
    ]);
    expect(entry?.alerts[0]).not.toHaveProperty('resources');
  });

  test('also the verdicts that time alone brought', async () => {
    const { world } = watched();
    world.alert(both(world.nowMs));
    await world.run(90_000);
    const verdicts = (await archived(world)).map(({ alerts, verdict }) => `${String(alerts.length)} ${verdict?.kind ?? ''}`);
    expect(verdicts).toEqual(['2 wait', '0 failover']);
  });

  test('also what this policy does not look at: another one may', async () => {
    const { world } = watched();
    world.alert(both(world.nowMs, { name: 'GaussdbHighCpu', severity: 'warning' }));
    await world.run(5_000);
    expect((await archived(world)).map(({ alerts }) => alerts.map(({ class: of }) => of))).toEqual([['overload', 'overload']]);
  });
});

describe('what it costs', () => {
  test('one write for a batch that changes something', async () => {
    const { world, written } = watched();
    world.alert(both(world.nowMs));
    await world.run(5_000);
    expect(written().toSorted()).toEqual(['archive', 'target']);
  });

  test.each([
    ['that the policy counts', {}],
    ['that it does not look at', { name: 'GaussdbHighCpu', severity: 'warning' }],
  ])('none for alerts %s when they are sent again', async (_what, more) => {
    let attempts = 0;
    const { world, written } = watched((services) => ({
      ...services,
      archive: {
        ...services.archive,
        keep: async (entry) => {
          attempts += 1;
          await services.archive.keep(entry);
        },
      },
    }));
    const startsAtMs = world.nowMs;
    world.alert(both(startsAtMs, more));
    await world.run(5_000);
    expect(written().length).toBeGreaterThan(0);
    for (let times = 0; times < 3; times += 1) {
      world.alert(both(startsAtMs, more));
      await world.run(5_000);
    }
    // A write that finds the item there already costs as much as one that does not.
    expect([written(), attempts]).toEqual([[], 1]);
    expect(await archived(world)).toHaveLength(1);
  });
});

test('a failing archive fails no decision: it is logged, and the failover goes its way', async () => {
  const { world, log } = watched((services) => ({
    ...services,
    archive: { ...services.archive, keep: () => Promise.reject(new Error('throttled')) },
  }));
  world.alert(both(world.nowMs));
  await world.run(5 * MINUTE_MS);
  expect(log.filter(({ event }) => event === 'archive-failed').length).toBeGreaterThan(0);
  expect(log.filter(({ event }) => event === 'decide-failed' || event === 'record-failed')).toEqual([]);
  expect(log.some(({ event, fields }) => event === 'verdict' && fields['kind'] === 'failover')).toBe(true);
});
