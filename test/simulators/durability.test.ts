import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FLEET } from '../../local/simulators/fleet.ts';
import { startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import { drPath, gaussdbRequest, polardbRequest, send, until } from './clients.ts';

interface Urls {
  readonly gaussdb: string;
  readonly gaussdbAdmin: string;
  readonly polardb: string;
  readonly polardbAdmin: string;
}
let folder = '';
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulators-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Urls> {
  child = spawn(process.execPath, ['test/simulators/host-process.ts', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { stdout } = child;
  if (!stdout) throw new Error('no output');
  const [line] = (await once(createInterface(stdout), 'line')) as [string];
  return JSON.parse(line) as Urls;
}
async function kill(): Promise<void> {
  const died = child && once(child, 'exit');
  child?.kill('SIGKILL');
  await died;
}
async function admin(url: string, path: string, body?: unknown): Promise<Record<string, Record<string, unknown>>> {
  const response = await fetch(`${url}${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Record<string, Record<string, unknown>>;
}

test('a promotion whose answer was lost survives a SIGKILL of the cloud, once, and ends; so do counters, tokens, faults and ports', async () => {
  const { instanceId } = FLEET.gaussdb;
  const { mysqlClusterId } = FLEET.polardb;
  const parameters = { DBClusterId: mysqlClusterId, ClientToken: 'token-1' };
  const first = await start();
  await admin(first.gaussdbAdmin, '/faults', { operation: 'failover', fault: 'accept-then-hang' });
  await admin(first.gaussdbAdmin, '/faults', { operation: 'job', fault: 'throttling', times: 'always' });
  const call = gaussdbRequest({ path: drPath('failover'), body: { disaster_type: 'stream' }, nowMs: Date.now() });
  const lost = send(first.gaussdb, call, 60_000);
  const lostIs = expect(lost).rejects.toThrow();
  await until(async () => (await admin(first.gaussdbAdmin, '/counters'))['promotions']?.[instanceId] === 1, 'the promotion is accepted');
  const accepted = await send(first.polardb, polardbRequest({ action: 'FailoverDBCluster', parameters, nowMs: Date.now() }));
  await kill();
  await lostIs;

  const second = await start();
  expect(second).toEqual(first);
  const counters = await admin(second.gaussdbAdmin, '/counters');
  expect(counters).toMatchObject({ requests: { failover: 1 }, accepted: { failover: 1 }, promotions: { [instanceId]: 1 } });
  expect(await admin(second.gaussdbAdmin, '/faults')).toMatchObject([{ operation: 'job', fault: 'throttling', timesLeft: null }]);
  await until(async () => (await admin(second.gaussdbAdmin, '/counters'))['finished']?.[instanceId] === 1, 'the promotion has finished');
  const again = await send(second.polardb, polardbRequest({ action: 'FailoverDBCluster', parameters, nowMs: Date.now() }));
  expect(again.json).toEqual(accepted.json);
  expect((await admin(second.polardbAdmin, '/counters'))['promotions']).toEqual({ [mysqlClusterId]: 1 });
});

test('the state file holds no key and no password, and a restart takes the new settings', async () => {
  const stateFile = join(folder, 'gaussdb.json');
  const first = await startGaussdbSimulator({ stateFile });
  await send(first.url, gaussdbRequest({ path: drPath('failover'), body: { disaster_type: 'stream' }, nowMs: Date.now() }));
  await first.stop();
  const text = readFileSync(stateFile, 'utf8');
  expect(text).not.toContain(FLEET.gaussdb.secretKey);
  expect(text).not.toContain('Example-Passw0rd');
  expect(text).toContain('dr_stream_failover');

  const credentials = [{ accessKeyId: 'NEW', secretKey: 'new' }];
  const second = await startGaussdbSimulator({ stateFile, credentials, choices: { successStatus: 200 } });
  const key = { accessKeyId: 'NEW', secretKey: 'new' };
  const answer = await send(
    second.url,
    gaussdbRequest({ path: drPath('failover'), body: { disaster_type: 'stream' }, nowMs: Date.now(), key }),
  );
  await second.stop();
  expect(answer.json).toMatchObject({ error_code: 'DBS.200019' });
  expect(second.counters().promotions).toEqual({ [FLEET.gaussdb.instanceId]: 1 });
});
