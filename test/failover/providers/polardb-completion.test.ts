import { describe, expect, test } from 'vitest';
import type { Plan, SentCall } from '../../../lib/failover/provider.ts';
import { createPolardbProvider } from '../../../lib/failover/providers/polardb.ts';
import type { HttpRequest, HttpResponse } from '../../../lib/ports.ts';
import { createTestClock } from '../../contract/drive.ts';
import {
  actionOf,
  attributeReply,
  CLUSTER,
  haLogReply,
  no,
  NODES,
  polardbTarget,
  READER_1,
  READER_2,
  SECRET,
  WRITER,
  yes,
  type NodeReply,
  type SwitchReply,
} from '../../contract/polardb-wire.ts';

const SENT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE_MS = 60_000;
const AUTOMATIC = 'Platform.Ha.AuroraService.InstanceDown';

interface Scene {
  readonly nodes?: readonly NodeReply[];
  readonly attribute?: HttpResponse;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly log?: readonly SwitchReply[] | HttpResponse;
  readonly afterMs?: number;
  readonly plan?: Partial<Plan>;
  /** There was a second request. */
  readonly lastSentAfterMs?: number;
  /** The plan names no node. */
  readonly open?: boolean;
}

/** What the provider makes of one scene, `afterMs` after the request was sent. */
async function judge(scene: Scene) {
  const clock = createTestClock(SENT_MS);
  clock.advance(scene.afterMs ?? 30_000);
  const log = scene.log ?? [];
  const replies: Readonly<Record<string, HttpResponse>> = {
    DescribeDBClusterAttribute: scene.attribute ?? yes(attributeReply(scene.nodes, scene.overrides)),
    DescribeHALogs: 'status' in log ? log : yes(haLogReply(log)),
  };
  const actions: string[] = [];
  const provider = createPolardbProvider({
    http: {
      async request(request: HttpRequest): Promise<HttpResponse> {
        actions.push(actionOf(request));
        return replies[actionOf(request)] ?? no({ status: 404, code: 'InvalidApi.NotFound' });
      },
    },
    clock,
    entropy: { id: () => '0'.repeat(32) },
    secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] },
  });
  const plan: Plan = {
    operation: 'failover',
    parameters: { DBClusterId: CLUSTER, TargetDBNodeId: READER_1 },
    writerBefore: WRITER,
    ...(scene.open === true ? {} : { promotes: READER_1 }),
    baseline: { lastSwitchAtMs: '0' },
    ...scene.plan,
  };
  const call: SentCall = {
    target: polardbTarget('https://polardb.aliyuncs.com'),
    plan,
    token: 'fo-1',
    deadlineMs: clock.nowMs() + 5000,
    sentAtMs: SENT_MS,
    lastSentAtMs: SENT_MS + (scene.lastSentAfterMs ?? 0),
  };
  const [track, reconcile, verify] = [await provider.track(call), await provider.reconcile(call), await provider.verify(call)];
  return { kinds: [track.kind, reconcile.kind, verify.kind], track, reconcile, verify, actions };
}

function led(by: string, changes: Readonly<Record<string, Partial<NodeReply>>> = {}): readonly NodeReply[] {
  return NODES.map((node) => ({ ...node, role: node.id === by ? 'Writer' : 'Reader', ...changes[node.id] }));
}
const OURS: SwitchReply = { startMs: SENT_MS + 2000, finishMs: SENT_MS + 20_000 };
const ITS_OWN: SwitchReply = { ...OURS, cause: AUTOMATIC };
const AFTER = 5 * MINUTE_MS;

