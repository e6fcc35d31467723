import { describe, expect, test } from 'vitest';
import type { Observation, Plan, SentCall, StartOutcome } from '../../../lib/failover/provider.ts';
import { readAnswer, startOutcome, unreadReason, type Answer } from '../../../lib/failover/providers/alibaba/answer.ts';
import { readCheck } from '../../../lib/failover/providers/alibaba/checks.ts';
import { createRpc } from '../../../lib/failover/providers/alibaba/rpc.ts';
import { notAccepted, type ErrorRow } from '../../../lib/failover/providers/error-table.ts';
import { createPolardbGdnProvider } from '../../../lib/failover/providers/polardb-gdn.ts';
import { createPolardbProvider } from '../../../lib/failover/providers/polardb.ts';
import { NoAnswerError, NotSentError, type HttpRequest } from '../../../lib/ports.ts';
import { createTestClock } from '../../contract/drive.ts';
import {
  actionOf,
  attributeReply,
  CLUSTER,
  GDN,
  gdnTarget,
  NODES,
  no,
  parametersOf,
  PRIMARY,
  polardbTarget,
  REQUEST_ID,
  SECRET,
  STANDBY,
  WRITER,
  yes,
} from '../../contract/polardb-wire.ts';
import { bench, nodes, reads } from './polardb-bench.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('what an answer of the Alibaba APIs means', () => {
  const rows: readonly ErrorRow[] = [];
  test.each<[what: string, answer: Answer, outcome: Partial<StartOutcome>, unread: string]>([
    ['nothing was sent', { kind: 'not-sent', why: 'no route' }, { kind: 'busy', why: 'Nothing was sent: no route' }, 'no route'],
    ['no answer came', { kind: 'no-answer', why: 'time-out' }, { kind: 'unknown', cause: 'No answer came: time-out' }, 'time-out'],
    [
      'a page without a code',
      readAnswer({ status: 502, headers: {}, body: '<html>' }),
      { kind: 'unknown' },
      'HTTP 502 without a readable code',
    ],
    ['a code', readAnswer(no({ status: 400, code: 'Some.Code' })), {}, `HTTP 400 Some.Code (request ${REQUEST_ID})`],
  ])('%s', (_what, answer, outcome, unread) => {
    expect(startOutcome(answer, rows, NOW_MS)).toMatchObject(outcome);
    expect(answer.kind === 'yes' ? '' : unreadReason(answer)).toBe(unread);
  });

  test('a yes carries when it was sent, and its id if that is one', () => {
    expect(startOutcome(readAnswer(yes()), rows, NOW_MS)).toEqual({
      kind: 'accepted',
      handle: { sentAtMs: NOW_MS, requestId: REQUEST_ID },
    });
    const odd = readAnswer({ status: 200, headers: {}, body: '{"RequestId":"<script>"}' });
    expect(startOutcome(odd, rows, NOW_MS)).toEqual({ kind: 'accepted', handle: { sentAtMs: NOW_MS } });
  });

  test('what could not be read fails its check, with the reason', () => {
    expect(readCheck('cluster-read', undefined)).toMatchObject({ verdict: 'pass', value: 'read' });
    expect(readCheck('cluster-read', 'HTTP 500')).toMatchObject({ verdict: 'fail', value: 'not read: HTTP 500' });
  });
});

describe('a refusal that no document lists', () => {
  const rows: readonly ErrorRow[] = [
    { code: 'Slow', statuses: [400], outcome: 'busy', sentence: 'Slow down.', remedy: 'Wait.', source: '§1' },
    { code: 'Slower', statuses: [400], outcome: 'busy', sentence: 'Slow down.', remedy: 'Wait.', source: '§1', retryAfterMs: 7_000 },
  ];
  test.each<[what: string, refusal: Parameters<typeof notAccepted>[1], expected: object]>([
    ['too many requests', { status: 429 }, { kind: 'busy', why: expect.stringContaining('Too many requests.') }],
    ['no permission', { status: 403 }, { kind: 'refused', why: expect.stringContaining('does not let this credential') }],
    ['no credential', { status: 401 }, { kind: 'refused' }],
    ['a fault of theirs', { status: 500 }, { kind: 'unknown' }],
    ['a wait that they name', { status: 400, code: 'Slow', retryAfterMs: 3_000 }, { kind: 'busy', retryAfterMs: 3_000 }],
    ['a wait that the document names', { status: 400, code: 'Slower' }, { kind: 'busy', retryAfterMs: 7_000 }],
    ['a wait that nobody names', { status: 400, code: 'Slow' }, { kind: 'busy', retryAfterMs: 30_000 }],
    ['a wait of no time', { status: 400, code: 'Slow', retryAfterMs: 0 }, { kind: 'busy', retryAfterMs: 1_000 }],
  ])('%s', (_what, refusal, expected) => {
    expect(notAccepted(rows, refusal)).toMatchObject(expected);
  });
});

