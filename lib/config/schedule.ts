import awsCron from 'aws-cron-parser';
import { Cron } from 'croner';

/** What is wrong with a schedule: half a sentence, without the value. */
export type ScheduleFault = string;

const CRON = /^cron\(([^()]{1,200})\)$/;
const RATE = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  /** Forms that only this field has. */
  readonly special: RegExp;
}
const NEVER = /^(?!)$/;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** The six fields and their ranges as in "Schedule types" of Amazon EventBridge Scheduler's user guide. */
const FIELDS: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59, names: [], special: NEVER },
  { name: 'hours', min: 0, max: 23, names: [], special: NEVER },
  { name: 'day of month', min: 1, max: 31, names: [], special: /^(?:\?|L|LW|(?:[1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, names: MONTHS, special: NEVER },
  { name: 'day of week', min: 1, max: 7, names: DAYS, special: /^(?:\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199, names: [], special: NEVER },
];

/** AWS's dialect: `cron(minutes hours day-of-month month day-of-week year)` or `rate(7 days)`. @param nowMs for "will it ever come". */
export function awsScheduleFault(text: string, nowMs: number): ScheduleFault | undefined {
  const rate = RATE.exec(text);
  if (rate !== null)
    return (rate[1] === '1') === (rate[3] === '') ? undefined : 'rate() takes a singular unit for 1, a plural one otherwise';
  const fields = CRON.exec(text)?.[1]?.trim().split(/\s+/);
  if (fields === undefined) return 'it is neither cron(…) nor rate(…)';
  return fieldsFault(fields) ?? neverComes(fields, nowMs);
}

function fieldsFault(fields: readonly string[]): ScheduleFault | undefined {
  if (fields.length !== FIELDS.length) {
    return `cron() needs six fields (${FIELDS.map((field) => field.name).join(', ')}), found ${String(fields.length)}`;
  }
  const wrong = FIELDS.find((field, index) => !fieldHolds(String(fields[index]), field));
  if (wrong !== undefined) return `the field ${wrong.name} is out of range or malformed`;
  return (fields[2] === '?') === (fields[4] === '?') ? 'exactly one of day of month and day of week must be ?' : undefined;
}

/** A list of parts; `?` stands alone or not at all. */
function fieldHolds(text: string, field: Field): boolean {
  return text.split(',').every((part) => partHolds(part, field) && (part !== '?' || text === '?'));
}

/** `*`, `5`, `MON-FRI`, `0/15`, and the field's own forms. */
function partHolds(part: string, field: Field): boolean {
  if (field.special.test(part)) return true;
  const [, from, to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,3}))?$/.exec(part) ?? [];
  if (from === undefined || (from === '*' && to !== undefined) || Number(step ?? 1) < 1) return false;
  return [from, to].every((bound) => bound === undefined || bound === '*' || boundHolds(bound, field));
}

function boundHolds(bound: string, field: Field): boolean {
  if (!/^\d{1,4}$/.test(bound)) return field.names.includes(bound.toUpperCase());
  return Number(bound) >= field.min && Number(bound) <= field.max;
}

function neverComes(fields: readonly string[], nowMs: number): ScheduleFault | undefined {
  if (!dayExists(String(fields[2]), String(fields[3]))) return 'it never comes';
  try {
    const next = awsCron.next(awsCron.parse(fields.join(' ').toUpperCase()), new Date(nowMs));
    return next === null ? 'it never comes' : undefined;
  } catch {
    return 'it cannot be understood';
  }
}

const LEAP_YEAR = 2028;
/** The parser rolls 30 February over into March, which AWS does not: the first of plain days must exist in one of plainly named months. */
function dayExists(days: string, months: string): boolean {
  if (!/^\d+(?:[,-]\d+)*$/.test(days) || !/^\w+(?:,\w+)*$/.test(months)) return true;
  const first = Math.min(...days.split(/[,-]/).map(Number));
  const numbers = months.split(',').map((month) => (/^\d+$/.test(month) ? Number(month) : MONTHS.indexOf(month.toUpperCase()) + 1));
  return numbers.some((month) => first <= new Date(Date.UTC(LEAP_YEAR, month, 0)).getUTCDate());
}

/** The five-field dialect of maintenance windows: minute hour day-of-month month day-of-week. */
export function windowCronFault(text: string, nowMs: number): ScheduleFault | undefined {
  const count = text.trim().split(/\s+/).length;
  if (count !== 5) return `it needs five fields (minute hour day-of-month month day-of-week), found ${String(count)}`;
  try {
    return new Cron(text, { paused: true, timezone: 'UTC' }).nextRun(new Date(nowMs)) === null ? 'it never comes' : undefined;
  } catch {
    return 'it cannot be understood';
  }
}

/** An IANA zone; bare offsets are refused, because schedules must follow summer time. */
export function isZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(text)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
