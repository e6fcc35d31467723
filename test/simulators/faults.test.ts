import { describe, expect, test } from 'vitest';
import { FAULTS, FAULT_NAMES } from '../../local/simulators/faults.ts';
import type { FaultName, FaultRow } from '../../local/simulators/faults.ts';
import { parsed } from './clients.ts';
import { CLOUDS, NOW_MS, codeOf, responseOf, seen } from './clouds.ts';
import type { Cloud } from './clouds.ts';

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
