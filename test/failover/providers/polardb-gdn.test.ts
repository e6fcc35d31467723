import { describe, expect, test } from 'vitest';
import type { GdnSettings } from '../../../lib/config/config.ts';
import type { Operation, Plan, SentCall } from '../../../lib/failover/provider.ts';
import { createPolardbGdnProvider } from '../../../lib/failover/providers/polardb-gdn.ts';
import type { HttpRequest, HttpResponse } from '../../../lib/ports.ts';
import { createTestClock } from '../../contract/drive.ts';
import {
  PRIMARY,
  GDN,
  gdnTarget,
  MEMBERS,
  networkReply,
  no,
  parametersOf,
  SECRET,
  STANDBY,
  yes,
  type MemberReply,
} from '../../contract/polardb-wire.ts';

const SENT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE_MS = 60_000;
const OTHER = 'pc-other000000000003';

function bench(reply: HttpResponse, settings: Partial<GdnSettings> = {}, afterMs = 0) {
  const clock = createTestClock(SENT_MS);
  clock.advance(afterMs);
  const requests: HttpRequest[] = [];
  const provider = createPolardbGdnProvider({
    http: { request: async (request) => (requests.push(request), reply) },
    clock,
    entropy: { id: () => '0'.repeat(32) },
    secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] },
  });
  const target = gdnTarget('https://polardb.aliyuncs.com', settings);
  return { provider, target, requests, clock, observe: () => provider.observe(target, clock.nowMs() + 5000) };
}

function led(by: string, changes: Readonly<Record<string, Partial<MemberReply>>> = {}): readonly MemberReply[] {
  return MEMBERS.map((member) => ({ ...member, role: member.id === by ? 'primary' : 'standby', ...changes[member.id] }));
}

