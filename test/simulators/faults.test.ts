import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../local/simulators/exchange.ts';
import { FAULTS, FAULT_NAMES } from '../../local/simulators/faults.ts';
import type { FaultName, FaultParams, FaultRow } from '../../local/simulators/faults.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import { drPath, gaussdbRequest, parsed, polardbRequest } from './clients.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const { instanceId, projectId, relationId } = FLEET.gaussdb;
const { mysqlClusterId, mysqlWriterId, gdnId, gdnStandbyClusterId } = FLEET.polardb;

type Json = Record<string, unknown>;
interface Cloud {
  readonly engine: Pick<ReturnType<typeof createGaussdbEngine>, 'faults' | 'counters' | 'calls' | 'advance' | 'nextWakeMs' | 'setOutage'>;
  readonly effect: (nowMs?: number) => Outcome;
  readonly read: (nowMs?: number) => Outcome;
  readonly operation: string;
  readonly reading: string;
  readonly promoted: string;
  /** The node or instance that is to take over. */
  readonly heir: string;
}
const CLOUDS: Readonly<Record<string, () => Cloud>> = {
  gaussdb: () => {
    const engine = createGaussdbEngine();
    const ask = (path: string, body: unknown, nowMs: number): Outcome =>
      engine.handle(gaussdbRequest({ path, nowMs, ...(body === undefined ? {} : { body }) }), nowMs);
    return {
      engine,
      effect: (nowMs = NOW_MS) => ask(drPath('failover'), { disaster_type: 'stream', is_support_restore: true }, nowMs),
      read: (nowMs = NOW_MS) => ask(`${drPath('monitor')}?disaster_type=stream`, undefined, nowMs),
      operation: 'failover',
      reading: 'monitor',
      promoted: instanceId,
      heir: instanceId,
    };
  },
  polardb: () => {
    const engine = createPolardbEngine();
    const ask = (action: string, nowMs: number): Outcome =>
      engine.handle(polardbRequest({ action, parameters: { DBClusterId: mysqlClusterId }, nowMs }), nowMs);
    return {
      engine,
      effect: (nowMs = NOW_MS) => ask('FailoverDBCluster', nowMs),
      read: (nowMs = NOW_MS) => ask('DescribeDBClusterAttribute', nowMs),
      operation: 'FailoverDBCluster',
      reading: 'DescribeDBClusterAttribute',
      promoted: mysqlClusterId,
      heir: FLEET.polardb.mysqlReaderIds[0],
    };
  },
  'polardb network': () => {
    const engine = createPolardbEngine();
    const ask = (action: string, parameters: Record<string, string>, nowMs: number): Outcome =>
      engine.handle(polardbRequest({ action, parameters, nowMs }), nowMs);
    return {
      engine,
      effect: (nowMs = NOW_MS) => ask('SwitchOverGlobalDatabaseNetwork', { GDNId: gdnId, DBClusterId: gdnStandbyClusterId }, nowMs),
      read: (nowMs = NOW_MS) => ask('DescribeGlobalDatabaseNetwork', { GDNId: gdnId }, nowMs),
      operation: 'SwitchOverGlobalDatabaseNetwork',
      reading: 'DescribeGlobalDatabaseNetwork',
      promoted: gdnId,
      heir: gdnStandbyClusterId,
    };
  },
};

const responseOf = (outcome: Outcome): { status: number; body: string; headers: Readonly<Record<string, string>> } =>
  'response' in outcome ? outcome.response : { status: 0, body: outcome.kind, headers: {} };
const seen = (outcome: Outcome): string => ('response' in outcome ? `${outcome.kind} ${outcome.response.status}` : outcome.kind);
const codeOf = (outcome: Outcome): unknown => {
  const json = parsed(responseOf(outcome).body);
  return json['error_code'] ?? json['Code'];
};

