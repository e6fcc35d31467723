import { Cron } from 'croner';

/** The highest value of each field of a cron expression: minutes, hours, day of month, month, day of week, year. */
const FIELD_MAX = [59, 23, 31, 12, 7, 2199];
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * When the last drill must have been, at the earliest (epoch ms): one scheduled run may be missed, two in a row may not. `undefined`: the
 * schedule asks for nothing yet, or cannot be reckoned with.
 *
 * @param schedule Amazon EventBridge Scheduler's `rate(7 days)` or `cron(0 4 ? * SUN *)` with six fields. @param zone an IANA zone.
 */
export function drillDueSinceMs(schedule: string, zone: string, nowMs: number): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (unit !== undefined) return nowMs - 2 * Number(count) * Number(UNIT_MS[unit]);
  const fields = /^cron\((.+)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/);
  return fields === undefined ? undefined : runBeforeLastMs(fields, zone, nowMs);
}

function runBeforeLastMs(fields: readonly string[], zone: string, nowMs: number): number | undefined {
  try {
    const pattern = `0 ${fields.map(inOurDialect).join(' ')}`;
    return new Cron(pattern, { paused: true, timezone: zone, alternativeWeekdays: true }).previousRuns(2, new Date(nowMs))[1]?.getTime();
  } catch {
    return undefined;
  }
}

/** AWS writes `5/15` for "from 5 on, every 15". */
function inOurDialect(field: string, index: number): string {
  return field.replaceAll(/(?<![\w-])(\d+)\/(\d+)/g, `$1-${String(FIELD_MAX[index])}/$2`);
}