describe('what is seen', () => {
  test('a healthy network in neutral words', async () => {
    const { observe, requests } = bench(yes(networkReply()));
    expect(await observe()).toMatchObject({
      standbyRole: 'standby',
      relation: 'healthy',
      standbyHealthy: true,
      lagMs: 2000,
      inFlight: [],
      writer: PRIMARY,
      candidates: [{ id: STANDBY, healthy: true, zone: 'cn-hongkong' }],
    });
    expect(requests.map(parametersOf)).toEqual([{ GDNId: GDN }]);
  });

  test.each<[unknown, number | undefined]>([
    ['0', 0],
    ['2', 2000],
    ['0.25', 250],
    [3, 3000],
    ['', undefined],
    ['-1', undefined],
    ['soon', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('ReplicaLag %j: seconds as text, anything else is unknown', async (lag, lagMs) => {
    const members = MEMBERS.map((member) => (member.id === STANDBY ? { ...member, lag } : member));
    expect((await bench(yes(networkReply(members))).observe()).lagMs).toBe(lagMs);
  });

  test('a locked network is switching', async () => {
    expect(await bench(yes(networkReply(MEMBERS, 'locked'))).observe()).toMatchObject({
      relation: 'switching',
      inFlight: ['network locked'],
    });
  });

  test('an answer about another network is not understood', async () => {
    const seen = await bench(yes({ ...networkReply(), GDNId: 'gdn-other' })).observe();
    expect(seen).toMatchObject({ standbyRole: 'unknown', lagMs: undefined });
  });
});

describe('the plan', () => {
  const plan = async (reply: HttpResponse, operation: Operation, settings: Partial<GdnSettings> = {}) => {
    const { provider, target, observe } = bench(reply, settings);
    return provider.plan(target, operation, await observe());
  };

  test.each<[Operation, boolean]>([
    ['failover', true],
    ['switchover', false],
  ])('a %s has Forced: %s', async (operation, Forced) => {
    const made = await plan(yes(networkReply()), operation);
    expect(made).toEqual({
      operation,
      parameters: { GDNId: GDN, DBClusterId: STANDBY, Forced, RegionId: 'cn-hongkong' },
      writerBefore: PRIMARY,
      promotes: STANDBY,
    });
  });

  test.each<[string, HttpResponse, Operation, Partial<GdnSettings>, RegExp]>([
    ['an operation that it has not', yes(networkReply()), 'simulation-start', {}, /no simulation-start/],
    ['a forced switch that the target does not allow', yes(networkReply()), 'failover', { forced: false }, /forced: false/],
    ['an unread network', no({ status: 500, code: 'InternalError' }), 'failover', {}, /could not be read.*InternalError/],
    ['a cluster that is no member', yes(networkReply()), 'failover', { clusterId: OTHER }, /not a member/],
    ['a cluster that leads already', yes(networkReply()), 'failover', { clusterId: PRIMARY }, /the primary already/],
    ['two primaries', yes(networkReply([...led(PRIMARY), { id: OTHER, role: 'primary' }])), 'failover', {}, /exactly one primary/],
  ])('is impossible for %s', async (_, reply, operation, settings, why) => {
    const made = await plan(reply, operation, settings);
    expect('impossible' in made ? made.impossible : made).toMatch(why);
  });

  test('a switchover is possible where a forced switch is not allowed', async () => {
    expect(await plan(yes(networkReply()), 'switchover', { forced: false })).toMatchObject({ parameters: { Forced: false } });
  });
});

describe('the preflight, right before the call (rules 5, 10, 11)', () => {
  const failing = async (reply: HttpResponse, operation: Operation = 'failover', limits = { maxLagMs: 5000, dataLossConsented: false }) => {
    const planned = bench(yes(networkReply()));
    const plan = planned.provider.plan(planned.target, operation, await planned.observe()) as Plan;
    const now = bench(reply);
    const checks = now.provider.preflight(now.target, plan, await now.observe(), limits);
    return checks.filter((check) => check.verdict !== 'pass').map((check) => check.name);
  };

  test.each<[string, HttpResponse, readonly string[]]>([
    ['a healthy network', yes(networkReply()), []],
    ['a dead primary is no reason not to act', yes(networkReply(led(PRIMARY, { [PRIMARY]: { status: 'Stopped' } }))), []],
    ['a locked network', yes(networkReply(MEMBERS, 'locked')), ['network-active', 'replication-healthy', 'nothing-in-flight']],
    [
      'a standby that is not running',
      yes(networkReply(led(PRIMARY, { [STANDBY]: { status: 'Rebooting' } }))),
      ['target-running', 'replication-healthy'],
    ],
    ['an unknown lag', yes(networkReply(led(PRIMARY, { [STANDBY]: { lag: '' } }))), ['lag']],
    ['a lag over the limit', yes(networkReply(led(PRIMARY, { [STANDBY]: { lag: '6' } }))), ['lag']],
  ])('%s', async (_, reply, expected) => {
    expect(await failing(reply)).toEqual(expected);
  });

  test('roles that have changed since the plan', async () => {
    expect(await failing(yes(networkReply(led(STANDBY))))).toEqual(expect.arrayContaining(['writer-as-planned', 'target-standby', 'lag']));
  });

  test('a consent covers a known loss, never an unknown one', async () => {
    const consented = { maxLagMs: 5000, dataLossConsented: true };
    expect(await failing(yes(networkReply(led(PRIMARY, { [STANDBY]: { lag: '600' } }))), 'failover', consented)).toEqual([]);
    expect(await failing(yes(networkReply(led(PRIMARY, { [STANDBY]: { lag: '' } }))), 'failover', consented)).toEqual(['lag']);
  });

  test('a planned switchover wants a running primary', async () => {
    expect(await failing(yes(networkReply(led(PRIMARY, { [PRIMARY]: { status: 'Stopped' } }))), 'switchover')).toEqual(['writer-healthy']);
  });
});

const PLAN: Plan = {
  operation: 'failover',
  parameters: { GDNId: GDN, DBClusterId: STANDBY, Forced: true },
  writerBefore: PRIMARY,
  promotes: STANDBY,
};

async function judge(reply: HttpResponse, afterMs: number) {
  const { provider, target, clock } = bench(reply, {}, afterMs);
  const call: SentCall = { target, plan: PLAN, token: 'fo-1', deadlineMs: clock.nowMs() + 5000, sentAtMs: SENT_MS };
  const [track, reconcile, verify] = [await provider.track(call), await provider.reconcile(call), await provider.verify(call)];
  return { kinds: [track.kind, reconcile.kind, verify.kind], verify };
}

describe('the answers of track, reconcile and verify, by roles alone (provider contracts §2.5)', () => {
  const soon = MINUTE_MS;
  const late = 13 * MINUTE_MS;
  test.each<[string, HttpResponse, number, readonly [string, string, string]]>([
    ['the target leads', yes(networkReply(led(STANDBY))), soon, ['succeeded', 'happened', 'promoted']],
    [
      'the target leads, but is not running yet',
      yes(networkReply(led(STANDBY, { [STANDBY]: { status: 'Rebooting' } }))),
      soon,
      ['running', 'happened', 'not-yet'],
    ],
    ['the network is locked', yes(networkReply(MEMBERS, 'locked')), soon, ['running', 'unproved', 'not-yet']],
    [
      'a member is switching, the network is not locked',
      yes(networkReply(led(PRIMARY, { [STANDBY]: { status: 'ROLE_SWITCHING' } }))),
      late,
      ['running', 'unproved', 'not-yet'],
    ],
    ['nothing has changed yet', yes(networkReply()), soon, ['running', 'unproved', 'not-yet']],
    ['nothing has changed at the documented ceiling', yes(networkReply()), 10 * MINUTE_MS, ['running', 'unproved', 'not-yet']],
    ['nothing has changed after the quiet time', yes(networkReply()), late, ['failed', 'nothing-happened', 'not-promoted']],
    [
      'nothing has changed, and the target is not at rest',
      yes(networkReply(led(PRIMARY, { [STANDBY]: { status: 'Rebooting' } }))),
      late,
      ['running', 'unproved', 'not-yet'],
    ],
    [
      'nothing has changed, and the network loses a member',
      yes(networkReply(MEMBERS, 'removing_member')),
      late,
      ['running', 'unproved', 'not-yet'],
    ],
    [
      'a third cluster leads',
      yes(networkReply([...led('nobody'), { id: OTHER, role: 'primary' }])),
      late,
      ['failed', 'unproved', 'not-promoted'],
    ],
    ['two primaries', yes(networkReply(led(STANDBY, { [PRIMARY]: { role: 'primary' } }))), late, ['unknown', 'unproved', 'unknown']],
    ['no primary', yes(networkReply(led('nobody'))), late, ['unknown', 'unproved', 'unknown']],
    ['the target has left the network', yes(networkReply(led(PRIMARY).slice(0, 1))), late, ['unknown', 'unproved', 'unknown']],
    ['a network status that no document lists', yes(networkReply(led(STANDBY), 'QUIESCING')), late, ['unknown', 'unproved', 'unknown']],
    [
      'a role that no document lists',
      yes(networkReply(led(PRIMARY, { [STANDBY]: { role: 'SLAVE' } }))),
      late,
      ['unknown', 'unproved', 'unknown'],
    ],
    [
      'a cluster status that no document lists',
      yes(networkReply(led(STANDBY, { [STANDBY]: { status: 'QUIESCING' } }))),
      late,
      ['unknown', 'unproved', 'unknown'],
    ],
    ['the network cannot be read', no({ status: 503, code: 'ServiceUnavailable' }), late, ['unknown', 'unproved', 'unknown']],
  ])('%s', async (_, reply, afterMs, expected) => {
    expect((await judge(reply, afterMs)).kinds).toEqual(expected);
  });

  test('the old primary, a running standby now, is fenced; the addresses still have to be moved', async () => {
    const { verify } = await judge(yes(networkReply(led(STANDBY))), soon);
    expect(verify).toMatchObject({ newWriter: STANDBY, oldPrimary: 'fenced', manualSteps: [expect.stringContaining('not swapped')] });
  });

  test.each<[string, HttpResponse]>([
    ['cut off', yes(networkReply(led(STANDBY, { [PRIMARY]: { status: 'Stopped' } })))],
    ['not listed any more', yes(networkReply(led(STANDBY).slice(1)))],
  ])('the old primary, %s, is not fenced, and people are told what to do', async (_, reply) => {
    const { verify } = await judge(reply, soon);
    expect(verify).toMatchObject({
      oldPrimary: 'not-fenced',
      manualSteps: [expect.stringContaining(PRIMARY), expect.stringContaining(STANDBY)],
    });
  });
});