/** What the caller of an effect operation sees, and how many promotions there are, right after the call. */
const ON_AN_EFFECT: Partial<Record<FaultName, { saw: readonly [string, string]; promotions: number }>> = {
  'refuse-connection': { saw: ['refuse', 'refuse'], promotions: 0 },
  'drop-before': { saw: ['drop', 'drop'], promotions: 0 },
  'hang-before': { saw: ['hang', 'hang'], promotions: 0 },
  '5xx-before': { saw: ['respond 500', 'respond 500'], promotions: 0 },
  'html-502-before': { saw: ['respond 502', 'respond 502'], promotions: 0 },
  'xml-error': { saw: ['respond 503', 'respond 503'], promotions: 0 },
  busy: { saw: ['respond 409', 'respond 403'], promotions: 0 },
  throttling: { saw: ['respond 429', 'respond 400'], promotions: 0 },
  'expired-credentials': { saw: ['respond 401', 'respond 400'], promotions: 0 },
  'effect-later': { saw: ['hang', 'hang'], promotions: 0 },
  'accept-without-effect': { saw: ['respond 202', 'respond 200'], promotions: 0 },
  'stuck-running': { saw: ['respond 202', 'respond 200'], promotions: 1 },
  'promote-fail': { saw: ['respond 202', 'respond 200'], promotions: 1 },
  'job-not-visible': { saw: ['respond 202', 'respond 200'], promotions: 1 },
  'records-lag': { saw: ['respond 202', 'respond 200'], promotions: 1 },
  'state-lag': { saw: ['respond 202', 'respond 200'], promotions: 1 },
  'accept-then-drop': { saw: ['drop', 'drop'], promotions: 1 },
  'accept-then-5xx': { saw: ['respond 500', 'respond 500'], promotions: 1 },
  'accept-then-hang': { saw: ['hang', 'hang'], promotions: 1 },
  'html-502-after': { saw: ['respond 502', 'respond 502'], promotions: 1 },
  slow: { saw: ['respond-after 202', 'respond-after 200'], promotions: 1 },
  'partial-reply': { saw: ['partial 202', 'partial 200'], promotions: 1 },
  'invalid-json': { saw: ['respond 202', 'respond 200'], promotions: 1 },
  'empty-reply': { saw: ['respond 202', 'respond 200'], promotions: 1 },
};
const OTHERWISE_TESTED: readonly FaultName[] = ['automatic-failover-meanwhile', 'wrong-role', 'status-outside-set', 'errCode-spelling'];

test('every fault of the menu is tested', () => {
  expect([...Object.keys(ON_AN_EFFECT), ...OTHERWISE_TESTED].toSorted()).toEqual([...FAULT_NAMES].toSorted());
});

