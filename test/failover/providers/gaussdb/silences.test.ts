import { describe, expect, test } from 'vitest';
import { parseAuth } from '../../../../lib/failover/providers/gaussdb/credential.ts';
import { amount, percent, text, timeMs } from '../../../../lib/failover/providers/gaussdb/json.ts';
import type { Plan, SentCall } from '../../../../lib/failover/provider.ts';
import { createGaussdbProvider } from '../../../../lib/failover/providers/gaussdb.ts';
import { NotSentError } from '../../../../lib/ports.ts';
import { createTestClock } from '../../../contract/drive.ts';
import { GAUSSDB_IDS, json, type GaussdbWords } from '../../../contract/gaussdb-wire.ts';
import { benchOf, planOf, saying, sentCall, START_MS, TARGET } from './bench.ts';

/** What the vendor leaves out, or says in another form than documented: it is told as missing, and nothing is made up for it. */

describe('reading foreign JSON', () => {
  test.each<[unknown, number | undefined]>([
    ['12', 12],
    ['1.5', 1.5],
    [12, 12],
    [0, 0],
    [-1, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
    [null, undefined],
  ])('an amount of %j is %j', (value, expected) => {
    expect(amount({ value }, 'value')).toBe(expected);
  });

  test.each<[unknown, number | undefined]>([
    ['60%', 60],
    ['60', 60],
    ['100%', 100],
    ['101%', undefined],
    [60, undefined],
    [undefined, undefined],
  ])('a percentage of %j is %j', (value, expected) => {
    expect(percent({ value }, 'value')).toBe(expected);
  });

  test.each<[unknown, number | undefined]>([
    ['2021-07-12T09:22:04+0800', Date.UTC(2021, 6, 12, 1, 22, 4)],
    ['2021-07-12T09:22:04+08:00', Date.UTC(2021, 6, 12, 1, 22, 4)],
    ['2021-07-12T09:22:04Z', Date.UTC(2021, 6, 12, 9, 22, 4)],
    ['2021-13-12T09:22:04Z', undefined],
    ['2021-07-12 09:22:04', undefined],
    [1_626_052_924, undefined],
    [undefined, undefined],
  ])('the time %j is %j', (value, expected) => {
    expect(timeMs({ value }, 'value')).toBe(expected);
  });

  test('a text is one line of bounded length, and only an own field is one', () => {
    expect(text({ value: ` a\r\n\u0000b${'c'.repeat(300)}` }, 'value')).toBe(`a b${'c'.repeat(197)}`.slice(0, 200));
    expect(text({}, 'constructor')).toBeUndefined();
    expect(text(undefined, 'value')).toBeUndefined();
  });
});

describe('the secret of a target with a token', () => {
  test.each([
    ['token:MIIabc', 'MIIabc'],
    [' MIIabc\n', 'MIIabc'],
    ['MII abc', undefined],
    ['MIIabc\r\nX-Admin: 1', undefined],
    ['', undefined],
  ])('%j', (secret, token) => {
    expect(parseAuth('token', secret)).toEqual(token === undefined ? undefined : { kind: 'token', token });
  });
});

describe('what is observed', () => {
  const observe = async (instead: Parameters<typeof saying>[1]) =>
    await benchOf(saying({}, instead)).provider.observe(TARGET, START_MS + 5_000);
  const relations = (...rows: readonly object[]) => ({
    relations: () => json(200, { relations: rows.map((row) => ({ instance_id: GAUSSDB_IDS.standby, ...row })) }),
  });

  test('the lag as a number is as good as a text', async () => {
    const monitor = () => json(200, { status: 'recovery', rpo: 3, rto: 0 });
    expect((await observe({ monitor })).lagMs).toBe(3_000);
  });

  test('of relations that are dissolved the newest counts, and one without a date is the oldest', async () => {
    const rows = [
      { status: 'completed', disaster_role: 'disaster' },
      { status: 'completed', disaster_role: 'master', created: '2026-01-02 00:00:00' },
      { status: 'completed', disaster_role: 'disaster', created: '2026-01-01 00:00:00' },
      { status: 'completed', disaster_role: 'disaster' },
    ];
    expect((await observe(relations(...rows))).details['role']).toBe('master');
  });

  test('an action that has no name is in flight all the same', async () => {
    const seen = await observe(relations({ status: 'normal', disaster_role: 'disaster', actions: [''] }));
    expect(seen.inFlight).toEqual(['an action without a name']);
    expect((await observe(relations({ status: 'normal', disaster_role: 'disaster' }))).inFlight).toEqual([]);
  });

  test('of an instance that lists no nodes it is not known whether they are well', async () => {
    const instances = () => json(200, { instances: [{ id: GAUSSDB_IDS.standby, status: 'ACTIVE' }] });
    expect(await observe({ instances })).toMatchObject({ standbyHealthy: undefined, details: { nodes: '0 of 0' } });
  });
});

describe('answers in another shape', () => {
  const observe = async (instead: Parameters<typeof saying>[1]) =>
    await benchOf(saying({}, instead)).provider.observe(TARGET, START_MS + 5_000);

  test('no JSON, no list, no status: each is told as unread or as missing', async () => {
    const page = { relations: () => ({ status: 200, headers: {}, body: '<html>' }) };
    expect((await observe(page)).details['relationUnread']).toBe('HTTP 200 without JSON');
    expect((await observe({ relations: () => json(200, {}) })).details['relationUnread']).toBe('an answer without relations');
  });

  test('a task that says neither its name nor its job is in flight all the same', async () => {
    const tasks = () => json(200, { tasks: [{}, { name: 'Backup' }, { name: 'Resize', job_id: 'j1' }] });
    expect((await observe({ tasks })).inFlight).toEqual(['a task without a name', 'Backup', 'Resize j1']);
  });

  test('a node without a status is not well', async () => {
    const nodes = [{ id: 'a', status: 'ACTIVE' }, { id: 'b' }, { id: 'c' }];
    const instances = () => json(200, { instances: [{ id: GAUSSDB_IDS.standby, status: 'ACTIVE', nodes }] });
    expect(await observe({ instances })).toMatchObject({ standbyHealthy: false, details: { nodes: '1 of 3' } });
  });

  test('a plan from a relation that is gone knows no writer', async () => {
    const { provider } = benchOf(saying({ relation: 'none' }));
    const plan = provider.plan(TARGET, 'failover', await provider.observe(TARGET, START_MS + 5_000));
    expect(plan).not.toHaveProperty('writerBefore');
    expect(plan).toMatchObject({ promotes: GAUSSDB_IDS.standby });
  });

  test('a relation without a status is called so', async () => {
    const row = { instance_id: GAUSSDB_IDS.standby, disaster_role: 'disaster' };
    const { provider, clock } = benchOf(saying({}, { relations: () => json(200, { relations: [row] }) }));
    expect(await provider.verify(sentCall(clock))).toMatchObject({ why: expect.stringContaining('relation no status as disaster') });
  });

  test('an error that no document lists is unknown, and quoted', async () => {
    const { provider, clock } = benchOf(() => json(500, { error_code: 'DBS.999999', error_msg: 'the moon is wrong' }));
    expect(await provider.start(sentCall(clock))).toMatchObject({
      kind: 'unknown',
      cause: expect.stringContaining('It says: "the moon is wrong"'),
    });
  });
});

describe('a start that never left', () => {
  const start = async (bench: ReturnType<typeof benchOf>, change: Partial<SentCall> = {}) =>
    await bench.provider.start({ ...sentCall(bench.clock), ...change });

  test('because nothing could be reached', async () => {
    const bench = benchOf(() => Promise.reject(new NotSentError('gaussdb.test: connection refused')));
    expect(await start(bench)).toEqual({ kind: 'busy', code: 'not-sent', why: 'gaussdb.test: connection refused', retryAfterMs: 2_000 });
  });

  test('because it was too late', async () => {
    const bench = benchOf(saying({}));
    expect(await start(bench, { deadlineMs: START_MS })).toMatchObject({ kind: 'busy', why: 'the deadline had passed' });
    expect(bench.requests).toEqual([]);
  });

  test('because the secret could not be read', async () => {
    const provider = createGaussdbProvider({
      http: { request: () => Promise.reject(new Error('nothing may be sent')) },
      secrets: { values: () => Promise.reject(new Error('denied')) },
      clock: createTestClock(START_MS),
      entropy: { id: () => '0'.repeat(32) },
    });
    const outcome = await provider.start(sentCall(createTestClock(START_MS)));
    expect(outcome).toMatchObject({ kind: 'busy', why: 'the secret env:GAUSSDB_KEY could not be read' });
  });

  test('or broke on the way: nobody knows', async () => {
    const bench = benchOf(() => Promise.reject(new TypeError('bad header AKIDEXAMPLE0000000AK')));
    expect(await start(bench)).toEqual({ kind: 'unknown', code: 'no-answer', cause: 'unexpected TypeError' });
  });
});

test('a plan that names no instance, and a target that has none, are refused before the call', async () => {
  const { provider } = benchOf(saying({}));
  const seen = await provider.observe(TARGET, START_MS + 5_000);
  const { promotes: _, ...nameless } = planOf('failover');
  const { gaussdb: __, ...bare } = TARGET;
  const named = (target: typeof bare, plan: Plan) =>
    provider
      .preflight(target, plan, seen, { maxLagMs: 5_000, dataLossConsented: false })
      .filter(({ name }) => name === 'target-settings' || name === 'plan-names-this-instance')
      .map(({ verdict, value, limit }) => `${verdict} ${value} [${limit}]`);
  expect(named(TARGET, nameless)).toEqual(['pass complete [ids of the documented form]', `fail none [${GAUSSDB_IDS.standby}]`]);
  expect(named(bare, planOf('failover'))).toEqual([
    'fail the target has no gaussdb settings [ids of the documented form]',
    `fail ${GAUSSDB_IDS.standby} [no instance]`,
  ]);
});

describe('after a start', () => {
  function benchAfter(words: Partial<GaussdbWords>, instead: Parameters<typeof saying>[1] = {}) {
    const bench = benchOf(saying(words, instead));
    bench.clock.advance(180_000);
    return bench;
  }

  test('a job that fails without a reason says so', async () => {
    const { provider, clock } = benchAfter({ job: 'Failed' });
    const call = sentCall(clock, 'failover', { jobId: GAUSSDB_IDS.job, sentAtMs: START_MS });
    expect(await provider.track(call)).toMatchObject({ kind: 'failed', why: expect.stringContaining('no reason given') });
  });

  test('without a handle the words are followed', async () => {
    const { provider, clock } = benchAfter({ role: 'master', relation: 'failover', monitor: 'normal' });
    expect(await provider.track(sentCall(clock))).toMatchObject({ kind: 'succeeded', detail: expect.stringContaining('no job id') });
  });

  test('of several records of ours the newest one’s job is followed', async () => {
    const record = (job_id: string, created_at: string) => ({ action: 'dr_stream_failover', job_id, created_at });
    const records = [record('old', '2026-01-02T11:04:06+0800'), record('new', '2026-01-02T11:04:30+0800')];
    const { provider, clock } = benchAfter({ records: records.toReversed() });
    const outcome = await provider.reconcile(sentCall(clock));
    expect(outcome).toMatchObject({
      kind: 'happened',
      handle: { jobId: 'new' },
      evidence: 'DR record dr_stream_failover since the request',
    });
  });

  test('a record that names no action may be of our request: nothing is concluded', async () => {
    const { provider, clock } = benchAfter({ records: [{ created_at: '2026-01-02T11:04:06+0800' }] });
    expect(await provider.reconcile(sentCall(clock))).toMatchObject({ kind: 'unproved', why: expect.stringContaining('no action') });
  });
});

describe('after the end it is told who writes', () => {
  async function verified(words: Partial<GaussdbWords>, change: (call: SentCall) => SentCall, instead: Parameters<typeof saying>[1] = {}) {
    const { provider, clock } = benchOf(saying(words, instead));
    const outcome = await provider.verify(change(sentCall(clock, 'simulation-start')));
    return outcome.kind === 'promoted' ? outcome : undefined;
  }
  const DRILL: Partial<GaussdbWords> = { relation: 'simulation', monitor: 'normal' };
  const row = { instance_id: GAUSSDB_IDS.standby, disaster_role: 'disaster', status: 'simulation' };
  const nameless = { relations: () => json(200, { relations: [row] }) };
  const unknowing = (call: SentCall): SentCall => {
    const { writerBefore: _, ...plan } = call.plan;
    return { ...call, plan };
  };

  test('the primary that the relation names, else the one of the plan, else nobody by name', async () => {
    expect((await verified(DRILL, unknowing))?.newWriter).toBe(GAUSSDB_IDS.primary);
    expect((await verified(DRILL, (call) => call, nameless))?.newWriter).toBe(GAUSSDB_IDS.primary);
    const nobody = await verified(DRILL, unknowing, nameless);
    expect(nobody?.newWriter).toBe('the primary');
    expect(nobody?.manualSteps[0]).toContain('and the old primary stays the primary');
  });
});

test('whatever is thrown that is no error is no answer, and is not quoted', async () => {
  const { provider, clock } = benchOf(() => {
    // eslint-disable-next-line no-throw-literal
    throw `AKIDEXAMPLE0000000AK` as unknown as Error;
  });
  const outcome = await provider.start({ ...sentCall(clock), plan: planOf('failover') });
  expect(outcome).toEqual({ kind: 'unknown', code: 'no-answer', cause: 'unexpected failure' });
});
