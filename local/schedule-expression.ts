import awsCronParser from 'aws-cron-parser';

/** When a schedule runs next after a moment, both in epoch milliseconds; nothing when it never will again. */
export type NextRun = (afterMs: number) => number | undefined;

const RATE = /^rate\((\d+) (minute|minutes|hour|hours|day|days)\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** A zone that skips this many runs in a row has no such time at all. */
const SKIPS_MAX = 400;

/**
 * @param options.startMs a rate counts from here. @param options.zone IANA name; only cron and at heed it.
 * @throws {Error} naming an expression that is none of `rate(…)`, `cron(…)` with six fields, `at(…)`.
 */
export function parseSchedule(expression: string, options: { startMs: number; zone: string }): NextRun {
  const rate = RATE.exec(expression);
  if (rate !== null) return everyMs(Number(rate[1]) * (UNIT_MS[(rate[2] ?? '').replace(/s$/, '')] ?? 0), options.startMs, expression);
  const cron = /^cron\((\S+(?: \S+){5})\)$/.exec(expression);
  if (cron !== null) return cronRuns(cron[1] ?? '', options.zone);
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression);
  if (at !== null) return once(at[1] ?? '', options.zone);
  throw new Error(`${expression} is not a schedule: rate(5 minutes), cron(0 9 ? * MON *) with six fields, or at(2027-01-31T09:00:00)`);
}

function everyMs(periodMs: number, startMs: number, expression: string): NextRun {
  if (periodMs <= 0) throw new Error(`${expression} is not a schedule: the rate must be above 0`);
  return (afterMs) => startMs + (Math.floor((afterMs - startMs) / periodMs) + 1) * periodMs;
}

/** The parser knows UTC alone: it is asked on the zone's wall clock, written as if it were UTC. */
function cronRuns(cron: string, zone: string): NextRun {
  const parsed = awsCronParser.parse(cron);
  const offsetAt = zoneOffset(zone);
  return (afterMs) => {
    let wallMs = afterMs + offsetAt(afterMs);
    for (let skips = 0; skips < SKIPS_MAX; skips += 1) {
      const next = awsCronParser.next(parsed, new Date(wallMs));
      if (next === null) return undefined;
      wallMs = next.getTime();
      const runMs = fromWall(wallMs, offsetAt);
      if (runMs !== undefined && runMs > afterMs) return runMs;
    }
    return undefined;
  };
}

function once(local: string, zone: string): NextRun {
  const runMs = fromWall(Date.parse(`${local}Z`), zoneOffset(zone));
  return (afterMs) => (runMs !== undefined && runMs > afterMs ? runMs : undefined);
}

/** Nothing when the clocks skip that time (AWS then skips the run); the first of the two when they are put back (AWS runs once). */
function fromWall(wallMs: number, offsetAt: (ms: number) => number): number | undefined {
  const dayMs = 86_400_000;
  const candidates = [wallMs - offsetAt(wallMs - dayMs), wallMs - offsetAt(wallMs + dayMs)].toSorted((a, b) => a - b);
  return candidates.find((ms) => ms + offsetAt(ms) === wallMs);
}

function zoneOffset(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (ms) => {
    const parts = Object.fromEntries(format.formatToParts(new Date(ms)).map(({ type, value }) => [type, Number(value)]));
    const wall = Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'], parts['hour'], parts['minute'], parts['second']);
    return wall - Math.floor(ms / 1000) * 1000;
  };
}