describe.each(Object.keys(CLOUDS))('%s', (name) => {
  const vendor = name === 'gaussdb' ? 'gaussdb' : 'polardb';
  const make = CLOUDS[name] as () => Cloud;
  const menu = Object.entries(ON_AN_EFFECT).filter(([fault]) => (FAULTS[fault as FaultName] as FaultRow).vendors.includes(vendor));

  test.each(menu)('%s strikes one call, as the menu says, and then no more', (fault, expected) => {
    const cloud = make();
    const listener = FAULTS[fault as FaultName].stage === 'listener';
    cloud.engine.faults(NOW_MS).set({ operation: listener ? '*' : cloud.operation, fault: fault as FaultName });
    expect(seen(cloud.effect())).toBe(expected.saw[vendor === 'gaussdb' ? 0 : 1]);
    expect(cloud.engine.counters().promotions[cloud.promoted] ?? 0).toBe(expected.promotions);
    if (listener) cloud.engine.faults(NOW_MS).clear();
    else expect(cloud.engine.calls().at(-1)?.faults).toEqual([fault]);
    expect(cloud.engine.faults(NOW_MS).list()).toEqual([]);
    // The fault is used up: where nothing was accepted before, the next call is.
    if (expected.promotions === 0 && fault !== 'effect-later') {
      cloud.effect();
      expect(cloud.engine.counters().promotions[cloud.promoted]).toBe(1);
    }
  });

  test('a fault meets only its operation; * meets all that it makes sense for', () => {
    const cloud = make();
    const faults = cloud.engine.faults(NOW_MS);
    faults.set({ operation: cloud.operation, fault: 'drop-before' });
    expect(seen(cloud.read())).toBe('respond 200');
    faults.clear();
    faults.set({ operation: '*', fault: 'busy' });
    expect(seen(cloud.read())).toBe('respond 200');
    expect(seen(cloud.effect())).toMatch(/respond 40[39]/);
  });

  test('several faults strike in the order they were set, and as often as they were told', () => {
    const cloud = make();
    const faults = cloud.engine.faults(NOW_MS);
    faults.set({ operation: cloud.reading, fault: 'throttling', times: 2 });
    faults.set({ operation: cloud.reading, fault: 'html-502-before' });
    faults.set({ operation: cloud.reading, fault: 'accept-then-drop' });
    const statuses = [cloud.read(), cloud.read(), cloud.read(), cloud.read(), cloud.read()].map((outcome) => seen(outcome));
    const throttled = vendor === 'gaussdb' ? 'respond 429' : 'respond 400';
    expect(statuses).toEqual([throttled, throttled, 'respond 502', 'drop', 'respond 200']);
    faults.set({ operation: '*', fault: 'drop-before', times: 'always' });
    expect([seen(cloud.read()), seen(cloud.read()), seen(cloud.effect())]).toEqual(['drop', 'drop', 'drop']);
    faults.clear({ fault: 'drop-before' });
    expect(seen(cloud.read())).toBe('respond 200');
  });

  test('a lost answer hides an effect, and a second call is told from it by the counters', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'accept-then-drop' });
    cloud.effect();
    expect(responseOf(cloud.effect(NOW_MS + 5000)).status).toBeGreaterThanOrEqual(400);
    expect(cloud.engine.counters()).toMatchObject({
      requests: { [cloud.operation]: 2 },
      accepted: { [cloud.operation]: 1 },
      promotions: { [cloud.promoted]: 1 },
    });
  });

  test('effect-later: the request arrives after its caller has gone', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'effect-later', params: { delayMs: 45_000, client: 'drop' } });
    expect(seen(cloud.effect())).toBe('drop');
    cloud.engine.advance(NOW_MS + 44_999);
    expect(cloud.engine.counters().promotions).toEqual({});
    expect(cloud.engine.nextWakeMs()).toBe(NOW_MS + 45_000);
    cloud.engine.advance(NOW_MS + 46_000);
    expect(cloud.engine.counters().effects).toMatchObject([{ atMs: NOW_MS + 45_000, id: cloud.promoted }]);
  });

  test('accept-without-effect: answered as if, and nothing shows it ever', () => {
    const cloud = make();
    const before = parsed(responseOf(cloud.read()).body);
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'accept-without-effect' });
    cloud.effect();
    const { RequestId: _one, ...after } = parsed(responseOf(cloud.read(NOW_MS + 600_000)).body);
    const { RequestId: _other, ...then } = before;
    expect(after).toEqual(then);
    expect(cloud.engine.counters()).toMatchObject({ accepted: { [cloud.operation]: 1 }, promotions: {}, effects: [] });
  });

  test('promote-fail: it ends, and the roles are as before', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'promote-fail', params: { reason: 'disk' } });
    cloud.effect();
    cloud.engine.advance(NOW_MS + 600_000);
    expect(cloud.engine.counters()).toMatchObject({ failed: { [cloud.promoted]: 1 }, finished: {} });
    expect(cloud.engine.nextWakeMs()).toBeUndefined();
  });

  test('whoever dies while it is being promoted is not promoted', () => {
    const cloud = make();
    cloud.effect();
    cloud.engine.setOutage(cloud.heir, true, NOW_MS + 3000);
    cloud.engine.advance(NOW_MS + 600_000);
    expect(cloud.engine.counters()).toMatchObject({ failed: { [cloud.promoted]: 1 }, finished: {} });
  });

  test('a fault of the effect waits for a call that is accepted', () => {
    const cloud = make();
    cloud.effect();
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'promote-fail' });
    expect(responseOf(cloud.effect(NOW_MS + 1)).status).toBeGreaterThanOrEqual(400);
    expect(cloud.engine.faults(NOW_MS).list()).toHaveLength(1);
    expect(cloud.engine.calls().at(-1)?.faults).toEqual([]);
  });

  test('stuck-running: it stops at its percent and never ends', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'stuck-running', params: { percent: 40 } });
    cloud.effect();
    cloud.engine.advance(NOW_MS + 86_400_000);
    expect(cloud.engine.counters()).toMatchObject({ finished: {}, failed: {} });
    expect(cloud.engine.nextWakeMs()).toBeUndefined();
    const shown = JSON.stringify(parsed(responseOf(cloud.read(NOW_MS + 86_400_000)).body));
    expect(shown).toMatch(/"failover_progress":"40%"|Switching|"GDNStatus":"locked"/);
  });

  test('state-lag: reads show the state before for as long', () => {
    const cloud = make();
    const before = responseOf(cloud.read()).body.replace(/"RequestId":"[^"]*"/, '');
    cloud.engine.faults(NOW_MS).set({ operation: cloud.operation, fault: 'state-lag', params: { ms: 20_000 } });
    cloud.effect();
    expect(responseOf(cloud.read(NOW_MS + 19_999)).body.replace(/"RequestId":"[^"]*"/, '')).toBe(before);
    expect(responseOf(cloud.read(NOW_MS + 21_000)).body.replace(/"RequestId":"[^"]*"/, '')).not.toBe(before);
  });

  test('status-outside-set bends the next answer that has a status', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: cloud.reading, fault: 'status-outside-set', params: { status: 'QUIESCING' } });
    expect(responseOf(cloud.read()).body).toContain('"QUIESCING"');
    expect(responseOf(cloud.read()).body).not.toContain('QUIESCING');
  });

  test('throttling has the form of the vendor', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: '*', fault: 'throttling', params: { retryAfterMs: 1500 } });
    const outcome = cloud.read();
    expect(codeOf(outcome)).toBe(vendor === 'gaussdb' ? 'APIGW.0308' : 'Throttling.User');
    expect(responseOf(outcome).headers['x-acs-retry-after']).toBe(vendor === 'gaussdb' ? undefined : '1500');
  });

  test('refuse-connection ends by itself if told so', () => {
    const cloud = make();
    cloud.engine.faults(NOW_MS).set({ operation: '*', fault: 'refuse-connection', params: { durationMs: 10_000 } });
    expect(cloud.engine.nextWakeMs()).toBe(NOW_MS + 10_000);
    expect([cloud.read(NOW_MS + 9999).kind, cloud.read(NOW_MS + 10_000).kind]).toEqual(['refuse', 'respond']);
  });
});

