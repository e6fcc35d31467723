import * as z from 'zod';
import { isZone } from '../schedule.ts';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../duration.ts';

/**
 * The small types of understudy.yml. Every refusal carries two lines: what is wrong, and what to write instead. A refusal never repeats
 * the value, because the value may be a secret that was pasted into the wrong place.
 */
export function refusal(message: string, remedy: string): string {
  return `${message}\n${remedy}`;
}

interface TextRule {
  readonly pattern: RegExp;
  readonly message: string;
  readonly remedy: string;
}

/** A string by pattern, with one refusal for a wrong type and a wrong form alike. */
export function text(rule: TextRule): z.ZodString {
  const error = refusal(rule.message, rule.remedy);
  return z.string({ error }).regex(rule.pattern, { error });
}

export const MAX_TEXT_CHARS = 300;
export const line = z
  .string({ error: refusal('is not a text', 'Write a text in quotes.') })
  .min(1, { error: refusal('is empty', 'Write something, or leave the key out.') })
  .max(MAX_TEXT_CHARS, { error: refusal(`is longer than ${String(MAX_TEXT_CHARS)} characters`, 'Shorten it.') });

export const id = text({
  pattern: /^[a-z][a-z0-9-]{0,62}$/,
  message: 'is not a usable name',
  remedy: 'Use lower-case letters, digits and hyphens, beginning with a letter, at most 63 characters.',
});

/** A written duration, read as milliseconds. */
export function duration(limits: { readonly minMs: number; readonly maxMs: number }) {
  const range = `between ${formatDuration(limits.minMs)} and ${formatDuration(limits.maxMs)}`;
  return text({ pattern: DURATION_PATTERN, message: 'is not a duration', remedy: 'Write a number with a unit: 90s, 15m, 2h, 1d or 500ms.' })
    .transform((written) => Number(parseDuration(written)))
    .refine((ms) => ms >= limits.minMs && ms <= limits.maxMs, { error: refusal('is out of range', `Choose a duration ${range}.`) });
}

export function count(limits: { readonly min: number; readonly max: number }): z.ZodInt {
  const error = refusal('is not a whole number in range', `Choose a whole number from ${String(limits.min)} to ${String(limits.max)}.`);
  return z.int({ error }).min(limits.min, { error }).max(limits.max, { error });
}

export const flag = z.boolean({ error: refusal('is neither true nor false', 'Write true or false, without quotes.') });

export function oneOf<const T extends readonly string[]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, { error: refusal('is not one of the known values', `Choose one of: ${values.join(', ')}.`) });
}

const SECRET_REMEDY =
  'Keep the value in a parameter store and write where it is: ssm:/path or secretsmanager:name (env:NAME only on the local stage). `$' +
  '{stage}` stands for the stage.';
/** Where a secret is kept, never the secret. `${stage}` is replaced when the configuration is read. */
export const SECRET_REFERENCE = /^(?:ssm:\/[A-Za-z0-9_./-]{1,500}|secretsmanager:[A-Za-z0-9/_+=.@:-]{1,500}|env:[A-Z][A-Z0-9_]{0,99})$/;
const WRITTEN_REFERENCE =
  /^(?:ssm:\/(?:[A-Za-z0-9_./-]|\$\{stage\}){1,500}|secretsmanager:(?:[A-Za-z0-9/_+=.@:-]|\$\{stage\}){1,500}|env:[A-Z][A-Z0-9_]{0,99})$/;
export const secret = text({ pattern: WRITTEN_REFERENCE, message: 'is not a reference to a secret', remedy: SECRET_REMEDY });

/** `https://host[:port]`, nothing after it; plain http only for this very machine, where the simulators are. */
export const endpoint = text({
  pattern: /^(?:https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?|http:\/\/127\.0\.0\.1(?::\d{1,5})?)$/,
  message: 'is not an endpoint',
  remedy: 'Write https://host or https://host:port, without a path; http:// only for 127.0.0.1.',
});

export const hookUrl = text({
  pattern: /^(?:https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|http:\/\/127\.0\.0\.1)(?::\d{1,5})?(?:\/[^\s@?#]*)?$/,
  message: 'is not a usable URL',
  remedy: 'Write https://host/path without credentials or query; http:// only for 127.0.0.1.',
});

export const host = text({
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/,
  message: 'is not a host name or address',
  remedy: "Write the database's own endpoint without scheme and port.",
});

/** An instant with a zone. YAML leaves it a text; read as epoch milliseconds. */
const INSTANT_FAULT = refusal('is not an instant', 'Write it with a zone: 2026-12-24T18:00:00Z or 2026-12-24T18:00:00+08:00.');
export const instant = z.iso
  .datetime({ offset: true, error: INSTANT_FAULT })
  .transform((written) => Date.parse(written))
  .refine((ms) => Number.isFinite(ms), { error: INSTANT_FAULT });

const ZONE_FAULT = refusal('is not a known zone', 'Write an IANA zone such as Asia/Singapore or UTC.');
export const zone = z.string({ error: ZONE_FAULT }).refine(isZone, { error: ZONE_FAULT });

export const MAX_LIST = 50;
export function list<T extends z.ZodType>(element: T): z.ZodArray<T> {
  return z
    .array(element, { error: refusal('is not a list', 'Write a list: [one, two].') })
    .max(MAX_LIST, { error: refusal(`has more than ${String(MAX_LIST)} entries`, 'Shorten it.') });
}

export function someOf<T extends z.ZodType>(element: T): z.ZodArray<T> {
  return list(element).min(1, { error: refusal('is empty', 'Name at least one, or leave the key out.') });
}