describe('the answers of track, reconcile and verify, scene by scene (provider contracts §2.4)', () => {
  test.each<[string, Scene, readonly [string, string, string]]>([
    ['the planned node leads', { nodes: led(READER_1), log: [OURS] }, ['succeeded', 'happened', 'promoted']],
    ['the planned node leads, its log is late', { nodes: led(READER_1) }, ['succeeded', 'happened', 'promoted']],
    [
      'the planned node leads, but is not running yet',
      { nodes: led(READER_1, { [READER_1]: { status: 'Rebooting' } }) },
      ['running', 'happened', 'not-yet'],
    ],
    [
      'the planned node leads, the cluster is being maintained',
      { nodes: led(READER_1), overrides: { DBClusterStatus: 'INS_MAINTAINING' } },
      ['running', 'happened', 'not-yet'],
    ],
    ['the cluster is switching', { overrides: { DBClusterStatus: 'Switching' } }, ['running', 'unproved', 'not-yet']],
    ['a node is switching', { nodes: led(WRITER, { [READER_1]: { status: 'Switching' } }) }, ['running', 'unproved', 'not-yet']],
    ['roles are switching', { overrides: { DBClusterStatus: 'ROLE_SWITCHING' } }, ['running', 'unproved', 'not-yet']],
    [
      'still switching after all the time',
      { overrides: { DBClusterStatus: 'Switching' }, afterMs: 60 * MINUTE_MS },
      ['running', 'unproved', 'not-yet'],
    ],
    ['the old writer, right after the request: not begun yet', {}, ['running', 'unproved', 'not-yet']],
    ['the old writer, at the documented ceiling: not begun yet', { afterMs: 3 * MINUTE_MS }, ['running', 'unproved', 'not-yet']],
    ['the old writer, after the grace', { afterMs: AFTER }, ['failed', 'nothing-happened', 'not-promoted']],
    [
      'the old writer, dead, after the grace',
      { nodes: led(WRITER, { [WRITER]: { status: 'Rebooting' } }), afterMs: AFTER },
      ['failed', 'nothing-happened', 'not-promoted'],
    ],
    [
      'the old writer, after the grace, cluster not at rest',
      { afterMs: AFTER, overrides: { DBClusterStatus: 'Rebooting' } },
      ['running', 'unproved', 'not-yet'],
    ],
    [
      'the old writer, after the grace, but a switch has begun',
      { afterMs: AFTER, log: [{ startMs: SENT_MS + 200_000 }] },
      ['running', 'unproved', 'not-promoted'],
    ],
    [
      'the old writer, after the grace, but the log cannot be read',
      { afterMs: AFTER, log: no({ status: 500, code: 'InternalError' }) },
      ['unknown', 'unproved', 'not-promoted'],
    ],
    ['switched there and back by us', { afterMs: AFTER, log: [OURS] }, ['failed', 'happened', 'not-promoted']],
    ['switched there and back by the provider itself', { afterMs: AFTER, log: [ITS_OWN] }, ['failed', 'unproved', 'not-promoted']],
    [
      'a switch before ours is no news',
      {
        afterMs: AFTER,
        log: [{ startMs: SENT_MS - 900_000, finishMs: SENT_MS - 880_000 }],
        plan: { baseline: { lastSwitchAtMs: String(SENT_MS - 880_000) } },
      },
      ['failed', 'nothing-happened', 'not-promoted'],
    ],
    ['another node leads, soon after', { nodes: led(READER_2), log: [ITS_OWN] }, ['running', 'happened', 'not-yet']],
    [
      'another node leads, after the grace',
      { nodes: led(READER_2), log: [ITS_OWN], afterMs: AFTER },
      ['failed', 'happened', 'not-promoted'],
    ],
    ['no writer at all', { nodes: led('nobody') }, ['unknown', 'unproved', 'unknown']],
    ['two writers', { nodes: led(READER_1, { [WRITER]: { role: 'Writer' } }) }, ['unknown', 'unproved', 'unknown']],
    [
      'a cluster status that no document lists',
      { nodes: led(READER_1), overrides: { DBClusterStatus: 'QUIESCING' } },
      ['unknown', 'unproved', 'unknown'],
    ],
    [
      'a writer status that no document lists',
      { nodes: led(READER_1, { [READER_1]: { status: 'QUIESCING' } }), afterMs: AFTER },
      ['unknown', 'unproved', 'unknown'],
    ],
    [
      'the cluster cannot be read',
      { attribute: no({ status: 503, code: 'ServiceUnavailable' }), afterMs: AFTER },
      ['unknown', 'unproved', 'unknown'],
    ],
  ])('%s', async (_, scene, expected) => {
    expect((await judge(scene)).kinds).toEqual(expected);
  });

  test('where the provider chose the node, any other writer is the promised one', async () => {
    const { kinds } = await judge({ nodes: led(READER_2), log: [OURS], open: true });
    expect(kinds).toEqual(['succeeded', 'happened', 'promoted']);
  });
});

