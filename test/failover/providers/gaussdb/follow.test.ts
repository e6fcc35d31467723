import { describe, expect, test } from 'vitest';
import type { Operation, ReconcileOutcome, TrackOutcome, VerifyOutcome } from '../../../../lib/failover/provider.ts';
import { NoAnswerError } from '../../../../lib/ports.ts';
import { GAUSSDB_IDS, json, type GaussdbWords } from '../../../contract/gaussdb-wire.ts';
import { benchOf, saying, sentCall, START_MS, type Bench } from './bench.ts';

const noAnswer = (): Promise<never> => Promise.reject(new NoAnswerError('gaussdb.test: time-out'));
const PROMOTED: Partial<GaussdbWords> = { role: 'master', relation: 'failover', monitor: 'normal' };
type Instead = Parameters<typeof saying>[1];

interface Asked {
  readonly words?: Partial<GaussdbWords>;
  readonly operation?: Operation;
  readonly afterMs?: number;
  readonly instead?: Instead;
}
function at({ words = {}, afterMs = 60_000, instead = {} }: Asked): Bench {
  const bench = benchOf(saying(words, instead));
  bench.clock.advance(afterMs);
  return bench;
}

describe('track', () => {
  async function track(asked: Asked, jobId: string | null = GAUSSDB_IDS.job): Promise<TrackOutcome> {
    const { provider, clock } = at(asked);
    const handle = jobId === null ? { sentAtMs: START_MS } : { jobId, sentAtMs: START_MS };
    return await provider.track(sentCall(clock, asked.operation, handle));
  }
  const gone: Instead = { jobs: () => json(404, { error_code: 'DBS.200002', error_msg: 'no job' }) };

  test.each<[string, Asked, Partial<TrackOutcome>]>([
    ['running, with the job’s progress', { words: { monitor: 'promote' } }, { kind: 'running', progressPercent: 60 }],
    ['running without progress', { words: { progress: '' } }, { kind: 'running' }],
    ['an impossible progress is none', { words: { progress: '101%' } }, { kind: 'running' }],
    ['completed', { words: { job: 'Completed', progress: '', ...PROMOTED } }, { kind: 'succeeded' }],
    ['completed, though the states lag: verify will see', { words: { job: 'Completed' } }, { kind: 'succeeded' }],
    ['failed, with its reason', { words: { job: 'Failed', failReason: 'disk' } }, { kind: 'failed' }],
    ['a status of another spelling is no success', { words: { job: 'completed' } }, { kind: 'running' }],
    ['a status of a sister product is no failure', { words: { job: 'Canceled' } }, { kind: 'running' }],
    ['no status at all', { words: { job: '' } }, { kind: 'running' }],
    ['not visible yet', { instead: gone, afterMs: 29_999 }, { kind: 'running' }],
    ['vanished, and nothing shows it', { instead: gone, afterMs: 30_000 }, { kind: 'unknown' }],
    ['vanished while promoting', { instead: gone, words: { monitor: 'promote' } }, { kind: 'running' }],
    ['vanished, and the promotion failed', { instead: gone, words: { monitor: 'promote_fail' } }, { kind: 'failed' }],
    ['vanished, and promoted', { instead: gone, words: PROMOTED }, { kind: 'succeeded' }],
    ['unreadable job, promoted all the same', { instead: { jobs: noAnswer }, words: PROMOTED }, { kind: 'succeeded' }],
    ['unreadable job', { instead: { jobs: noAnswer } }, { kind: 'unknown' }],
    ['everything unreadable', { instead: { jobs: noAnswer, monitor: noAnswer, relations: noAnswer } }, { kind: 'unknown' }],
    [
      'a gateway that knows no such address',
      { instead: { jobs: () => json(404, { error_code: 'APIGW.0101' }) }, afterMs: 1000 },
      { kind: 'unknown' },
    ],
    ['a 404 without a code', { instead: { jobs: () => json(404, {}) }, afterMs: 1000 }, { kind: 'unknown' }],
    ['an answer about another job', { instead: { jobs: () => json(200, { job: { id: 'x', status: 'Completed' } }) } }, { kind: 'unknown' }],
    ['an answer without a job', { instead: { jobs: () => json(200, { job: [] }) } }, { kind: 'unknown' }],
  ])('%s', async (_, asked, expected) => {
    expect(await track(asked)).toMatchObject(expected);
  });

  test('people read the vendor’s own words', async () => {
    expect(await track({ words: { job: 'Failed', failReason: 'disk full', monitor: 'promote_fail' } })).toEqual({
      kind: 'failed',
      why: 'job Failed: disk full; relation normal as disaster, monitor promote_fail',
    });
  });

  test('a job that flips from Completed to Failed is told as it is now', async () => {
    let asked = 0;
    const { provider, clock } = at({
      instead: {
        jobs: () => json(200, { job: { id: GAUSSDB_IDS.job, status: ++asked === 1 ? 'Completed' : 'Failed', fail_reason: 'rolled back' } }),
      },
    });
    const call = sentCall(clock, 'failover', { jobId: GAUSSDB_IDS.job, sentAtMs: START_MS });
    expect((await provider.track(call)).kind).toBe('succeeded');
    expect((await provider.track(call)).kind).toBe('failed');
  });

  describe('without a job id the words decide', () => {
    test.each<[string, Asked, TrackOutcome['kind']]>([
      ['as before', {}, 'unknown'],
      ['promoting', { words: { monitor: 'promote' } }, 'running'],
      ['pending', { words: { relation: 'pending' } }, 'running'],
      ['promoted', { words: PROMOTED }, 'succeeded'],
      ['promoted, the role word stays', { words: { ...PROMOTED, role: 'disaster' } }, 'succeeded'],
      ['promoted and dissolved', { words: { ...PROMOTED, relation: 'completed' } }, 'succeeded'],
      ['promoted and the relation gone', { words: { relation: 'none', monitor: 'normal' } }, 'succeeded'],
      ['relation gone, monitor unread', { words: { relation: 'none' }, instead: { monitor: noAnswer } }, 'unknown'],
      ['relation says promoted, monitor does not', { words: { ...PROMOTED, monitor: 'recovery' } }, 'unknown'],
      ['relation says promoted, monitor still promotes', { words: { ...PROMOTED, monitor: 'promote' } }, 'running'],
      ['role alone', { words: { role: 'master', monitor: 'normal' } }, 'unknown'],
      ['switchover done', { operation: 'switchover', words: { role: 'master', monitor: 'archive' } }, 'succeeded'],
      ['switchover running', { operation: 'switchover', words: { monitor: 'switchover' } }, 'running'],
      ['switchover as before', { operation: 'switchover' }, 'unknown'],
      ['restore done', { operation: 'restore', words: { role: 'master', monitor: 'archive' } }, 'succeeded'],
      ['restore as before', { operation: 'restore', words: PROMOTED }, 'unknown'],
      ['restore failed', { operation: 'restore', words: { ...PROMOTED, relation: 'failed' } }, 'failed'],
      ['drill on', { operation: 'simulation-start', words: { relation: 'simulation', monitor: 'normal' } }, 'succeeded'],
      ['drill not on', { operation: 'simulation-start' }, 'unknown'],
      ['drill off', { operation: 'simulation-stop' }, 'succeeded'],
      ['drill off, still catching up', { operation: 'simulation-stop', words: { monitor: 'restore' } }, 'running'],
      ['drill still on', { operation: 'simulation-stop', words: { relation: 'simulation', monitor: 'normal' } }, 'unknown'],
    ])('%s', async (_, asked, kind) => {
      expect((await track(asked, null)).kind).toBe(kind);
    });

    test('progress comes from the monitor', async () => {
      const monitor = (): ReturnType<typeof json> => json(200, { status: 'promote', failover_progress: '40%' });
      expect(await track({ instead: { monitor } }, null)).toMatchObject({ kind: 'running', progressPercent: 40 });
    });
  });
});

