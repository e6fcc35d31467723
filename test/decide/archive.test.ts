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

  test('also what adds to the evidence and changes no verdict', async () => {
    const { world } = watched();
    world.alert(both(world.nowMs));
    await world.run(5_000);
    world.alert(alertmanagerBody([{ startsAtMs: world.nowMs, observer: 'eu-3' }]));
    await world.run(5_000);
    const kept = (await archived(world)).map(({ alerts, verdict }) => [alerts.map(({ observer }) => observer), verdict?.reason]);
    expect(kept).toEqual([
      [['eu-1', 'eu-2'], 'dwelling'],
      [['eu-3'], undefined],
    ]);
  });

  test('also a verdict of the same kind for another reason', async () => {
    const { world } = watched();
    const startsAtMs = world.nowMs;
    world.alert(both(startsAtMs));
    for (const observer of ['eu-1', 'eu-2']) {
      await world.run(5_000);
      world.alert(alertmanagerBody([{ status: 'resolved', startsAtMs, endsAtMs: world.nowMs, observer }]));
    }
    await world.run(5_000);
    const criterion = 'two-observers';
    expect((await archived(world)).map(({ verdict }) => verdict)).toEqual([
      { kind: 'wait', reason: 'dwelling', criterion },
      { kind: 'clear', reason: 'quorum-short', criterion },
      { kind: 'clear', reason: 'no-matching-alert', criterion },
    ]);
  });

  test('while a failover is in flight only what it is told, and no verdicts: its own stays on record', async () => {
    const { world } = watched();
    world.alert(both(world.nowMs));
    await world.run(62_000);
    expect((await world.aside().targets.load(TARGET)).failover).toBeDefined();
    world.alert(both(world.nowMs - 62_000));
    await world.run(1_000);
    world.alert(alertmanagerBody([{ startsAtMs: world.nowMs, observer: 'eu-3' }]));
    await world.run(1_000);
    expect((await world.aside().targets.load(TARGET)).failover).toBeDefined();
    const kept = (await archived(world)).map(({ alerts, verdict }) => `${String(alerts.length)} ${verdict?.kind ?? 'nothing new'}`);
    expect(kept).toEqual(['2 wait', '0 failover', '1 nothing new']);
  });

  test('also what this policy does not look at: another one may', async () => {
    const { world } = watched();
    world.alert(both(world.nowMs, { name: 'GaussdbHighCpu', severity: 'warning' }));
    await world.run(5_000);
    expect((await archived(world)).map(({ alerts }) => alerts.map(({ class: of }) => of))).toEqual([['overload', 'overload']]);
  });
});

test('also the end of what this policy does not look at', async () => {
  const { world } = watched();
  const ended = { name: 'GaussdbHighCpu', status: 'resolved', endsAtMs: world.nowMs } as const;
  world.alert(both(world.nowMs - 5_000, ended));
  await world.run(5_000);
  expect((await archived(world)).map(({ alerts }) => alerts.map(({ status }) => status))).toEqual([['resolved', 'resolved']]);
});

test('also what comes along with alerts that are known', async () => {
  const { world } = watched();
  const startsAtMs = world.nowMs;
  const known = { startsAtMs, observer: 'eu-1' };
  world.alert(alertmanagerBody([known]));
  await world.run(5_000);
  world.alert(alertmanagerBody([known, { startsAtMs, observer: 'eu-1', name: 'GaussdbHighCpu', severity: 'warning' }]));
  await world.run(5_000);
  expect((await archived(world)).map(({ alerts }) => alerts.map(({ class: of }) => of))).toEqual([
    ['unreachable'],
    ['unreachable', 'overload'],
  ]);
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

test.each<[string, unknown, string]>([
  ['by an error', new RangeError('throttled'), 'RangeError'],
  ['by anything else', 'throttled', 'unknown'],
])('an archive that fails %s fails no decision: it is logged, and the failover goes its way', async (_how, cause, name) => {
  const { world, log } = watched((services) => ({
    ...services,
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    archive: { ...services.archive, keep: () => Promise.reject(cause) },
  }));
  world.alert(both(world.nowMs));
  await world.run(5 * MINUTE_MS);
  const failed = log.filter(({ event }) => event === 'archive-failed').map(({ fields }) => fields);
  expect(failed[0]).toEqual({ targetId: TARGET, error: name });
  expect(log.filter(({ event }) => event === 'decide-failed' || event === 'record-failed')).toEqual([]);
  expect(log.some(({ event, fields }) => event === 'verdict' && fields['kind'] === 'failover')).toBe(true);
});
