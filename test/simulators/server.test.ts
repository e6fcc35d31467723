import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { SimulatorEvent } from '../../local/simulators/event.ts';
import type { FaultName, FaultParams } from '../../local/simulators/faults.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import type { GaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import { keepPort } from '../../local/simulators/kept-port.ts';
import { listen } from '../../local/simulators/loopback.ts';
import { startPolardbSimulator } from '../../local/simulators/polardb/simulator.ts';
import type { PolardbSimulator } from '../../local/simulators/polardb/simulator.ts';
import { connects, drPath, gaussdbRequest, polardbRequest, polardbV1Request, send, until } from './clients.ts';
import type { Answer } from './clients.ts';

const { instanceId, primaryInstanceId, projectId, primaryProjectId } = FLEET.gaussdb;
const f = FLEET.polardb;
const STREAM = { disaster_type: 'stream' };
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
async function gaussdb(options: Parameters<typeof startGaussdbSimulator>[0] = {}): Promise<GaussdbSimulator> {
  const started = await startGaussdbSimulator(options);
  running.push(started);
  return started;
}
async function polardb(options: Parameters<typeof startPolardbSimulator>[0] = {}): Promise<PolardbSimulator> {
  const started = await startPolardbSimulator(options);
  running.push(started);
  return started;
}
const ask = (url: string, path: string, body?: unknown, timeoutMs = 5000): Promise<Answer> =>
  send(url, gaussdbRequest({ path, nowMs: Date.now(), host: new URL(url).host, ...(body === undefined ? {} : { body }) }), timeoutMs);
const askPolardb = (url: string, action: string, parameters: Record<string, string>): Promise<Answer> =>
  send(url, polardbRequest({ action, parameters, nowMs: Date.now(), host: new URL(url).host }));

describe('over real sockets', () => {
  test('GaussDB: the primary dies, its port refuses; the DR instance is promoted, its port answers', async () => {
    const events: SimulatorEvent[] = [];
    const cloud = await gaussdb({ speed: 400, onEvent: (event) => events.push(event) });
    const [primary, standby] = [cloud.databasePort(primaryInstanceId), cloud.databasePort(instanceId)];
    await until(async () => (await connects(primary)) && !(await connects(standby)), 'only the primary takes connections');
    cloud.setOutage(primaryInstanceId, true);
    await until(async () => !(await connects(primary)), 'the primary refuses');
    expect((await ask(cloud.url, drPath('failover'), STREAM)).status).toBe(202);
    await until(() => connects(standby), 'the new primary answers');
    expect(await connects(primary)).toBe(false);
    expect(events.map((event) => event.kind)).toEqual(['outage', 'started', ...Array<string>(9).fill('progress'), 'finished']);
    expect(events.at(-1)).toMatchObject({
      vendor: 'gaussdb',
      operation: 'failover',
      id: instanceId,
      promotion: true,
      by: 'request',
      percent: 100,
    });
  });

  test('PolarDB: the Writer dies, the port refuses; a Reader is promoted, the same port answers', async () => {
    const cloud = await polardb({ speed: 200 });
    const port = cloud.databasePort(f.mysqlClusterId);
    await until(() => connects(port), 'it answers');
    cloud.setOutage(f.mysqlClusterId, true);
    await until(async () => !(await connects(port)), 'it refuses');
    expect((await askPolardb(cloud.url, 'FailoverDBCluster', { DBClusterId: f.mysqlClusterId })).status).toBe(200);
    await until(() => connects(port), 'it answers again');
    expect(cloud.counters()).toMatchObject({ promotions: { [f.mysqlClusterId]: 1 }, finished: { [f.mysqlClusterId]: 1 } });
  });

  test('each region listens on its own port and knows only its own projects', async () => {
    const cloud = await gaussdb();
    expect(Object.keys(cloud.urls)).toEqual(['ap-southeast-1', 'ap-southeast-3', 'iam']);
    const other = cloud.urls['ap-southeast-3'] ?? '';
    expect((await ask(other, drPath('failover'), STREAM)).json).toMatchObject({ error_code: 'DBS.200002' });
    expect((await ask(other, `/v3.5/${primaryProjectId}/disaster-recovery/relations`)).json).toMatchObject({
      relations: [{ disaster_role: 'master' }],
    });
    expect((await ask(cloud.url, `/v3.5/${projectId}/disaster-recovery/relations`)).json).toMatchObject({
      relations: [{ disaster_role: 'disaster' }],
    });
  });

  test('V1 over GET', async () => {
    const cloud = await polardb();
    const signed = polardbV1Request({
      action: 'DescribeDBClusterAttribute',
      parameters: { DBClusterId: f.postgresClusterId },
      nowMs: Date.now(),
    });
    expect((await send(cloud.url, signed)).json).toMatchObject({ DBType: 'PostgreSQL' });
  });

  test('a body over the limit of the server is cut off, one over that of the vendor is told so', async () => {
    const cloud = await gaussdb();
    const path = drPath('failover');
    expect((await ask(cloud.url, path, { disaster_type: 'x'.repeat(12 * 1024 * 1024) })).json).toMatchObject({ error_code: 'APIGW.0201' });
    await expect(ask(cloud.url, path, { disaster_type: 'x'.repeat(14 * 1024 * 1024) })).rejects.toThrow();
  });
});