describe('the answers that break off', () => {
  test.each([
    ['invalid-json', (body: string) => expect(() => JSON.parse(body)).toThrow(SyntaxError)],
    ['empty-reply', (body: string) => expect(body).toBe('')],
  ] as const)('%s', (fault, check) => {
    const cloud = (CLOUDS['gaussdb'] as () => Cloud)();
    cloud.engine.faults(NOW_MS).set({ operation: 'failover', fault });
    check(responseOf(cloud.effect()).body);
  });

  test('partial-reply sends half', () => {
    const cloud = (CLOUDS['gaussdb'] as () => Cloud)();
    cloud.engine.faults(NOW_MS).set({ operation: 'failover', fault: 'partial-reply' });
    const outcome = cloud.effect();
    expect(outcome.kind === 'partial' && outcome.bodyBytes).toBe(Math.floor(responseOf(outcome).body.length / 2));
  });
});

describe('GaussDB only', () => {
  const engine = createGaussdbEngine;
  const call = (on: ReturnType<typeof engine>, path: string, nowMs: number, body?: unknown): { status: number; json: Json } => {
    const response = responseOf(on.handle(gaussdbRequest({ path, nowMs, ...(body === undefined ? {} : { body }) }), nowMs));
    return { status: response.status, json: parsed(response.body) };
  };
  const stream = { disaster_type: 'stream' };
  const recordsPath = `/v3/${projectId}/instances/${instanceId}/disaster-recovery/records?entity_id=${relationId}&entity_type=dr`;
  const relationsPath = `/v3.5/${projectId}/disaster-recovery/relations`;

  test('job-not-visible, and the record tells the job meanwhile', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'job-not-visible', params: { ms: 30_000 } });
    const job = call(on, drPath('failover'), NOW_MS, stream).json['job_id'];
    const statuses = [0, 29_999, 30_000].map((ms) => call(on, `/v3/${projectId}/jobs?id=${String(job)}`, NOW_MS + ms).status);
    expect(statuses).toEqual([404, 404, 200]);
    expect(call(on, recordsPath, NOW_MS).json['records']).toMatchObject([{ job_id: job }]);
  });

  test('records-lag', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'records-lag', params: { ms: 60_000 } });
    call(on, drPath('failover'), NOW_MS, stream);
    expect([0, 59_999, 60_000].map((ms) => (call(on, recordsPath, NOW_MS + ms).json['records'] as Json[]).length)).toEqual([0, 0, 1]);
  });

  test('promote-fail shows in the job, the monitor and the records', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'promote-fail', params: { reason: 'disk' } });
    const job = call(on, drPath('failover'), NOW_MS, stream).json['job_id'];
    const atMs = NOW_MS + 120_000;
    expect(call(on, `/v3/${projectId}/jobs?id=${String(job)}`, atMs).json['job']).toMatchObject({
      status: 'Failed',
      fail_reason: 'disk',
      progress: '',
    });
    expect(call(on, `${drPath('monitor')}?disaster_type=stream`, atMs).json['status']).toBe('promote_fail');
    expect(call(on, recordsPath, atMs).json['records']).toMatchObject([{ action: 'dr_stream_failover_result', status: 'failed' }, {}]);
    expect(call(on, relationsPath, atMs).json['relations']).toMatchObject([{ disaster_role: 'disaster', status: 'normal' }]);
  });

  test.each([
    ['errCode', { errCode: 'DBS.200001' }],
    ['error', { error: { code: 'DBS.200001' } }],
  ])('errCode-spelling %s waits for an error', (spelling, expected) => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: '*', fault: 'errCode-spelling', params: { spelling } });
    expect(call(on, relationsPath, NOW_MS).status).toBe(200);
    const bent = call(on, drPath('failover'), NOW_MS, {}).json;
    expect(bent).toMatchObject(expected);
    expect(bent).not.toHaveProperty('error_code');
    expect(call(on, drPath('failover'), NOW_MS, {}).json).toHaveProperty('error_code');
  });

  test('wrong-role', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'relations', fault: 'wrong-role' });
    const role = (): unknown => (call(on, relationsPath, NOW_MS).json['relations'] as Json[])[0]?.['disaster_role'];
    expect([role(), role()]).toEqual(['master', 'disaster']);
  });

  test('automatic-failover-meanwhile: another person was faster', () => {
    const on = engine();
    on.faults(NOW_MS).set({ operation: 'failover', fault: 'automatic-failover-meanwhile' });
    expect(call(on, drPath('failover'), NOW_MS, stream)).toMatchObject({ status: 409, json: { error_code: 'DBS.200019' } });
    expect(on.counters()).toMatchObject({ promotions: {}, vendorPromotions: { [instanceId]: 1 } });
  });
});

