import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { exampleWith } from '../config/example.ts';
import { TARGET, worldWith } from '../operate/situation.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { startOperatorWorld, type OperatorWorld } from './operator-world.ts';
import { NOW_MS, ROOT, run } from './surroundings.ts';

const FIRING = join(ROOT, 'events/alertmanager/gaussdb-primary-unreachable.json');
const RESOLVED = join(ROOT, 'events/alertmanager/gaussdb-primary-resolved.json');
const OVERLOAD = join(ROOT, 'events/alertmanager/gaussdb-overload.json');
const WRITER_DOWN = join(ROOT, 'events/cloudwatch/polardb-writer-down.sns.json');

interface Explained {
  readonly at: string;
  readonly files: readonly { readonly source?: string; readonly configured: boolean; readonly alerts: readonly unknown[] }[];
  readonly targets: readonly {
    readonly targetId: string;
    readonly verdict: { readonly kind: string; readonly reason: string; readonly checks: readonly { readonly name: string }[] };
    readonly ways: readonly { readonly verdict: { readonly kind: string }; readonly changes: readonly { code: string; value: string }[] }[];
    readonly stoppers: readonly { readonly what: string }[];
  }[];
  readonly astray: readonly { readonly why: string }[];
}
async function explained(...args: readonly string[]): Promise<Explained> {
  const { code, out, err } = await run(['explain', ...args, '--json']);
  expect([code, err]).toEqual([EXIT.ok, '']);
  return JSON.parse(out) as Explained;
}
async function verdictOf(...args: readonly string[]): Promise<string> {
  const { verdict } = (await explained(...args)).targets[0] ?? {};
  return `${verdict?.kind ?? ''} ${verdict?.reason ?? ''}`;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('for people', () => {
  test('source, alerts, verdict, every check and what would have to change', async () => {
    const { code, out } = await run(['explain', FIRING]);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('taken by alertmanager, 2 alerts');
    expect(out).toMatch(
      /✓ GaussdbPrimaryUnreachable \(unreachable, critical\) firing since .*, seen by monitoring\/eu-1: counts for "two-observers"/,
    );
    expect(out).toMatch(/WAIT {2}The criterion is met, but not yet for long enough\. \[dwelling\]/);
    expect(out).toMatch(/… dwell +firing for 0 ms, until 2026-11-21T20:01:06\.089Z \(limit: at least 60 s; rule 2\)/);
    expect(out).toContain('FAILOVER if the alerts still fire at 2026-11-21T20:01:06.089Z');
    expect(out).toContain('Supposed: the provider is idle, the standby healthy with a lag of 0 ms');
  });

  test('what does not count, and all that keeps it from it', async () => {
    const { out } = await run(['explain', OVERLOAD]);
    expect(out).toMatch(/✗ GaussdbHighCpu .*: does not count/);
    expect(out).toContain(
      'for "two-observers": class overload (never a death: rule 4), wanted unreachable or down; severity warning, wanted critical',
    );
  });

  test('what would have stopped a failover', async () => {
    const { out } = await run(['explain', FIRING, '--at', '+90s']);
    expect(out).toMatch(/It would not act\n {4}CLEAR if the alerts were resolved/);
  });

  test('refusals, and what nobody configured', async () => {
    const { code, out } = await run(['explain', join(ROOT, 'events/zabbix/gaussdb-problem.json')]);
    expect(code).toBe(EXIT.no);
    expect(out).toContain('taken by zabbix, 0 alerts');
    expect(out).toContain('the configuration has no source that reads this: the decider would refuse it');
    expect(out).toMatch(/refused event_time: the time carries no zone/);
  });

  test('an alert that leads nowhere says what it names', async () => {
    const { out } = await run(['explain', join(ROOT, 'events/alertmanager/unknown-target.json')]);
    expect(out).toMatch(/unknown-target .*\n {2}it names \w+=/);
  });
});

describe('what it says is true: done as told, the verdict turns', () => {
  test('waiting until the moment', async () => {
    const { targets } = await explained(FIRING);
    const until = targets[0]?.ways[0]?.changes[0]?.value ?? '';
    expect(targets[0]?.ways[0]).toMatchObject({ verdict: { kind: 'failover' }, changes: [{ code: 'wait' }] });
    expect(await verdictOf(FIRING, '--at', until)).toBe('failover criterion-met');
    const before = new Date(Date.parse(until) - 1).toISOString();
    expect(await verdictOf(FIRING, '--at', before)).toBe('wait dwelling');
  });

  test('another observer', async () => {
    const startsAtMs = NOW_MS - 120_000;
    const one = written('one.json', alertmanagerBody([{ startsAtMs, observer: 'eu-1' }]));
    const { targets } = await explained(one, '--at', 'now');
    expect(targets[0]?.ways[0]?.changes).toMatchObject([{ code: 'more-observers', value: '1' }]);
    const other = written('other.json', alertmanagerBody([{ startsAtMs, observer: 'eu-2' }]));
    expect(await verdictOf(one, other, '--at', 'now')).toBe('failover criterion-met');
  });

  test('another severity', async () => {
    const text = readFileSync(FIRING, 'utf8').replaceAll('"critical"', '"warning"');
    const warned = written('warned.json', text);
    const { targets } = await explained(warned, '--at', '+2m');
    expect(targets[0]?.ways[0]?.changes).toMatchObject([{ code: 'alert-severity', value: 'critical' }]);
    expect(await verdictOf(FIRING, '--at', '+2m')).toBe('failover criterion-met');
  });

  test('our probe', async () => {
    const args = [WRITER_DOWN, '--at', '+2m'];
    expect(await verdictOf(...args, '--probe', 'alive')).toBe('hold contradicted');
    const { targets } = await explained(...args, '--probe', 'alive');
    expect(targets[0]?.ways[0]?.changes).toMatchObject([{ code: 'probe', value: 'unreached' }]);
    expect(await verdictOf(...args, '--probe', 'unreached')).toBe('failover criterion-met');
  });

  test('the lag', async () => {
    const args = [WRITER_DOWN, '--at', '+2m', '--lag'];
    const { targets } = await explained(...args, '6s');
    expect(targets[0]?.verdict.reason).toBe('lag-over-limit');
    expect(targets[0]?.ways[0]?.changes).toMatchObject([{ code: 'lag', value: '5000' }]);
    expect(await verdictOf(...args, '5000ms')).toBe('failover criterion-met');
  });

  test('the mode', async () => {
    const shadow = written('shadow.yml', exampleWith(['mode: act # the default', 'mode: shadow # the default']));
    const { targets } = await explained(FIRING, '--at', '+2m', '--config', shadow);
    expect(targets[0]?.verdict.reason).toBe('shadow-mode');
    expect(targets[0]?.ways[0]?.changes).toMatchObject([{ code: 'mode-act', value: 'act' }]);
    expect(await verdictOf(FIRING, '--at', '+2m')).toBe('failover criterion-met');
  });
});

describe('several files', () => {
  test('are folded in their order, and resolved is resolved', async () => {
    expect(await verdictOf(FIRING, RESOLVED)).toBe('clear no-matching-alert');
    expect(await verdictOf(RESOLVED, FIRING)).toBe('clear no-matching-alert');
    expect((await explained(FIRING, WRITER_DOWN)).targets.map(({ targetId }) => targetId)).toEqual(['orders-gaussdb', 'payments-polardb']);
  });

  test('standard input is one of them', async () => {
    const { code, out } = await run(['explain', '-', '--json'], { input: readFileSync(FIRING, 'utf8') });
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(out)).toMatchObject({ files: [{ file: '-', source: 'alertmanager' }], targets: [{ targetId: 'orders-gaussdb' }] });
  });
});

