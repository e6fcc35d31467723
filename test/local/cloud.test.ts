import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startCloud } from '../../local/cloud.ts';
import { eventually, fixtureCloud, fixtureFunctions, FIXTURES, temporaryFolder } from './fixture-cloud.ts';
import { startHost } from './host-process.ts';

describe('the embedded cloud', () => {
  test('starts in well under a second in memory', async () => {
    const functionsDir = await fixtureFunctions(['worker', 'web'], await temporaryFolder());
    const startedMs = performance.now();
    const cloud = await startCloud({ root: FIXTURES, functionsDir, only: ['worker', 'web'], configJson: {} });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await cloud.stop();
  });

  test('listens on the loop-back address alone', async () => {
    const host = await startHost(['worker', 'web'], { dataDir: await temporaryFolder() });
    await fetch(`${host.started.lambda}/2015-03-31/functions/worker/invocations`, { method: 'POST', body: '{}' });
    const listening = await listeningAddresses(host.pid);
    // Queues, table, parameters, Invoke, the function URL, the Runtime API of one environment.
    expect(listening).toHaveLength(6);
    expect(new Set(listening)).toEqual(new Set(['127.0.0.1']));
  });

  test('writes the configuration beside each bundle, and leaves no folder behind', async () => {
    const { cloud } = await fixtureCloud(['worker'], { configJson: { version: 1, hash: 'abc' } });
    const taskRoot = cloud.environmentOf('worker')['LAMBDA_TASK_ROOT'] ?? '';
    expect(JSON.parse(await readFile(join(taskRoot, 'understudy.json'), 'utf8'))).toEqual({ version: 1, hash: 'abc' });
    expect(await readdir(taskRoot)).toContain('index.mjs');
    await cloud.stop();
    await expect(readdir(taskRoot)).rejects.toThrow('ENOENT');
  });

  test('runs a schedule on demand, with what it would get', async () => {
    const watched = await fixtureCloud(['clock']);
    expect(watched.cloud.schedules).toEqual(['sample-local-clock-0', 'sample-local-morning']);
    const outcome = await watched.cloud.runSchedule('sample-local-morning');
    expect(JSON.parse(outcome.payload)).toMatchObject({ echo: { kind: 'morning' } });
    expect(watched.events).toContainEqual(
      expect.objectContaining({ kind: 'scheduled', schedule: 'sample-local-morning', function: 'clock' }),
    );
  });

  test('tells which function called which service', async () => {
    const watched = await fixtureCloud(['worker']);
    expect(watched.cloud.environmentOf('worker')['AWS_ACCESS_KEY_ID']).toBe('LOCALWORKER');
    watched.cloud.send('jobs', '{}');
    await eventually('the message to be deleted', () =>
      watched.events.some(
        (event) => event.kind === 'call' && event.operation === 'DeleteMessageBatch' && event.caller === 'LOCALEVENTSOURCE',
      ),
    );
  });

  test('lets running work end before it stops', async () => {
    const watched = await fixtureCloud(['worker']);
    watched.cloud.send('jobs', '{"sleepMs":500}');
    await eventually('it to run', () => watched.invocations('worker').length === 1);
    await watched.cloud.stop();
    expect(watched.finished('worker')).toHaveLength(1);
    expect(watched.events).toContainEqual(expect.objectContaining({ kind: 'batch', failed: [] }));
  });

  test('that cannot start says why and leaves nothing behind', async () => {
    const dataDir = await temporaryFolder();
    const tasks = await temporaryFolder();
    const { cloud: other } = await fixtureCloud(['web']);
    vi.stubEnv('TMPDIR', tasks);
    onTestFinished(() => void vi.unstubAllEnvs());
    const port = Number(new URL(other.webhookUrl).port);
    await expect(fixtureCloud(['web'], { dataDir, port })).rejects.toThrow(`EADDRINUSE`);
    await expect(fixtureCloud(['web'], { functionsDir: join(dataDir, 'nowhere') })).rejects.toThrow('ENOENT');
    expect((await readdir(tasks)).filter((name) => name.startsWith('understudy-tasks-'))).toEqual([]);
    await other.stop();
    const { cloud } = await fixtureCloud(['web'], { dataDir });
    expect(cloud.webhookUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
});

/** Local addresses of every TCP socket that a process listens on. */
async function listeningAddresses(pid: number): Promise<string[]> {
  const [tcp4, tcp6] = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/${String(pid)}/net/${table}`, 'utf8')));
  const { stdout } = await promisify(execFile)('ls', ['-l', `/proc/${String(pid)}/fd`]);
  const inodes = new Set([...stdout.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode));
  return [tcp4, tcp6].flatMap((table) =>
    (table ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
        return state === '0A' && inodes.has(inode) ? [addressOf(local.split(':')[0] ?? '')] : [];
      }),
  );
}

/** `0100007F` → `127.0.0.1`; an IPv6 address stays as it is. */
function addressOf(hex: string): string {
  return hex.length === 8 ? Buffer.from(hex, 'hex').toReversed().join('.') : hex;
}