describe('PolarDB only', () => {
  const call = (on: ReturnType<typeof createPolardbEngine>, action: string, nowMs: number, parameters: Record<string, string> = {}): Json =>
    parsed(
      responseOf(on.handle(polardbRequest({ action, parameters: { DBClusterId: mysqlClusterId, ...parameters }, nowMs }), nowMs)).body,
    );

  test('records-lag holds the HA log back', () => {
    const on = createPolardbEngine();
    on.faults(NOW_MS).set({ operation: 'FailoverDBCluster', fault: 'records-lag', params: { ms: 60_000 } });
    call(on, 'FailoverDBCluster', NOW_MS);
    const rows = (ms: number): unknown => call(on, 'DescribeHALogs', NOW_MS + ms, { LogType: 'HaSwitchLogList' })['TotalRecords'];
    expect([rows(30_000), rows(61_000)]).toEqual([0, 1]);
  });

  test('wrong-role shows the Writer and the first Reader the other way round', () => {
    const on = createPolardbEngine();
    on.faults(NOW_MS).set({ operation: 'DescribeDBClusterAttribute', fault: 'wrong-role' });
    const writers = (): unknown[] =>
      (call(on, 'DescribeDBClusterAttribute', NOW_MS)['DBNodes'] as Json[])
        .filter((node) => node['DBNodeRole'] === 'Writer')
        .map((node) => node['DBNodeId']);
    expect([writers(), writers()]).toEqual([[FLEET.polardb.mysqlReaderIds[0]], [mysqlWriterId]]);
  });

  test("automatic-failover-meanwhile: the vendor's HA was faster, and its cause tells", () => {
    const on = createPolardbEngine();
    on.faults(NOW_MS).set({ operation: 'FailoverDBCluster', fault: 'automatic-failover-meanwhile' });
    expect(call(on, 'FailoverDBCluster', NOW_MS)['Code']).toBe('UnsupportHighFrequenceSwitchOver');
    expect(on.counters()).toMatchObject({ promotions: {}, vendorPromotions: { [mysqlClusterId]: 1 } });
    const { HaLogItems } = call(on, 'DescribeHALogs', NOW_MS + 60_000, { LogType: 'HaSwitchLogList' }) as { HaLogItems: Json[] };
    expect(HaLogItems[0]?.['SwitchCauseCode']).toBe('Platform.Ha.AuroraService.InstanceDown');
  });
});

