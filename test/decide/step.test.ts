import { describe, expect, test } from 'vitest';
import { decideBatch } from '../../lib/decide/step.ts';
import { StoreUnavailableError } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import type { RefusedAlert } from '../../lib/store/record-store.ts';
import type { TargetStore } from '../../lib/store/target-store.ts';
import { OUTAGES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { at, both, events, framed, lookAt, MINUTE, ORDERS, PAYMENTS, record, SECOND, still, waiting } from './still.ts';

const payments = { instance: '', labels: OUTAGES.polardb.labels };

describe('a batch', () => {
  test('straight from a topic: the body is the whole message, and was received when it was sent', async () => {
    const { world, services, t0 } = still();
    expect(await decideBatch(services, [record(both(t0), { sentAtMs: t0 - 7 })])).toEqual({ failed: [] });
    expect(await services.targets.load(ORDERS)).toMatchObject({ alarming: true, verdict: { kind: 'wait', reason: 'dwelling' } });
    const [kept] = (await services.archive.page(ORDERS, { sinceMs: t0 - MINUTE, untilMs: t0 + MINUTE })).entries;
    expect(kept?.receivedAtMs).toBe(t0 - 7);
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE }]);
  });
  test('through the webhook: the frame says from which source, and when it was received', async () => {
    const { world, services, t0 } = still();
    await decideBatch(services, [record(framed(both(t0), { receivedAtMs: t0 - 9 }))]);
    const [kept] = (await services.archive.page(ORDERS, { sinceMs: t0 - MINUTE, untilMs: t0 + MINUTE })).entries;
    expect(kept?.receivedAtMs).toBe(t0 - 9);
    expect(events(world, 'delivery')).toMatchObject([{ source: 'alertmanager', alerts: 2, refusals: [], ignored: 0 }]);
  });
  test('the first message of its kind from a topic, which only asks whether we are there, is told as of no source', async () => {
    const { world, services } = still();
    const body = JSON.stringify({ Type: 'SubscriptionConfirmation', TopicArn: 'arn:aws:sns:eu-west-1:1:understudy-a', Message: 'confirm' });
    expect(await decideBatch(services, [record(body)])).toEqual({ failed: [] });
    expect(events(world, 'delivery')).toEqual([{ source: 'unknown', alerts: 0, told: [], refusals: [], ignored: 1 }]);
    expect(world.queues.dead.alerts).toEqual([]);
  });
  test('several letters in one envelope: one that cannot be read takes nothing from the others, and is kept as refused', async () => {
    const { world, services, t0 } = still();
    const Records = [both(t0), 'not json'].map((body) => ({ eventSource: 'aws:sqs', body }));
    await decideBatch(services, [record(JSON.stringify({ Records }))]);
    expect((await services.targets.load(ORDERS)).alarming).toBe(true);
    expect(world.queues.dead.alerts).toEqual([]);
    expect((await services.records.refused(5)).flatMap(({ refusals }) => refusals.map(({ code }) => code))).toEqual(['not-json']);
  });
  test('the log tells the first five alerts, and no more of a storm', async () => {
    const { world, services, t0 } = still();
    const many = Array.from({ length: 7 }, (_, index) => ({ startsAtMs: t0, observer: `eu-${index}`, name: 'DatabaseUnreachable' }));
    await decideBatch(services, [record(alertmanagerBody(many))]);
    const [told] = events(world, 'delivery');
    expect(told).toMatchObject({ alerts: 7, refusals: [] });
    expect(told?.['told']).toHaveLength(5);
    expect((told?.['told'] as readonly unknown[] | undefined)?.[0]).toEqual({
      name: 'DatabaseUnreachable',
      class: 'unreachable',
      status: 'firing',
      severity: 'critical',
      observer: 'eu-0',
      startsAtMs: t0,
    });
  });
  test('folds each target once, whatever the number of its messages', async () => {
    const { world, services, t0 } = still();
    const one = (observer: string): string => alertmanagerBody([{ startsAtMs: t0, observer, name: 'DatabaseUnreachable' }]);
    await decideBatch(services, [record(one('eu-1')), record(one('eu-2')), record(both(t0, payments)), record(one('eu-3'))]);
    expect(events(world, 'verdict').map(({ targetId }) => targetId)).toEqual([ORDERS, PAYMENTS]);
    expect((await services.targets.load(ORDERS)).healthVersion).toBe(1);
  });
  test('a message that cannot be understood is buried with its reason, and the others go on', async () => {
    const { world, services, t0 } = still();
    const outcome = await decideBatch(services, [
      record('not json at all'),
      record(both(t0)),
      record(framed(both(t0), { source: 'nobody' })),
    ]);
    expect(outcome).toEqual({ failed: [] });
    expect(world.queues.dead.alerts.map(({ reason }) => reason.split(':')[0])).toEqual(['not-json', 'unknown-source']);
    expect(world.queues.dead.alerts[0]).toMatchObject({ body: 'not json at all' });
    expect(events(world, 'dead-letter')).toHaveLength(2);
    expect(events(world, 'dead-letter')[0]).toMatchObject({ queue: 'alerts', reason: expect.stringContaining('not-json: ') as string });
    expect((await services.targets.load(ORDERS)).alarming).toBe(true);
  });
  test('what is too large, or taken by two sources, is buried too', async () => {
    const { world, services, t0 } = still();
    const [first] = Object.values(services.config.sources).filter(({ kind }) => kind === 'alertmanager');
    if (first === undefined) throw new Error('the example has no such source');
    const config = { ...services.config, sources: { ...services.config.sources, twin: first } };
    await decideBatch(services, [record(`${both(t0)}${' '.repeat(300_000)}`)]);
    await decideBatch({ ...services, config }, [record(both(t0))]);
    expect(world.queues.dead.alerts.map(({ reason }) => reason.split(':')[0])).toEqual(['too-large', 'ambiguous-source']);
  });
  test('what cannot even be buried comes again', async () => {
    const { services } = still(undefined, (real) => ({
      ...real,
      queue: { ...real.queue, deadLetter: () => Promise.reject(new Error('no queue')) },
    }));
    expect(await decideBatch(services, [record('not json', { id: 'bad' })])).toEqual({ failed: ['bad'] });
  });
  test('an alert of a database that nobody configured is kept as refused, and says which', async () => {
    const { world, services, t0 } = still();
    const body = alertmanagerBody([{ startsAtMs: t0, instance: 'f'.repeat(36), name: 'DatabaseUnreachable', observer: 'eu-1' }]);
    await decideBatch(services, [record(framed(`${body}\n\t`, { receivedAtMs: t0 }))]);
    const [kept] = await services.records.refused(5);
    expect(kept).toMatchObject({ source: 'alertmanager', receivedAtMs: t0 });
    expect(kept?.refusals).toEqual([
      {
        code: 'no-resource',
        path: 'resources',
        detail: expect.stringMatching(/^unknown-target: DatabaseUnreachable names .*f{36}/) as string,
      },
    ]);
    expect(kept?.excerpt).toBe(body.slice(0, 200));
    expect(events(world, 'delivery')[0]?.['refusals']).toHaveLength(1);
  });
  test('of a refused delivery no more is kept than needed: twenty refusals, an excerpt without control characters', async () => {
    const { world, services, t0 } = still();
    const many = Array.from({ length: 25 }, (_, index) => ({
      startsAtMs: t0,
      instance: '',
      labels: { gaussdbv5_instance_id: `${'0'.repeat(30)}${String(index).padStart(2, '0')}in14` },
      name: 'x'.repeat(250),
      observer: 'eu-1',
    }));
    await decideBatch(services, [
      record(framed(alertmanagerBody(many).replace('{', '{\n\t').replace('{}:{}', '\u200e{}'), { receivedAtMs: t0 })),
    ]);
    const [kept] = (await services.records.refused(5)) as [RefusedAlert];
    expect(kept.refusals).toHaveLength(20);
    expect(events(world, 'delivery')[0]?.['refusals']).toHaveLength(5);
    expect(kept.excerpt).toHaveLength(200);
    expect(kept.excerpt.slice(0, 12)).toBe('{  "version"');
    expect(kept.excerpt).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(new Set(kept.refusals.map(({ detail }) => detail.length))).toEqual(new Set([300]));
  });
  test('an alert that names two configured databases is nobody’s', async () => {
    const { services, t0 } = still();
    await decideBatch(services, [record(both(t0, { labels: OUTAGES.polardb.labels }))]);
    const [kept] = await services.records.refused(5);
    expect(kept?.refusals[0]?.detail).toMatch(/^ambiguous-target: DatabaseUnreachable names .*, .*/);
    expect((await services.targets.load(ORDERS)).healthVersion).toBe(0);
  });
  test('an alert that names nothing says so', async () => {
    const { services, t0 } = still();
    await decideBatch(services, [record(both(t0, { instance: '' }))]);
    const refusals = (await services.records.refused(5)).flatMap((one) => one.refusals.map(({ detail }) => detail));
    expect(refusals).toEqual(Array.from({ length: 2 }, () => 'unknown-target: DatabaseUnreachable names nothing'));
  });
  test('nothing is kept of a delivery in which nothing was refused', async () => {
    const { services, t0 } = still();
    await decideBatch(services, [record(both(t0))]);
    expect(await services.records.refused(5)).toEqual([]);
  });
  test('a target that cannot be decided comes again, alone, with all its messages', async () => {
    const { world, services, t0 } = still(undefined, (real) => failingFor(real, ORDERS));
    const outcome = await decideBatch(services, [
      record(both(t0), { id: 'a' }),
      record(both(t0, payments), { id: 'b' }),
      record(lookAt(ORDERS, t0), { id: 'c' }),
    ]);
    expect(outcome).toEqual({ failed: ['a', 'c'] });
    expect(events(world, 'decide-failed')).toEqual([
      { targetId: ORDERS, error: 'StoreUnavailableError: the table did not answer', records: 2 },
    ]);
    expect((await services.targets.load(PAYMENTS)).alarming).toBe(true);
  });
  test('a message that fails for a reason of ours comes again, and is told by its name', async () => {
    const { world, services, t0 } = still(undefined, (real) => ({
      ...real,
      queue: {
        ...real.queue,
        send: () => {
          // Whatever is thrown, an error or not, must not end the batch.
          // oxlint-disable-next-line typescript/only-throw-error
          throw 'no queue';
        },
      },
    }));
    const outcome = await decideBatch(services, [record(lookAt(ORDERS, t0 + MINUTE), { id: 'early' })]);
    expect(outcome).toEqual({ failed: ['early'] });
    expect(events(world, 'record-failed')).toEqual([{ recordId: 'early', error: 'no queue' }]);
  });
});