test('--policy-of takes every alert to be about one target', async () => {
  const { targets, astray } = await explained(join(ROOT, 'events/alertmanager/unknown-target.json'), '--policy-of', 'payments-polardb');
  expect([targets.map(({ targetId }) => targetId), astray]).toEqual([['payments-polardb'], []]);
});

test('--look none: what the decider says before it has looked', async () => {
  expect(await verdictOf(FIRING, '--at', '+2m', '--look', 'none')).toBe('wait world-unread');
});

describe.each([
  ['an unknown source', ['--source', 'nagios'], 'no nagios among the sources'],
  ['an unknown target', ['--policy-of', 'orders'], 'no orders among the targets'],
  ['no instant', ['--at', 'yesterday'], '--at is neither now nor an instant'],
  ['no duration after the plus', ['--at', '+soon'], 'not a duration'],
  ['a look that nobody has', ['--look', 'ill'], '--look is one of healthy, none'],
  ['a probe that nobody has', ['--probe', 'dead'], '--probe is one of alive, unreached, unsure'],
  ['a lag that is none', ['--lag', 'much'], '--lag is not a duration'],
])('%s', (_what, args, told) => {
  test('is a matter of usage', async () => {
    const { code, err } = await run(['explain', FIRING, ...args]);
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining(told)]);
  });
});

describe('--from: what is on record', () => {
  const started: OperatorWorld[] = [];
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
  });

  test('a pause and half of a quorum', async () => {
    const world = worldWith();
    const startsAtMs = world.nowMs;
    world.alert(alertmanagerBody([{ startsAtMs, observer: 'eu-1' }]));
    await world.run(10_000);
    const operator = await startOperatorWorld(world);
    started.push(operator);
    const other = written('half.json', alertmanagerBody([{ startsAtMs, observer: 'eu-2' }]));
    const at = new Date(startsAtMs + 120_000).toISOString();
    const from = ['--from', operator.cloudFile, '--at', at];
    expect(await verdictOf(other, '--at', at)).toBe('clear quorum-short');
    expect(await verdictOf(other, ...from)).toBe('failover criterion-met');
    await operator.cli('pause', TARGET, '--for', '1h', '--reason', 'moving disks');
    const { targets } = await explained(other, ...from);
    expect(targets[0]?.verdict).toMatchObject({ kind: 'hold', reason: 'paused' });
    expect(targets[0]?.ways.map(({ changes }) => changes[0]?.code)).toContain('pause-lifted');
  });

  test('of a place where nobody is', async () => {
    expect((await run(['explain', FIRING, '--from', join(folder, 'nowhere.json')])).code).toBe(EXIT.unreachable);
  });
});
