import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { History } from '../../lib/operate/history.ts';
import type { FleetStatus } from '../../lib/operate/status.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { until } from './until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const GAUSSDB = 'orders-gaussdb';
const POLARDB = 'payments-polardb';
const GDN = 'ledger-gdn';
const WAIT_MS = 60_000;

let folder: string;
let embedded: Embedded;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-cli-'));
  embedded = await startEmbedded({ root: ROOT, speed: 12, discoveryFile: join(folder, 'cloud.json'), onEvent: () => undefined });
}, 120_000);
afterAll(async () => {
  await embedded.stop();
  rmSync(folder, { recursive: true });
});

/** The command line as people start it: a process of its own. */
async function understudy(
  command: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'cli/understudy.mjs'), command, '--cloud', join(folder, 'cloud.json'), ...args], {
    cwd: ROOT,
    env: { ...process.env, UNDERSTUDY_USER: 'ann', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, out: out.join(''), err: err.join('') };
}

/** The operator itself, for waiting: a process for every look would only make the machine slower. */
async function operator<T>(request: Readonly<Record<string, unknown>>): Promise<T> {
  const outcome = await embedded.cloud.invoke('operator', request);
  if (outcome.kind !== 'ok') throw new Error(outcome.payload);
  return JSON.parse(outcome.payload) as T;
}
async function verdictOf(targetId: string): Promise<string | undefined> {
  return (await operator<{ status: FleetStatus }>({ deed: 'status', targetId })).status.targets[0]?.verdict?.reason;
}
async function lastOf(targetId: string): Promise<string | undefined> {
  return (await operator<{ history: History }>({ deed: 'history', targetId })).history.failovers[0]?.failover.state;
}

describe('a day with the command line', () => {
  test('every target is there, and quiet', async () => {
    const { code, out, err } = await understudy('status');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const id of [GAUSSDB, POLARDB, GDN, 'reports-polardb-pg']) expect(out).toMatch(new RegExp(`^● ${id} .*quiet$`, 'm'));
  });

  test('a rehearsal finds the target ready, and stands in its status', async () => {
    const drill = await understudy('drill', POLARDB);
    expect(drill).toMatchObject({ code: 0, out: expect.stringMatching(/^# Drill of payments-polardb: READY/) as string });
    expect((await understudy('status', POLARDB)).out).toMatch(/last drill +ready, .* ago$/m);
  }, 30_000);

  test('paused, an outage is held; resumed, it needs a fresh signal', async () => {
    expect(await understudy('pause', GAUSSDB, '--for', '2h', '--reason', 'moving disks')).toMatchObject({ code: 0 });
    embedded.gaussdb.setOutage(FLEET.gaussdb.primaryInstanceId, true);
    const sent = await understudy('send', 'events/alertmanager/gaussdb-primary-unreachable.json', '--at', 'now');
    expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('202') as string });
    await until('a hold because of the pause', async () => (await verdictOf(GAUSSDB)) === 'paused', WAIT_MS);
    expect((await understudy('status', GAUSSDB)).out).toMatch(/paused by ann for .*: moving disks/);
    expect(await understudy('resume', GAUSSDB, '--reason', 'done')).toMatchObject({ code: 0 });
    await until('a hold for a fresh signal', async () => (await verdictOf(GAUSSDB)) === 'began-in-window', WAIT_MS);
    const { failovers, acts } = JSON.parse((await understudy('history', GAUSSDB, '--json')).out) as History;
    expect(failovers).toEqual([]);
    expect(acts.map(({ deed, by, reason }) => [deed, by, reason])).toEqual([
      ['resume', 'ann', 'done'],
      ['pause', 'ann', 'moving disks'],
    ]);
    expect(embedded.receiver.received.some(({ title }) => title.includes(`${GAUSSDB}: automation paused`))).toBe(true);
  }, 120_000);

  test('an outage that nothing holds fails over once, and its trail verifies', async () => {
    embedded.polardb.setOutage(FLEET.polardb.mysqlClusterId, true);
    await embedded.polardb.tick();
    const sent = await understudy('send', 'events/cloudwatch/polardb-writer-down.sns.json', '--at', 'now', '--ago', '2m');
    expect(sent).toMatchObject({ code: 0, out: expect.stringContaining('queued') as string });
    await until('the promotion', async () => (await lastOf(POLARDB)) === 'succeeded', WAIT_MS);
    expect(embedded.polardb.counters().promotions[FLEET.polardb.mysqlClusterId]).toBe(1);
    const { code, out } = await understudy('history', POLARDB);
    expect(code).toBe(0);
    expect(out).toMatch(/^failover succeeded {2}[0-9a-f]{32} {2}trail intact$/m);
    expect((await understudy('status', POLARDB)).out).toMatch(/cools down for/);
    expect(await understudy('acknowledge', POLARDB, '--reason', 'seen')).toMatchObject({
      code: 0,
      out: expect.stringContaining('lifted the cool-down') as string,
    });
  }, 120_000);

  test('a switchover that a person asks for: shown first, then done', async () => {
    const asked = ['operate', GDN, 'switchover', '--reason', 'moving south'] as const;
    const shown = await understudy(...asked);
    expect(shown).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was done.') as string });
    const plan = /--plan ([0-9a-f]+)/.exec(shown.out)?.[1] ?? '';
    expect(await understudy(...asked, '--plan', plan, '--yes')).toMatchObject({ code: 0 });
    await until('the switchover', async () => (await lastOf(GDN)) === 'succeeded', WAIT_MS);
    expect(embedded.polardb.counters().promotions[FLEET.polardb.gdnId]).toBe(1);
  }, 120_000);

  test('what becomes no verdict is listed', async () => {
    const file = join(folder, 'stray.json');
    const stray = {
      version: '4',
      groupKey: '{}',
      status: 'firing',
      receiver: 'understudy',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: '',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Stray', instance: 'nobody-knows-this' },
          annotations: {},
          startsAt: new Date().toISOString(),
        },
      ],
    };
    writeFileSync(file, JSON.stringify(stray));
    expect(await understudy('send', file)).toMatchObject({ code: 0 });
    const listed = async (): Promise<boolean> => JSON.stringify(await operator({ deed: 'refused' })).includes('nobody-knows-this');
    await until('it to be listed', listed, WAIT_MS);
    expect((await understudy('refused')).out).toMatch(/unknown-target: .*nobody-knows-this/);
  }, 90_000);

  test('a refusal ends with 1, a target that there is not with 2, a cloud that there is not with 3', async () => {
    expect(await understudy('approve', GAUSSDB, '--plan', '0123456789ab')).toMatchObject({
      code: 1,
      out: expect.stringContaining('nothing-pending') as string,
    });
    expect(await understudy('pause', 'nowhere', '--for', '1h', '--reason', 'x')).toMatchObject({ code: 2 });
    expect(await understudy('drill', 'nowhere')).toMatchObject({ code: 2 });
    expect(await understudy('status', '--cloud', join(folder, 'none.json'))).toMatchObject({ code: 3 });
  }, 30_000);
});
