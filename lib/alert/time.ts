import { wallClockToEpochMs } from './zone.ts';

/**
 * Every time format that monitoring systems send (alerts §13), read explicitly: the host's own zone never takes part, and a time
 * without a zone is refused unless the configuration names one. Results are epoch milliseconds; finer digits are cut.
 */
export type Time = number | TimeFault;
export type TimeFault = 'bad-time' | 'zone-needed';
export const isTime = (time: Time): time is number => typeof time === 'number';

/** Outside these a time is a unit mistaken for another, a zero value or nonsense, never an alert's. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const LONGEST_TEXT = 40;
const MINUTE_MS = 60_000;

/**
 * RFC 3339 and its relatives: `T` or a blank between, up to 40 characters of fraction, offset `Z`, `+08:00` or `+0800`.
 *
 * @param zone IANA zone for a text without an offset; absent: such a text is `zone-needed`.
 */
export function parseIso(value: unknown, zone?: string): Time {
  if (typeof value !== 'string' || value.length < 19 || value.length > LONGEST_TEXT) return 'bad-time';
  if (!hasIsoPunctuation(value)) return 'bad-time';
  const wallMs = wallClockMs(
    [digits(value, 0, 4), digits(value, 5, 7), digits(value, 8, 10)],
    [digits(value, 11, 13), digits(value, 14, 16), digits(value, 17, 19)],
  );
  const fractionEnd = endOfFraction(value, 19);
  const ms = fractionEnd > 20 ? fractionMs(value, fractionEnd) : 0;
  if (fractionEnd === value.length) return inZone(wallMs + ms, zone);
  return bounded(wallMs + ms - offsetMs(value, fractionEnd));
}

/** `20240109T140533.642+0800`: ISO 8601's basic form (Alibaba's `eventTime`). */
export function parseBasicIso(value: unknown): Time {
  const match = match40(value, /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(.*)$/);
  if (!match) return 'bad-time';
  const [, year, month, day, hour, minute, second, rest] = match;
  return parseIso(`${year}-${month}-${day}T${hour}:${minute}:${second}${rest}`);
}

/** `2024.05.06` and `07:08:09`: Zabbix's date and time, in the server's zone. */
export function parseDotted(date: unknown, time: unknown, zone?: string): Time {
  const match = match40(date, /^(\d{4})\.(\d\d)\.(\d\d)$/);
  return match ? parseIso(`${match[1]}-${match[2]}-${match[3]}T${String(time)}`, zone) : 'bad-time';
}

/** `3/22/2019 1:36:31 PM`: the month first, twelve hours (Azure's log alerts). */
export function parseUsEnglish(value: unknown, zone?: string): Time {
  const match = match40(value, /^(\d\d?)\/(\d\d?)\/(\d{4}) (\d\d?):(\d\d):(\d\d) ([AP])M$/);
  if (!match) return 'bad-time';
  const [, month, day, year, hour, minute, second, half] = match;
  const hour12 = Number(hour);
  if (hour12 < 1 || hour12 > 12) return 'bad-time';
  const hour24 = (hour12 % 12) + (half === 'P' ? 12 : 0);
  return inZone(wallClockMs([Number(year), Number(month), Number(day)], [hour24, Number(minute), Number(second)]), zone);
}

/** `01 12, 2024 13:51:16 GMT-03:00`: the account's zone, stated (Cloud Eye's `AlarmTime`). */
export function parseMonthFirst(value: unknown): Time {
  const match = match40(value, /^(\d\d) (\d\d), (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d\d:\d\d)?$/);
  return match ? parseIso(`${match[3]}-${match[1]}-${match[2]}T${match[4]}${match[5] ?? 'Z'}`) : 'bad-time';
}

/**
 * A count since 1970 as a number or as digits. The unit follows from the size: within the accepted years the ranges of seconds, milli-,
 * micro- and nanoseconds do not touch. A nanosecond count beyond 2^53 loses nothing that a millisecond shows.
 */
export function parseEpoch(value: unknown): Time {
  const count = typeof value === 'number' ? value : digitsOnly(value);
  if (count < 1e11) return bounded(Math.trunc(count * 1e3));
  if (count < 1e14) return bounded(Math.trunc(count));
  return bounded(Math.trunc(count < 1e17 ? count / 1e3 : count / 1e6));
}

/** Any of the formats above, by its look: for bodies whose format only the configuration knows. */
export function parseAnyTime(value: unknown, zone?: string): Time {
  const text = typeof value === 'string' ? value.trim() : value;
  if (typeof text !== 'string' || /^[\d.]+$/.test(text.slice(0, LONGEST_TEXT))) return parseEpoch(text);
  if (text[2] === ' ') return parseMonthFirst(text);
  if (text[8] === 'T') return parseBasicIso(text);
  if (text.includes('/')) return parseUsEnglish(text, zone);
  return text[4] === '.' ? parseDotted(text.slice(0, 10), text.slice(11), zone) : parseIso(text, zone);
}

const digitsOnly = (value: unknown): number => (match40(value, /^\d{1,19}(\.\d{1,9})?$/) ? Number(value) : Number.NaN);

function match40(value: unknown, pattern: RegExp): RegExpExecArray | undefined {
  return typeof value === 'string' && value.length <= LONGEST_TEXT ? (pattern.exec(value) ?? undefined) : undefined;
}

const bounded = (ms: number): Time => (ms >= EARLIEST_MS && ms < LATEST_MS ? ms : 'bad-time');

function inZone(wallMs: number, zone: string | undefined): Time {
  if (!isTime(bounded(wallMs))) return 'bad-time';
  if (zone === undefined) return 'zone-needed';
  const epochMs = wallClockToEpochMs(wallMs, zone);
  return epochMs === undefined ? 'zone-needed' : bounded(epochMs);
}

/** The wall clock as if it were UTC; NaN when no calendar has such a moment. */
function wallClockMs(
  [year, month, day]: readonly [number, number, number],
  [hour, minute, second]: readonly [number, number, number],
): number {
  const valid = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second <= 60;
  return valid ? Date.UTC(year, month - 1, day, hour, minute, second) : Number.NaN;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

const HYPHEN = 45;
const COLON = 58;

function hasIsoPunctuation(text: string): boolean {
  const between = text[10];
  if (between !== 'T' && between !== ' ' && between !== 't') return false;
  return text.charCodeAt(4) === HYPHEN && text.charCodeAt(7) === HYPHEN && text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON;
}

/** The number written in `[from, to)`; NaN when a character is not an ASCII digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function endOfFraction(text: string, from: number): number {
  if (text[from] !== '.' && text[from] !== ',') return from;
  let at = from + 1;
  while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
  return at;
}

function fractionMs(text: string, end: number): number {
  const shown = Math.min(end, 23);
  return digits(text, 20, shown) * 10 ** (23 - shown);
}

/** `Z`, `+hh:mm` or `+hhmm` to the text's end; NaN for anything else. */
function offsetMs(text: string, at: number): number {
  const sign = text[at];
  if ((sign === 'Z' || sign === 'z') && at + 1 === text.length) return 0;
  if (sign !== '+' && sign !== '-') return Number.NaN;
  const colon = text.charCodeAt(at + 3) === COLON ? 1 : 0;
  if (text.length !== at + 5 + colon) return Number.NaN;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 3 + colon, at + 5 + colon);
  if (!(hours <= 18 && minutes < 60)) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
