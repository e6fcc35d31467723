import type { Outcome } from './lambda/outcome.ts';
import { parseSchedule } from './schedule-expression.ts';
import type { NextRun } from './schedule-expression.ts';
import type { ScheduleSpec } from './stack/stack.ts';
import { asError } from './wire-call.ts';
import type { OnFault } from './wire-call.ts';

/** Time for the scheduler: the machine's, or a test's. */
export interface Timers {
  nowMs(): number;
  /** @returns what takes it back. */
  at(ms: number, run: () => void): () => void;
}
export interface SchedulerOptions {
  readonly schedules: readonly ScheduledTarget[];
  readonly region: string;
  readonly account: string;
  readonly timers?: Timers;
  readonly onFault?: OnFault;
}
export interface ScheduledTarget extends ScheduleSpec {
  readonly retriesMax: number;
  /** @param payload the event as JSON. */
  readonly invoke: (payload: string) => Promise<Outcome>;
}
export interface Scheduler {
  readonly names: readonly string[];
  /** Invokes the schedule's target now, with the event it would get. @throws {Error} for an unknown name. */
  runNow(name: string): Promise<Outcome>;
  stop(): void;
}

/** setTimeout takes no more; longer waits are cut into pieces. */
const TIMER_MAX_MS = 2_000_000_000;
/** Lambda tries a failed asynchronous invocation again after one minute, then after two more. */
const RETRY_AFTER_MS = [60_000, 120_000];

export const machineTimers: Timers = {
  nowMs: () => Date.now(),
  at: (ms, run) => {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = ms - Date.now();
      timer = leftMs > TIMER_MAX_MS ? setTimeout(wait, TIMER_MAX_MS) : setTimeout(run, Math.max(0, leftMs));
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};

export function startScheduler(options: SchedulerOptions): Scheduler {
  const { schedules, timers = machineTimers } = options;
  const cancels = new Map<string, () => void>();
  const startMs = timers.nowMs();

  function arm(schedule: ScheduledTarget, next: NextRun): void {
    const runMs = next(timers.nowMs());
    if (runMs === undefined) return;
    const cancel = timers.at(runMs, () => {
      arm(schedule, next);
      attemptWatched(schedule, eventOf(schedule, runMs, options), 0);
    });
    cancels.set(schedule.name, cancel);
  }

  async function attempt(schedule: ScheduledTarget, payload: string, retry: number): Promise<void> {
    const outcome = await schedule.invoke(payload);
    const delayMs = RETRY_AFTER_MS[retry];
    if (outcome.kind === 'ok' || retry >= schedule.retriesMax || delayMs === undefined) return;
    const cancel = timers.at(timers.nowMs() + delayMs, () => attemptWatched(schedule, payload, retry + 1));
    cancels.set(`${schedule.name}#${String(retry)}`, cancel);
  }

  function attemptWatched(schedule: ScheduledTarget, payload: string, retry: number): void {
    attempt(schedule, payload, retry).catch((error: unknown) => {
      options.onFault?.({ where: `schedule ${schedule.name}`, error: asError(error), atMs: timers.nowMs() });
    });
  }

  for (const schedule of schedules) {
    const next = parseSchedule(schedule.expression, { startMs, zone: schedule.zone });
    if (schedule.enabled) arm(schedule, next);
  }
  return {
    names: schedules.map(({ name }) => name),
    runNow: async (name) => {
      const schedule = schedules.find((candidate) => candidate.name === name);
      if (schedule === undefined)
        throw new Error(`there is no schedule ${name}; there are ${schedules.map((known) => known.name).join(', ')}`);
      return schedule.invoke(eventOf(schedule, timers.nowMs(), options));
    },
    stop: () => {
      for (const cancel of cancels.values()) cancel();
    },
  };
}

/** The schedule's own input, or the event that EventBridge sends in its place. */
function eventOf(schedule: ScheduledTarget, atMs: number, { region, account }: SchedulerOptions): string {
  const time = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const isScheduler = schedule.via === 'scheduler';
  const arn = isScheduler
    ? `arn:aws:scheduler:${region}:${account}:schedule/default/${schedule.name}`
    : `arn:aws:events:${region}:${account}:rule/${schedule.name}`;
  if (schedule.input !== undefined) return withScheduleContext(JSON.stringify(schedule.input), { arn, time });
  return JSON.stringify({
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'Scheduled Event',
    source: isScheduler ? 'aws.scheduler' : 'aws.events',
    account,
    time,
    region,
    resources: [arn],
    detail: isScheduler ? '{}' : {},
  });
}

/** EventBridge Scheduler fills these in wherever they stand in the input. */
function withScheduleContext(input: string, { arn, time }: { arn: string; time: string }): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', crypto.randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}
