/**
 * The written forms of time that monitoring systems send, found in any text: nested JSON, forms, whole requests. Only whole seconds are
 * ever moved, so that fractions keep their digits.
 */
interface Form {
  readonly pattern: RegExp;
  /** To the second. */
  read(match: RegExpExecArray): Moment;
  /** The same form for another moment. */
  write(match: RegExpExecArray, ms: number): string;
}

export interface Moment {
  /** Epoch ms; as if it were UTC when the text names no zone. */
  readonly ms: number;
  readonly zoned: boolean;
}

const SECOND_MS = 1_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const two = (value: number): string => String(value).padStart(2, '0');

/** Of `Z`, `+0800`, `+08:00`, `%2B08%3A00` or nothing: milliseconds east of Greenwich. */
function offsetMs(text: string | undefined): number {
  const [, sign, hours = '0', minutes = '0'] = /^(\+|%2B|-)(\d\d)(?::|%3A)?(\d\d)$/i.exec(text ?? '') ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -ms : ms;
}

interface Wall {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}
function wallOf(ms: number): Wall {
  const at = new Date(ms);
  return {
    year: String(at.getUTCFullYear()),
    month: two(at.getUTCMonth() + 1),
    day: two(at.getUTCDate()),
    hour: two(at.getUTCHours()),
    minute: two(at.getUTCMinutes()),
    second: two(at.getUTCSeconds()),
  };
}

const WALL_PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** A form whose pattern names the parts of a wall clock, and perhaps an `offset`: each part is replaced where it stands. */
function wallForm(pattern: RegExp): Form {
  const source = new RegExp(pattern.source, 'gdi');
  return {
    pattern: source,
    read({ groups = {} }) {
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = WALL_PARTS.map((part) => Number(groups[part]));
      const century = groups['year']?.length === 2 ? 2000 : 0;
      const { offset } = groups;
      return { ms: Date.UTC(century + year, month - 1, day, hour, minute, second) - offsetMs(offset), zoned: offset !== undefined };
    },
    write(match, ms) {
      const wall = wallOf(ms + offsetMs(match.groups?.['offset']));
      const places = WALL_PARTS.map((part) => ({ part, at: match.indices?.groups?.[part] ?? [0, 0] })).sort((a, b) => b.at[0] - a.at[0]);
      return places.reduce((text, { part, at: [from, to] }) => {
        const written = wall[part].slice(-(to - from));
        return text.slice(0, from - match.index) + written + text.slice(to - match.index);
      }, match[0]);
    },
  };
}

const CLOCK = String.raw`(?<hour>\d\d)(?::|%3A)(?<minute>\d\d)(?::|%3A)(?<second>\d\d)`;
const OFFSET = String.raw`(?<offset>Z|(?:\+|%2B|-)\d\d(?::|%3A)?\d\d)?`;

/** A number is only a time behind a name that says so: account numbers have as many digits. */
const epoch: Form = {
  pattern:
    /(?<name>(?:time|stamp|date|since|updated|opened|closed|started|ended|[a-z]At|_at)[\w.]*["'\\]*\s*[:=]\s*["'\\]*)(?<count>\d{19}|\d{16}|\d{13}|\d{10})(?!\d)/gi,
  read: ({ groups = {} }) => {
    const count = groups['count'] ?? '';
    return { ms: Number(count.slice(0, 10)) * SECOND_MS, zoned: true };
  },
  write: ({ groups = {} }, ms) => `${groups['name'] ?? ''}${String(ms / SECOND_MS).padStart(10, '0')}${groups['count']?.slice(10) ?? ''}`,
};

/** Azure's log alerts: 11/21/2026 8:00:04 PM. */
const twelveHours: Form = {
  pattern: /(?<!\d)(?<month>\d\d?)\/(?<day>\d\d?)\/(?<year>\d{4}) (?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d) (?<half>[AP])M/g,
  read({ groups = {} }) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = WALL_PARTS.map((part) => Number(groups[part]));
    return { ms: Date.UTC(year, month - 1, day, (hour % 12) + (groups['half'] === 'P' ? 12 : 0), minute, second), zoned: false };
  },
  write(_match, ms) {
    const { year, month, day, hour, minute, second } = wallOf(ms);
    const half = Number(hour) < 12 ? 'AM' : 'PM';
    return `${String(Number(month))}/${String(Number(day))}/${year} ${String(Number(hour) % 12 || 12)}:${minute}:${second} ${half}`;
  },
};

const FORMS: readonly Form[] = [
  // RFC 3339 and its relatives, also inside forms: 2026-11-21T20:00:04.512308871Z, 2026-11-21 20:00:04+0000.
  wallForm(new RegExp(String.raw`(?<!\d)(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:T|t| |\+|%20)${CLOCK}(?:[.,]\d{1,12})?${OFFSET}`)),
  // ISO 8601's basic form: 20240109T140533.642+0800.
  wallForm(
    new RegExp(
      String.raw`(?<!\d)(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:\.\d{1,9})?${OFFSET}`,
    ),
  ),
  // In CloudWatch's reasons: (21/11/26 19:59:00).
  wallForm(new RegExp(String.raw`(?<!\d)(?<day>\d\d)/(?<month>\d\d)/(?<year>\d\d) ${CLOCK}`)),
  // Cloud Eye's AlarmTime: 01 12, 2024 13:51:16 GMT-03:00.
  wallForm(new RegExp(String.raw`(?<!\d)(?<month>\d\d) (?<day>\d\d), (?<year>\d{4}) ${CLOCK}(?: GMT${OFFSET})?`)),
  // Zabbix: 2024.05.06 07:08:09, or the two in fields next to each other.
  wallForm(new RegExp(String.raw`(?<!\d)(?<year>\d{4})\.(?<month>\d\d)\.(?<day>\d\d)[^\d]{1,60}?${CLOCK}`)),
  twelveHours,
  epoch,
];

/** Every moment that the text names, in whole seconds. Zero times (year 1, 1970) are none. */
export function momentsIn(text: string): readonly Moment[] {
  return FORMS.flatMap((form) => [...text.matchAll(form.pattern)].map((match) => form.read(match)).filter(isMoment));
}

function isMoment({ ms }: Moment): boolean {
  return ms >= EARLIEST_MS && ms < LATEST_MS;
}

/** The text with every moment moved; each keeps its form. @param deltaMs whole seconds. */
export function moved(text: string, deltaMs: number): string {
  return FORMS.reduce((before, form) => movedForm(before, form, deltaMs), text);
}

function movedForm(text: string, form: Form, deltaMs: number): string {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(form.pattern)) {
    const moment = form.read(match);
    if (!isMoment(moment)) continue;
    parts.push(text.slice(end, match.index), form.write(match, moment.ms + deltaMs));
    end = match.index + match[0].length;
  }
  return parts.join('') + text.slice(end);
}