test('the quiet time counts from the last request, not from the first', async () => {
  expect((await judge({ afterMs: AFTER })).reconcile.kind).toBe('nothing-happened');
  expect((await judge({ afterMs: AFTER, lastSentAfterMs: 2 * MINUTE_MS })).reconcile.kind).toBe('unproved');
});

describe('whose switch it was', () => {
  test('ours is manual, and the row is named', async () => {
    const { track } = await judge({ nodes: led(READER_1), log: [OURS] });
    expect(track).toMatchObject({ detail: expect.stringContaining('switch switch-1 by a person or an API call') });
  });

  test('the provider’s own automatic failover is told from ours, in every answer', async () => {
    const { track, reconcile, verify } = await judge({ nodes: led(READER_1), log: [ITS_OWN] });
    for (const answer of [track, reconcile, verify])
      expect(JSON.stringify(answer)).toContain('its own automatic failover and not our request');
  });

  test('the provider’s clock decides what is new: ours may be ten minutes fast', async () => {
    const row: SwitchReply = { startMs: SENT_MS - 10 * MINUTE_MS + 2000, finishMs: SENT_MS - 10 * MINUTE_MS + 20_000 };
    const known = { baseline: { lastSwitchAtMs: String(SENT_MS - 60 * MINUTE_MS) } };
    const { reconcile } = await judge({ afterMs: AFTER, log: [row], plan: known });
    expect(reconcile.kind).toBe('happened');
  });

  test('a switch that nobody told the plan of, but long before the request, is no news', async () => {
    const row: SwitchReply = { startMs: SENT_MS - 20 * MINUTE_MS, finishMs: SENT_MS - 19 * MINUTE_MS };
    expect((await judge({ afterMs: AFTER, log: [row] })).reconcile.kind).toBe('nothing-happened');
  });

  test('without a baseline our own clock decides, with five minutes for its error', async () => {
    const row = (beforeMs: number): SwitchReply => ({ startMs: SENT_MS - beforeMs, finishMs: SENT_MS - beforeMs + 1000 });
    const noBaseline = { baseline: {} };
    expect((await judge({ afterMs: AFTER, log: [row(4 * MINUTE_MS)], plan: noBaseline })).reconcile.kind).toBe('happened');
    expect((await judge({ afterMs: AFTER, log: [row(6 * MINUTE_MS)], plan: noBaseline })).reconcile.kind).toBe('nothing-happened');
  });

  test('PostgreSQL has no log: the roles alone count, and it is said', async () => {
    const { track, reconcile, actions } = await judge({ overrides: { DBType: 'PostgreSQL' }, afterMs: AFTER });
    expect([track.kind, reconcile.kind]).toEqual(['failed', 'nothing-happened']);
    expect(reconcile).toMatchObject({ evidence: expect.stringContaining('PostgreSQL has no HA log') });
    expect(actions).not.toContain('DescribeHALogs');
  });
});

describe('after the promotion (rule 15)', () => {
  test('the old writer, seen as a reader, is fenced by the provider', async () => {
    expect((await judge({ nodes: led(READER_1), log: [OURS] })).verify).toMatchObject({
      newWriter: READER_1,
      oldPrimary: 'fenced',
      manualSteps: [],
    });
  });

  test('the old writer, not seen at all, is not', async () => {
    const { verify } = await judge({ nodes: led(READER_1).filter((node) => node.id !== WRITER), log: [OURS] });
    expect(verify).toMatchObject({ oldPrimary: 'not-fenced', manualSteps: [expect.stringContaining(WRITER)] });
  });

  test('a provider that will switch back by itself is announced', async () => {
    const plan = { parameters: { DBClusterId: CLUSTER, TargetDBNodeId: READER_1, RollBackForDisaster: true } };
    expect((await judge({ nodes: led(READER_1), log: [OURS], plan })).verify).toMatchObject({
      detail: expect.stringContaining('switches back by itself'),
    });
  });
});