describe('reconcile', () => {
  const LONG = 180_000;
  async function reconcile(asked: Asked, extra: { lastSentAtMs?: number } = {}): Promise<ReconcileOutcome> {
    const { provider, clock } = at({ afterMs: LONG, ...asked });
    return await provider.reconcile({ ...sentCall(clock, asked.operation), ...extra });
  }
  const record = (action: string, created_at: string, job_id?: string): object => ({ action, created_at, job_id, status: 'whatever' });
  const SENT = '2026-01-02T03:04:05Z';

  test.each<[string, Asked, string | undefined]>([
    ['a record of ours since the request', { words: { records: [record('dr_stream_failover', SENT, 'j1')] } }, 'j1'],
    ['at once, without waiting', { afterMs: 0, words: { records: [record('dr_stream_failover', SENT, 'j1')] } }, 'j1'],
    [
      'the vendor’s clock is two minutes behind ours',
      { words: { records: [record('dr_stream_failover', '2026-01-02T03:02:05Z', 'j1')] } },
      'j1',
    ],
    ['a record in another zone', { words: { records: [record('dr_stream_failover', '2026-01-02T11:04:06+0800', 'j1')] } }, 'j1'],
    ['the result’s record alone', { words: { records: [record('dr_stream_failover_result', '2026-01-02T03:09:05Z', 'j2')] } }, 'j2'],
    ['a record without a job', { words: { records: [record('dr_stream_failover', SENT)] } }, undefined],
    ['the monitor promotes', { afterMs: 0, words: { monitor: 'promote' } }, undefined],
    ['the promotion failed: tracking will say so', { afterMs: 0, words: { monitor: 'promote_fail' } }, undefined],
    ['promoted', { afterMs: 0, words: PROMOTED }, undefined],
    ['promoted, records unread', { afterMs: 0, words: PROMOTED, instead: { records: noAnswer } }, undefined],
    ['switchover, by its record', { operation: 'switchover', words: { records: [record('dr_stream_switchover', SENT, 'j3')] } }, 'j3'],
    ['drill on', { operation: 'simulation-start', words: { relation: 'simulation' } }, undefined],
  ])('happened: %s', async (_, asked, jobId) => {
    const outcome = await reconcile(asked);
    expect(outcome).toMatchObject({ kind: 'happened', handle: { sentAtMs: START_MS } });
    expect(outcome.kind === 'happened' && outcome.handle.jobId).toBe(jobId);
  });

  test('of several records the newest is ours', async () => {
    const records = [record('dr_stream_failover', SENT, 'j1'), record('dr_stream_failover', '2026-01-02T03:05:00Z', 'j2')];
    expect(await reconcile({ words: { records } })).toMatchObject({ handle: { jobId: 'j2' } });
    expect(await reconcile({ words: { records: records.toReversed() } })).toMatchObject({ handle: { jobId: 'j2' } });
  });

  test('a record on the second page is found', async () => {
    const old = Array.from({ length: 100 }, () => record('dr_stream_failover', '2025-01-01T00:00:00Z', 'old'));
    const records = (request: { url: string }): ReturnType<typeof json> =>
      json(200, { records: request.url.includes('offset=0') ? old : [record('dr_stream_failover', SENT, 'j1')] });
    expect(await reconcile({ instead: { records } })).toMatchObject({ kind: 'happened', handle: { jobId: 'j1' } });
  });

  test('nothing happened: every read came back, all is as before, and the quiet time is over', async () => {
    expect(await reconcile({})).toEqual({
      kind: 'nothing-happened',
      evidence: 'no DR record and no task since the request, relation normal as disaster, monitor recovery',
    });
    const old = record('dr_stream_failover', '2026-01-02T03:02:04Z', 'an older failover');
    expect(await reconcile({ words: { records: [old] } })).toMatchObject({ kind: 'nothing-happened' });
    expect(await reconcile({ operation: 'restore', words: PROMOTED })).toMatchObject({ kind: 'nothing-happened' });
    expect(await reconcile({ operation: 'simulation-stop', words: { relation: 'simulation', monitor: 'normal' } })).toMatchObject({
      kind: 'nothing-happened',
    });
  });

  test.each<[string, Asked]>([
    ['too early', { afterMs: LONG - 1 }],
    ['records unread', { instead: { records: noAnswer } }],
    ['tasks unread', { instead: { tasks: noAnswer } }],
    ['relation unread', { instead: { relations: noAnswer } }],
    ['monitor unread', { instead: { monitor: noAnswer } }],
    ['instance unread', { instead: { instances: noAnswer } }],
    ['a task runs', { words: { tasks: [{ name: 'X', instance_info: { instance_id: GAUSSDB_IDS.standby } }] } }],
    ['an action is under way', { words: { actions: ['FAILOVER'] } }],
    ['the instance is busy', { words: { instance: 'REBOOTING' } }],
    ['the instance is gone', { words: { instance: 'none' } }],
    ['the relation is pending', { words: { relation: 'pending' } }],
    ['the relation is gone: it may have been promoted or released', { words: { relation: 'none', monitor: 'normal' } }],
    ['the relation was dissolved: likewise', { words: { relation: 'completed', monitor: 'normal' } }],
    ['the monitor says something new', { words: { monitor: 'QUIESCING' } }],
    ['somebody else’s record', { words: { records: [record('dr_stream_switchover', SENT, 'j')] } }],
    ['a record with a word nobody knows', { words: { records: [record('dr_stream_re_something', SENT, 'j')] } }],
    ['a record with a time nobody can read', { words: { records: [record('dr_stream_failover', 'yesterday', 'j')] } }],
    [
      'records without end',
      { instead: { records: () => json(200, { records: Array.from({ length: 100 }, () => record('x', '2025-01-01T00:00:00Z')) }) } },
    ],
  ])('unproved: %s', async (_, asked) => {
    expect(await reconcile(asked)).toMatchObject({ kind: 'unproved' });
  });

  test('the quiet time counts from the last request, the records from the first', async () => {
    const lastSentAtMs = START_MS + 60_000;
    expect(await reconcile({}, { lastSentAtMs })).toMatchObject({ kind: 'unproved' });
    expect(await reconcile({ afterMs: LONG + 60_000 }, { lastSentAtMs })).toMatchObject({ kind: 'nothing-happened' });
    const words = { records: [record('dr_stream_failover', SENT, 'j1')] };
    expect(await reconcile({ words }, { lastSentAtMs: START_MS + 600_000 })).toMatchObject({ kind: 'happened', handle: { jobId: 'j1' } });
  });

  test('it only reads', async () => {
    const { provider, clock, requests } = at({ afterMs: LONG });
    await provider.reconcile(sentCall(clock));
    expect(requests.map((request) => request.method)).toEqual(Array.from({ length: 5 }, () => 'GET'));
  });
});

