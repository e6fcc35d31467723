const DAY_MS = 86_400_000;

/** One formatter a zone; zones come from the configuration, so there are few. */
const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

/**
 * The moment at which a clock on the wall of `zone` shows `wallMs` (the wall clock read as if it were UTC).
 *
 * An hour that occurs twice gives its first occurrence: the alert then seems older, and old alerts are not acted on. An hour that is
 * skipped is read with the offset before the change.
 *
 * @returns epoch ms, or `undefined` when the zone is not known.
 */
export function wallClockToEpochMs(wallMs: number, zone: string): number | undefined {
  const formatter = formatterOf(zone);
  if (!formatter) return undefined;
  const before = offsetAt(wallMs - DAY_MS, formatter);
  const after = offsetAt(wallMs + DAY_MS, formatter);
  const candidates = [wallMs - before, wallMs - after].filter((ms) => ms + offsetAt(ms, formatter) === wallMs);
  return candidates.length === 0 ? wallMs - before : Math.min(...candidates);
}

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formatters.has(zone)) formatters.set(zone, makeFormatter(zone));
  return formatters.get(zone);
}

function makeFormatter(zone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric';
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', calendar: 'iso8601', ...fields });
  } catch {
    return undefined;
  }
}

function offsetAt(epochMs: number, formatter: Intl.DateTimeFormat): number {
  const wholeSecondMs = Math.floor(epochMs / 1_000) * 1_000;
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatter.formatToParts(wholeSecondMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecondMs;
}