describe('a closed port', () => {
  const useIt = (localPort: number, port: number): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.1', localPort });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('connect', () => {
        socket.destroy();
        resolve('used');
      });
    });
  const openSockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  test('refuses, is in use all the same, and can be listened on again at once', async () => {
    const server = createServer();
    const port = await listen(server, 0);
    const kept = await keepPort(port, () => void server.close());
    expect(await connects(port)).toBe(false);
    expect(await useIt(port, kept?.farPort ?? 0)).toMatch(/^EADDR/);
    await kept?.release();
    expect(await listen(server, port)).toBe(port);
    expect(await keepPort(port, () => {})).toBeUndefined();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test('is that of a dead database: nobody else is given it', async () => {
    const cloud = await polardb();
    const port = cloud.databasePort(f.mysqlClusterId);
    const before = openSockets();
    cloud.setOutage(f.mysqlClusterId, true);
    await cloud.tick();
    expect(await connects(port)).toBe(false);
    await until(() => openSockets() >= before + 2, 'both ends of the connection that keeps it');
    cloud.setOutage(f.mysqlClusterId, false);
    await cloud.tick();
    expect(await connects(port)).toBe(true);
    expect(cloud.databasePort(f.mysqlClusterId)).toBe(port);
  });
});

describe('faults on the wire', () => {
  const cut: readonly (readonly [FaultName, FaultParams, RegExp, number])[] = [
    ['drop-before', {}, /hang up|ECONNRESET/, 0],
    ['hang-before', {}, /timed out/, 0],
    ['accept-then-drop', {}, /hang up|ECONNRESET/, 1],
    ['accept-then-hang', {}, /timed out/, 1],
    ['slow', { delayMs: 60_000 }, /timed out/, 1],
    ['partial-reply', {}, /aborted|ECONNRESET/, 1],
  ];
  test.each(cut)('%s', async (fault, params, error, promotions) => {
    const cloud = await gaussdb();
    cloud.faults.set({ operation: 'failover', fault, params });
    await expect(ask(cloud.url, drPath('failover'), STREAM, 150)).rejects.toThrow(error);
    expect(cloud.counters().promotions[instanceId] ?? 0).toBe(promotions);
  });

  test('slow answers in the end', async () => {
    const cloud = await polardb();
    cloud.faults.set({ operation: 'DescribeGlobalDatabaseNetwork', fault: 'slow', params: { delayMs: 120 } });
    const startMs = performance.now();
    expect((await askPolardb(cloud.url, 'DescribeGlobalDatabaseNetwork', { GDNId: f.gdnId })).json).toMatchObject({ GDNStatus: 'active' });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(115);
  });

  test('html-502-after and xml-error', async () => {
    const cloud = await polardb();
    cloud.faults.set({ operation: 'FailoverDBCluster', fault: 'html-502-after' });
    const html = await askPolardb(cloud.url, 'FailoverDBCluster', { DBClusterId: f.mysqlClusterId });
    expect([html.status, html.headers['content-type'], html.text.slice(0, 6)]).toEqual([502, 'text/html', '<html>']);
    cloud.faults.set({ operation: '*', fault: 'xml-error', params: { status: 500 } });
    const xml = await askPolardb(cloud.url, 'DescribeDBClusters', { RegionId: f.regionId });
    expect([xml.status, xml.text.slice(0, 5)]).toEqual([500, '<?xml']);
    expect(cloud.counters().promotions).toEqual({ [f.mysqlClusterId]: 1 });
  });

  test('refuse-connection closes the listeners, and the same ports open again', async () => {
    const cloud = await gaussdb();
    cloud.faults.set({ operation: '*', fault: 'refuse-connection' });
    await until(async () => !(await connects(Number(new URL(cloud.url).port))), 'refused');
    await expect(ask(cloud.url, drPath('failover'), STREAM)).rejects.toThrow('ECONNREFUSED');
    cloud.faults.clear();
    await until(() => connects(Number(new URL(cloud.url).port)), 'taken again');
    expect((await ask(cloud.url, drPath('failover'), STREAM)).status).toBe(202);
    cloud.faults.set({ operation: '*', fault: 'refuse-connection', params: { durationMs: 80 } });
    await until(async () => !(await connects(Number(new URL(cloud.url).port))), 'refused again');
    await until(() => connects(Number(new URL(cloud.url).port)), 'over by itself');
  });

  test('effect-later takes effect after the caller has gone', async () => {
    const cloud = await gaussdb();
    cloud.faults.set({ operation: 'failover', fault: 'effect-later', params: { delayMs: 60, client: 'drop' } });
    await expect(ask(cloud.url, drPath('failover'), STREAM)).rejects.toThrow();
    expect(cloud.counters().promotions).toEqual({});
    await until(() => cloud.counters().promotions[instanceId] === 1, 'the effect');
  });
});