describe('a request that fails before or after it left', () => {
  const failing = (thrown: unknown, deadlineMs = NOW_MS + 1) => {
    const rpc = createRpc({
      http: { request: () => Promise.reject(thrown) },
      clock: createTestClock(NOW_MS),
      entropy: { id: () => '0'.repeat(32) },
      secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] },
    });
    return rpc.send({ target: { endpoint: 'https://polardb.aliyuncs.com', secret: 'env:X' }, action: 'A', parameters: {}, deadlineMs });
  };
  test.each<[what: string, error: unknown, expected: object]>([
    ['refused', new NotSentError('connection refused'), { kind: 'not-sent', why: 'connection refused' }],
    ['timed out', new NoAnswerError('time-out'), { kind: 'no-answer', why: 'time-out' }],
    ['broken', new TypeError(`bad header ${SECRET.key}`), { kind: 'no-answer', why: 'the request failed in an unforeseen way.' }],
  ])('%s', async (_what, error, expected) => {
    expect(await failing(error)).toEqual(expected);
  });

  test('too late', async () => {
    expect(await failing(new Error('never asked'), NOW_MS)).toEqual({ kind: 'not-sent', why: 'the deadline of the call has passed.' });
  });
});

describe('the start', () => {
  function world() {
    const requests: HttpRequest[] = [];
    const ports = {
      http: { request: async (request: HttpRequest) => (requests.push(request), yes()) },
      clock: createTestClock(NOW_MS),
      entropy: { id: () => '0'.repeat(32) },
      secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] as const },
    };
    const sent = () => requests.map((request) => ({ action: actionOf(request), ...parametersOf(request) }));
    return { ports, sent };
  }
  const call = (target: SentCall['target'], plan: Plan): SentCall => ({
    target,
    plan,
    token: 'fo-1',
    deadlineMs: NOW_MS + 5_000,
    sentAtMs: NOW_MS,
  });

  test('of a failover of a cluster sends the plan and the token, and nothing else', async () => {
    const { ports, sent } = world();
    const plan: Plan = { operation: 'failover', parameters: { DBClusterId: CLUSTER, RollBackForDisaster: false }, writerBefore: WRITER };
    const outcome = await createPolardbProvider(ports).start(call(polardbTarget('https://polardb.aliyuncs.com'), plan));
    expect(outcome).toMatchObject({ kind: 'accepted', handle: { sentAtMs: NOW_MS } });
    expect(sent()).toEqual([{ action: 'FailoverDBCluster', DBClusterId: CLUSTER, RollBackForDisaster: 'false', ClientToken: 'fo-1' }]);
  });

  test('of a switch of a network sends the plan, without a token, which that API does not know', async () => {
    const { ports, sent } = world();
    const plan: Plan = { operation: 'failover', parameters: { GDNId: GDN, DBClusterId: STANDBY, Forced: true }, writerBefore: PRIMARY };
    await createPolardbGdnProvider(ports).start(call(gdnTarget('https://polardb.aliyuncs.com'), plan));
    expect(sent()).toEqual([{ action: 'SwitchOverGlobalDatabaseNetwork', GDNId: GDN, DBClusterId: STANDBY, Forced: 'true' }]);
  });

  test('is refused by the preflight of a network that could not be read', () => {
    const unread = { candidates: [], inFlight: [], details: { unread: 'HTTP 500' }, standbyRole: 'unknown', relation: 'unknown' };
    const seen = {
      ...unread,
      observedAtMs: 0,
      standbyHealthy: undefined,
      lagMs: undefined,
      writer: undefined,
      lastSwitchAtMs: undefined,
    } as Observation;
    const plan: Plan = { operation: 'switchover', parameters: {}, writerBefore: PRIMARY, promotes: STANDBY };
    const provider = createPolardbGdnProvider(world().ports);
    const checks = provider.preflight(gdnTarget('https://x.test'), plan, seen, { maxLagMs: 0, dataLossConsented: false });
    expect(checks.filter(({ verdict }) => verdict === 'pass').map(({ name }) => name)).toEqual(['nothing-in-flight']);
    expect(checks.find(({ name }) => name === 'network-read')?.value).toBe('not read: HTTP 500');
  });
});

describe('a cluster', () => {
  test('without a status is in flight', async () => {
    const { DBClusterStatus: _status, ...reply } = attributeReply();
    expect((await bench({ ...reads(NODES), attribute: yes(reply) }).observe()).inFlight).toEqual(['cluster without a status']);
  });

  test('that has lost its writer since the plan is refused', async () => {
    const { provider, target, world, plan, observe } = bench();
    const made = await plan();
    if ('impossible' in made) throw new Error(made.impossible);
    Object.assign(world, reads(nodes({ role: 'Reader' })));
    const checks = provider.preflight(target, made, await observe(), { maxLagMs: 0, dataLossConsented: false });
    expect(checks.find(({ name }) => name === 'writer-as-planned')).toMatchObject({ verdict: 'fail', value: 'unknown', limit: WRITER });
  });
});