describe('an order that would test nothing is an error', () => {
  const orders: readonly (readonly [string, string, FaultName, FaultParams?, number?])[] = [
    ['no such operation: promote', 'promote', 'slow'],
    ['no such fault: slower', 'failover', 'slower' as FaultName],
    ['slow has no parameter ms', 'failover', 'slow', { ms: 1 }],
    ['stuck-running is not for monitor, which is of kind read', 'monitor', 'stuck-running'],
    ['wrong-role is not for failover, which is of kind effect', 'failover', 'wrong-role'],
    ['refuse-connection strikes the whole listener: its operation is *', 'failover', 'refuse-connection'],
    ['times must be a positive integer', 'failover', 'slow', {}, 0],
  ];
  const named = orders.map(([message, operation, fault, params = {}, times = 1]) => ({ message, operation, fault, params, times }));
  test.each(named)('$message', ({ message, operation, fault, params, times }) => {
    expect(() => createGaussdbEngine().faults(NOW_MS).set({ operation, fault, params, times })).toThrow(message);
  });

  test('a fault of the other vendor', () => {
    expect(() => createPolardbEngine().faults(NOW_MS).set({ operation: '*', fault: 'job-not-visible' })).toThrow(
      'job-not-visible is no fault of polardb',
    );
  });
});

test('the same history gives the same ids, answers and events, byte for byte', () => {
  const history = (): string => {
    const events: unknown[] = [];
    const engine = createGaussdbEngine({}, (event) => events.push(event));
    engine.faults(NOW_MS).set({ operation: 'failover', fault: 'accept-then-drop' });
    const request = gaussdbRequest({ path: drPath('failover'), body: { disaster_type: 'stream' }, nowMs: NOW_MS });
    const outcomes = [engine.handle(request, NOW_MS), engine.handle(request, NOW_MS + 1)];
    for (let wakeMs = engine.nextWakeMs(); wakeMs !== undefined; wakeMs = engine.nextWakeMs()) engine.advance(wakeMs);
    return JSON.stringify([outcomes, events, engine.snapshot()]);
  };
  expect(history()).toBe(history());
  expect(history()).toContain('"kind":"finished"');
});

test('progress is told in tens, each at its own time, and the wake-ups lead there', () => {
  const percents: number[] = [];
  const engine = createPolardbEngine(
    { choices: { failoverMs: 7777 } },
    (event) => void (event.kind === 'progress' && percents.push(event.percent)),
  );
  engine.handle(polardbRequest({ action: 'FailoverDBCluster', parameters: { DBClusterId: mysqlClusterId }, nowMs: NOW_MS }), NOW_MS);
  let wakes = 0;
  for (let wakeMs = engine.nextWakeMs(); wakeMs !== undefined; wakeMs = engine.nextWakeMs()) {
    engine.advance(wakeMs);
    expect((wakes += 1)).toBeLessThan(50);
  }
  expect(percents).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});