describe('the admin port', () => {
  const admin = async (url: string, method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(`${url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, json: await response.json() };
  };

  test('sets, lists and clears faults, and says what is wrong with an order', async () => {
    const { adminUrl, url } = await gaussdb();
    expect(await admin(adminUrl, 'POST', '/faults', { operation: 'failover', fault: 'busy', times: 2 })).toEqual({
      status: 200,
      json: { ok: true },
    });
    expect((await ask(url, drPath('failover'), STREAM)).status).toBe(409);
    expect((await admin(adminUrl, 'GET', '/faults')).json).toMatchObject([{ operation: 'failover', fault: 'busy', timesLeft: 1 }]);
    await admin(adminUrl, 'DELETE', '/faults', { fault: 'busy' });
    expect((await admin(adminUrl, 'GET', '/faults')).json).toEqual([]);
    expect(await admin(adminUrl, 'POST', '/faults', { operation: 'failover', fault: 'bussy' })).toEqual({
      status: 400,
      json: { error: 'no such fault: bussy' },
    });
    expect((await admin(adminUrl, 'GET', '/faults/menu')).json).toHaveProperty('accept-then-drop');
    expect((await admin(adminUrl, 'GET', '/choices')).json).toHaveProperty(['successStatus', 'standard'], 202);
    expect((await admin(adminUrl, 'GET', '/nothing')).status).toBe(404);
  });

  test('outage, lag, automatic failover, state, counters and calls; none with a key in it', async () => {
    const cloud = await polardb({ speed: 100 });
    await admin(cloud.adminUrl, 'POST', '/outage', { id: f.mysqlClusterId, down: true });
    await until(async () => !(await connects(cloud.databasePort(f.mysqlClusterId))), 'down');
    await admin(cloud.adminUrl, 'POST', '/lag', { id: f.gdnStandbyClusterId, seconds: 33 });
    await admin(cloud.adminUrl, 'POST', '/automatic-failover', { id: f.mysqlClusterId });
    await until(() => connects(cloud.databasePort(f.mysqlClusterId)), 'the vendor has failed over');
    const state = await admin(cloud.adminUrl, 'GET', '/state');
    expect(state.json).toMatchObject({ gdns: { [f.gdnId]: { members: [{}, { replicaLagSeconds: 33 }] } } });
    await askPolardb(cloud.url, 'FailoverDBCluster', { DBClusterId: f.postgresClusterId, ClientToken: 'tok' });
    expect((await admin(cloud.adminUrl, 'GET', '/counters')).json).toMatchObject({
      vendorPromotions: { [f.mysqlClusterId]: 1 },
      tokens: { tok: { requests: 1, effects: 0 } },
    });
    const calls = await admin(cloud.adminUrl, 'GET', '/calls');
    expect(calls.json).toMatchObject([
      {
        operation: 'FailoverDBCluster',
        ids: { DBClusterId: f.postgresClusterId },
        token: 'tok',
        signatureOk: true,
        outcome: 'refused',
        status: 400,
      },
    ]);
    expect(JSON.stringify([state.json, calls.json])).not.toContain(f.secretKey);
    expect((await admin(cloud.adminUrl, 'POST', '/outage', { id: 'pc-none' })).json).toEqual({ error: 'no such cluster or node: pc-none' });
  });

  test('a page of another origin that posts by name is not served', async () => {
    const { adminUrl } = await gaussdb();
    const port = Number(new URL(adminUrl).port);
    const signed = { method: 'GET', url: '/__admin/state', headers: { host: `evil.example:${port}` }, body: '' };
    expect((await send(adminUrl, signed)).status).toBe(404);
  });

  test('the vendor paths and the admin paths do not mix', async () => {
    const { adminUrl, url } = await gaussdb();
    expect((await fetch(`${url}/__admin/state`)).status).toBe(404);
    expect((await fetch(new URL(drPath('failover'), adminUrl), { method: 'POST' })).status).toBe(404);
  });
});

test('a clock of its own: nothing happens until it is moved', async () => {
  let nowMs = Date.UTC(2026, 10, 21, 12);
  const cloud = await gaussdb({ nowMs: () => nowMs });
  const signed = gaussdbRequest({ path: drPath('failover'), body: STREAM, nowMs });
  expect((await send(cloud.url, signed)).status).toBe(202);
  await cloud.tick();
  expect(cloud.counters().finished).toEqual({});
  nowMs += 120_000;
  await cloud.tick();
  expect(cloud.counters().finished).toEqual({ [instanceId]: 1 });
  expect(await connects(cloud.databasePort(instanceId))).toBe(true);
  expect((await send(cloud.url, { ...signed, headers: { ...signed.headers, 'x-sdk-date': '20261121T114600Z' } })).status).toBe(401);
});

test('stop frees every port, also with callers left hanging', async () => {
  const cloud = await startGaussdbSimulator();
  cloud.faults.set({ operation: 'failover', fault: 'hang-before' });
  const hanging = ask(cloud.url, drPath('failover'), STREAM, 60_000);
  const cutOff = expect(hanging).rejects.toThrow();
  await until(() => cloud.calls().length === 1, 'it hangs');
  const ports = [...Object.values(cloud.urls), cloud.adminUrl].map((url) => Number(new URL(url).port));
  await cloud.stop();
  await cutOff;
  expect(await Promise.all([...ports, cloud.databasePort(primaryInstanceId)].map((port) => connects(port)))).toEqual(
    ports.map(() => false).concat(false),
  );
});
