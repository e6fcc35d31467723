import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../../local/schedule-expression.ts';
import { startScheduler } from '../../local/scheduler.ts';
import type { ScheduledTarget, Scheduler, Timers } from '../../local/scheduler.ts';

const START_MS = Date.parse('2026-11-21T22:00:10Z');
const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19));

/** Runs of an expression after a moment. */
function runs(
  expression: string,
  { after = '2026-11-21T22:00:10Z', zone = 'UTC', count = 3 }: { after?: string; zone?: string; count?: number } = {},
): (string | undefined)[] {
  const next = parseSchedule(expression, { startMs: Date.parse(after), zone });
  const found: (number | undefined)[] = [Date.parse(after)];
  for (let n = 0; n < count; n += 1) {
    const last = found.at(-1);
    found.push(last === undefined ? undefined : next(last));
  }
  return found.slice(1).map(iso);
}

describe('a schedule expression', () => {
  test.each([
    ['rate(1 minute)', ['2026-11-21T22:01:10', '2026-11-21T22:02:10', '2026-11-21T22:03:10']],
    ['rate(6 hours)', ['2026-11-22T04:00:10', '2026-11-22T10:00:10', '2026-11-22T16:00:10']],
    ['cron(0/20 22 * * ? *)', ['2026-11-21T22:20:00', '2026-11-21T22:40:00', '2026-11-22T22:00:00']],
    ['cron(0 9 ? * MON-FRI *)', ['2026-11-23T09:00:00', '2026-11-24T09:00:00', '2026-11-25T09:00:00']],
    ['cron(30 3 L * ? *)', ['2026-11-30T03:30:00', '2026-12-31T03:30:00', '2027-01-31T03:30:00']],
    ['cron(0 4 ? * TUE#2 *)', ['2026-12-08T04:00:00', '2027-01-12T04:00:00', '2027-02-09T04:00:00']],
    ['cron(0 12 24 12 ? 2026-2027)', ['2026-12-24T12:00:00', '2027-12-24T12:00:00', undefined]],
    ['at(2026-12-01T08:00:00)', ['2026-12-01T08:00:00', undefined, undefined]],
  ])('%s', (expression, expected) => {
    expect(runs(expression)).toEqual(expected);
  });

  test('runs by the wall clock of its zone, summer and winter', () => {
    expect(runs('cron(30 6 * * ? *)', { zone: 'Europe/Berlin', after: '2027-03-26T12:00:00Z' })).toEqual([
      '2027-03-27T05:30:00',
      '2027-03-28T04:30:00',
      '2027-03-29T04:30:00',
    ]);
    expect(runs('cron(0 0 * * ? *)', { zone: 'Asia/Shanghai', count: 1 })).toEqual(['2026-11-22T16:00:00']);
    expect(runs('at(2026-12-01T08:00:00)', { zone: 'America/New_York', count: 1 })).toEqual(['2026-12-01T13:00:00']);
  });

  test('does not run at a time that the clocks skip, and once at one that comes twice', () => {
    expect(runs('cron(30 2 * * ? *)', { zone: 'Europe/Berlin', after: '2027-03-27T12:00:00Z', count: 1 })).toEqual(['2027-03-29T00:30:00']);
    expect(runs('cron(30 2 * * ? *)', { zone: 'Europe/Berlin', after: '2027-10-30T12:00:00Z', count: 2 })).toEqual([
      '2027-10-31T00:30:00',
      '2027-11-01T01:30:00',
    ]);
  });

  test.each(['rate(0 minutes)', 'rate(5 seconds)', 'cron(* * * * *)', '* * * * *', 'at(tomorrow)'])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression, { startMs: START_MS, zone: 'UTC' })).toThrow('is not a schedule');
  });
});

