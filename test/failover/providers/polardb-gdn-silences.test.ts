import { describe, expect, test } from 'vitest';
import type { Observation, Plan, SentCall } from '../../../lib/failover/provider.ts';
import { createPolardbGdnProvider } from '../../../lib/failover/providers/polardb-gdn.ts';
import { createTestClock } from '../../contract/drive.ts';
import { GDN, gdnTarget, MEMBERS, networkReply, PRIMARY, SECRET, STANDBY, yes, type MemberReply } from '../../contract/polardb-wire.ts';

/** What the vendor leaves out, or says in another form than documented: it is told as missing, and nothing is made up for it. */

const SENT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const PLAN: Plan = { operation: 'failover', parameters: { GDNId: GDN }, writerBefore: PRIMARY, promotes: STANDBY };
const TARGET = gdnTarget('https://polardb.aliyuncs.com');

function bench(reply: Readonly<Record<string, unknown>>) {
  const clock = createTestClock(SENT_MS + 30_000);
  const provider = createPolardbGdnProvider({
    http: { request: async () => yes(reply) },
    clock,
    entropy: { id: () => '0'.repeat(32) },
    secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] },
  });
  const sent = (plan: Plan): SentCall => ({ target: TARGET, plan, token: 't', deadlineMs: clock.nowMs() + 5_000, sentAtMs: SENT_MS });
  return { provider, sent, observe: () => provider.observe(TARGET, clock.nowMs() + 5_000) };
}
const standby = (change: Partial<MemberReply>) => MEMBERS.map((member) => (member.id === STANDBY ? { ...member, ...change } : member));

describe('what is observed', () => {
  test('a role that no document lists is unknown', async () => {
    expect(await bench(networkReply(standby({ role: 'observer' }))).observe()).toMatchObject({
      standbyRole: 'unknown',
      relation: 'unknown',
    });
  });

  test('a member whose roles are being changed is in flight', async () => {
    expect(await bench(networkReply(standby({ status: 'Switching' }))).observe()).toMatchObject({
      relation: 'switching',
      inFlight: [`${STANDBY} Switching`],
    });
  });

  test('a member that says nothing of itself is none that anybody asked for', async () => {
    const reply = networkReply();
    const DBClusters = [{}, ...(reply['DBClusters'] as readonly object[])];
    const seen = await bench({ ...reply, DBClusters }).observe();
    expect(seen).toMatchObject({ standbyRole: 'standby', writer: PRIMARY });
    expect(seen.candidates.map(({ id }) => id)).toEqual([STANDBY]);
  });

  test('a network without a status is in flight', async () => {
    const { GDNStatus: _, ...reply } = networkReply();
    expect((await bench(reply).observe()).inFlight).toEqual(['network without a status']);
  });
});

describe('a plan that names nobody', () => {
  const { promotes: _, writerBefore: __, ...nameless } = PLAN;

  test('is not carried out', async () => {
    const { provider, observe } = bench(networkReply());
    const checks = provider.preflight(TARGET, nameless, await observe(), { maxLagMs: 5_000, dataLossConsented: false });
    const red = checks.filter(({ verdict }) => verdict !== 'pass').map(({ name, limit }) => `${name} [${limit}]`);
    expect(red).toEqual(['writer-as-planned []', 'target-running []']);
  });

  test('cannot be judged, even where a member says nothing of itself', async () => {
    const reply = networkReply();
    const { provider, sent } = bench({ ...reply, DBClusters: [{}, ...(reply['DBClusters'] as readonly object[])] });
    expect(await provider.track(sent(nameless))).toEqual({ kind: 'unknown', why: 'The planned cluster is not a member of the network.' });
  });
});

describe('after the promotion', () => {
  const promoted = MEMBERS.map((member) => ({ ...member, role: member.id === STANDBY ? 'primary' : 'standby' }));

  test('an old primary that the plan does not name is not taken for fenced', async () => {
    const { writerBefore: _, ...plan } = PLAN;
    const { provider, sent } = bench(networkReply(promoted));
    expect(await provider.verify(sent(plan))).toMatchObject({
      kind: 'promoted',
      newWriter: STANDBY,
      oldPrimary: 'not-fenced',
      manualSteps: [
        expect.stringContaining('Block writes to the old primary'),
        expect.stringContaining(`Point applications to ${STANDBY} in`),
      ],
    });
  });

  test('a region that is not told is left out of the sentence', async () => {
    const reply = networkReply(promoted);
    const DBClusters = (reply['DBClusters'] as readonly object[]).map((member) => ({ ...member, RegionId: undefined }));
    const { provider, sent } = bench({ ...reply, DBClusters });
    expect(await provider.verify(sent(PLAN))).toMatchObject({
      manualSteps: [`Point applications to ${STANDBY}: the connection addresses of the clusters are not swapped.`],
    });
  });
});

test('a target without settings is a fault of the program', () => {
  const { gdn: _, ...without } = TARGET;
  expect(() => bench({}).provider.plan(without, 'failover', {} as Observation)).toThrow(`${TARGET.id} has no gdn settings`);
});