function failingFor(real: Services, targetId: string): Services {
  const load: TargetStore['load'] = (id) =>
    id === targetId ? Promise.reject(new StoreUnavailableError('the table did not answer')) : real.targets.load(id);
  return { ...real, targets: { ...real.targets, load } };
}

describe('a timer', () => {
  test('that is due is a decision', async () => {
    const { world, services, t0 } = still();
    OUTAGES.gaussdb.kill(world);
    await decideBatch(services, [record(both(t0))]);
    at(world, t0 + MINUTE);
    await decideBatch(services, [record(lookAt(ORDERS, t0 + MINUTE))]);
    expect((await services.targets.load(ORDERS)).failover).toMatchObject({ state: 'requested', requestedAtMs: t0 + MINUTE });
  });
  test.each([
    [1_001, 0, 1],
    [1_000, 1, 0],
  ])('that is %d ms early is due or sent again', async (earlyMs, decisions, timers) => {
    const { world, services, t0 } = still();
    OUTAGES.gaussdb.kill(world);
    await decideBatch(services, [record(both(t0 - MINUTE - 10 * SECOND))]);
    const before = events(world, 'verdict').length;
    world.queues.live.alerts.splice(0);
    await services.targets.save(await services.targets.load(ORDERS), {
      failover: null,
      verdict: { kind: 'clear', reason: 'quorum-short', checks: [], evidence: [], decidedAtMs: 0 },
    });
    await decideBatch(services, [record(lookAt(ORDERS, t0 + earlyMs))]);
    expect(events(world, 'verdict').length - before).toBe(decisions);
    expect(waiting(world, 'alerts').filter(({ dueAtMs }) => dueAtMs === t0 + earlyMs)).toHaveLength(timers);
  });
  test('that comes early a second time was due already: what followed from it may be lost', async () => {
    const { world, services, t0 } = still();
    await decideBatch(services, [record(both(t0))]);
    world.queues.live.alerts.splice(0);
    await decideBatch(services, [record(lookAt(ORDERS, t0 + 30 * SECOND), { receiveCount: 2 })]);
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE }]);
  });
  test('that comes again together with one that does not is answered again', async () => {
    const { world, services, t0 } = still();
    await decideBatch(services, [record(both(t0))]);
    world.queues.live.alerts.splice(0);
    await decideBatch(services, [record(lookAt(ORDERS, t0), { receiveCount: 2 }), record(lookAt(ORDERS, t0))]);
    expect(waiting(world, 'alerts')).toEqual([{ understudy: 'look', targetId: ORDERS, dueAtMs: t0 + MINUTE }]);
  });
  test('of a target that is not configured is buried', async () => {
    const { world, services, t0 } = still();
    await decideBatch(services, [record(lookAt('constructor', t0))]);
    expect(world.queues.dead.alerts).toMatchObject([{ reason: 'targetId: not in the configuration' }]);
  });
  test('waits as long as is left, in whole, and no longer than nothing when it is late', async () => {
    const { world, services, t0 } = still();
    await decideBatch(services, [record(lookAt(ORDERS, t0 + MINUTE))]);
    expect(world.queues.live.alerts[0]?.visibleAtMs).toBe(t0 + MINUTE);
  });
});