describe('verify', () => {
  async function verify(asked: Asked): Promise<VerifyOutcome> {
    const { provider, clock } = at(asked);
    return await provider.verify(sentCall(clock, asked.operation));
  }

  test('after a failover the old primary is not fenced, and people are told what to do', async () => {
    const outcome = await verify({ words: PROMOTED });
    expect(outcome).toMatchObject({ kind: 'promoted', newWriter: GAUSSDB_IDS.standby, oldPrimary: 'not-fenced' });
    expect(outcome.kind === 'promoted' && outcome.manualSteps.join(' ')).toContain(`nothing writes to ${GAUSSDB_IDS.primary}`);
  });

  test.each<[string, Asked, Partial<VerifyOutcome>]>([
    [
      'a switchover leaves the old primary as the standby',
      { operation: 'switchover', words: { role: 'master', monitor: 'archive' } },
      { kind: 'promoted', oldPrimary: 'fenced' },
    ],
    [
      'a restore makes the old primary the standby',
      { operation: 'restore', words: { role: 'master' } },
      { kind: 'promoted', newWriter: GAUSSDB_IDS.standby },
    ],
    [
      'during a drill both sides write',
      { operation: 'simulation-start', words: { relation: 'simulation' } },
      { kind: 'promoted', oldPrimary: 'not-fenced' },
    ],
    ['after a drill the primary is the primary', { operation: 'simulation-stop' }, { kind: 'promoted', newWriter: GAUSSDB_IDS.primary }],
    ['still the standby', {}, { kind: 'not-yet' }],
    ['still promoting', { words: { monitor: 'promote' } }, { kind: 'not-yet' }],
    ['failed', { words: { monitor: 'promote_fail' } }, { kind: 'not-promoted' }],
    ['relation unread', { words: PROMOTED, instead: { relations: noAnswer } }, { kind: 'unknown' }],
    ['monitor unread', { words: PROMOTED, instead: { monitor: noAnswer } }, { kind: 'unknown' }],
    ['roles that no document knows', { words: { ...PROMOTED, role: 'leader' } }, { kind: 'unknown' }],
  ])('%s', async (_, asked, expected) => {
    expect(await verify(asked)).toMatchObject(expected);
  });
});