describe('the scheduler', () => {
  test('runs each schedule when it is due, over and over', async () => {
    const { clock, calls } = started([target('often', 'rate(1 minute)'), target('hourly', 'cron(0 * * * ? *)')]);
    await clock.runTo('2026-11-21T22:02:30Z');
    expect(calls.map(({ name, at }) => [name, at])).toEqual([
      ['often', '2026-11-21T22:01:10'],
      ['often', '2026-11-21T22:02:10'],
    ]);
    await clock.runTo('2026-11-21T23:00:30Z');
    expect(calls.filter(({ name }) => name === 'hourly').map(({ at }) => at)).toEqual(['2026-11-21T23:00:00']);
    expect(calls.filter(({ name }) => name === 'often')).toHaveLength(60);
  });

  test('sends the event of a rule, of the Scheduler, or the schedule’s own input', async () => {
    const { scheduler, calls } = started([
      target('rule', 'rate(1 day)'),
      target('plain', 'rate(1 day)', { via: 'scheduler' }),
      target('own', 'rate(1 day)', { via: 'scheduler', input: { kind: 'drill', at: '<aws.scheduler.scheduled-time>' } }),
    ]);
    for (const name of scheduler.names) await scheduler.runNow(name);
    const [rule, plain, own] = calls.map(({ payload }) => JSON.parse(payload) as object);
    const common = {
      version: '0',
      'detail-type': 'Scheduled Event',
      account: '000000000000',
      region: 'us-east-1',
      time: '2026-11-21T22:00:10Z',
    };
    expect(rule).toMatchObject({
      ...common,
      source: 'aws.events',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/rule'],
      detail: {},
    });
    expect(plain).toMatchObject({
      ...common,
      source: 'aws.scheduler',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/plain'],
      detail: '{}',
    });
    expect(own).toEqual({ kind: 'drill', at: '2026-11-21T22:00:10Z' });
    await expect(scheduler.runNow('nobody')).rejects.toThrow('there is no schedule nobody; there are rule, plain, own');
  });

  test('tries a failed run again after one minute and after two more, as often as the function allows', async () => {
    const { clock, calls } = started([
      target('fails', 'cron(1 22 * * ? *)', { retriesMax: 2, fails: true }),
      target('once', 'cron(1 22 * * ? *)', { retriesMax: 0, fails: true }),
    ]);
    await clock.runTo('2026-11-21T23:00:00Z');
    expect(calls.filter(({ name }) => name === 'fails').map(({ at }) => at)).toEqual([
      '2026-11-21T22:01:00',
      '2026-11-21T22:02:00',
      '2026-11-21T22:04:00',
    ]);
    expect(new Set(calls.filter(({ name }) => name === 'fails').map(({ payload }) => payload)).size).toBe(1);
    expect(calls.filter(({ name }) => name === 'once')).toHaveLength(1);
  });

  test('leaves a disabled schedule alone, but runs it on demand', async () => {
    const { clock, calls, scheduler } = started([target('off', 'rate(1 minute)', { enabled: false })]);
    await clock.runTo('2026-11-21T23:00:00Z');
    expect(calls).toEqual([]);
    await scheduler.runNow('off');
    expect(calls).toHaveLength(1);
  });

  test('runs nothing any more once it is stopped', async () => {
    const { clock, calls, scheduler } = started([target('often', 'rate(1 minute)')]);
    await clock.runTo('2026-11-21T22:01:30Z');
    scheduler.stop();
    await clock.runTo('2026-11-21T23:00:00Z');
    expect(calls).toHaveLength(1);
  });
});

interface Call {
  readonly name: string;
  readonly at: string | undefined;
  readonly payload: string;
}
type Target = Omit<ScheduledTarget, 'invoke'> & { readonly fails?: boolean };

function target(name: string, expression: string, more: Partial<Target> = {}): Target {
  return { name, expression, zone: 'UTC', enabled: true, via: 'rule', retriesMax: 2, ...more };
}

function started(targets: readonly Target[]): { scheduler: Scheduler; clock: FakeClock; calls: Call[] } {
  const clock = new FakeClock(START_MS);
  const calls: Call[] = [];
  const schedules = targets.map(({ fails, ...spec }) => ({
    ...spec,
    invoke: async (payload: string) => {
      calls.push({ name: spec.name, at: iso(clock.nowMs()), payload });
      return fails === true ? ({ kind: 'error', how: 'handler', payload: '{}' } as const) : ({ kind: 'ok', payload: 'null' } as const);
    },
  }));
  return { scheduler: startScheduler({ schedules, region: 'us-east-1', account: '000000000000', timers: clock }), clock, calls };
}

class FakeClock implements Timers {
  #nowMs: number;
  #timers: { ms: number; run: () => void }[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }
  nowMs(): number {
    return this.#nowMs;
  }
  at(ms: number, run: () => void): () => void {
    const timer = { ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  /** Runs what is due in order, letting each run's promises settle. */
  async runTo(time: string): Promise<void> {
    const untilMs = Date.parse(time);
    for (;;) {
      const [due] = this.#timers.filter(({ ms }) => ms <= untilMs).toSorted((a, b) => a.ms - b.ms);
      if (due === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#nowMs = due.ms;
      due.run();
      await new Promise(setImmediate);
    }
    this.#nowMs = untilMs;
  }
}
