import * as z from 'zod';
import { RE2JS } from 're2js';
import { CONDITION_CLASSES, SEVERITIES } from '../../alert/alert.ts';
import { compilePattern } from '../../decide/linear-pattern.ts';
import { isRegexMatcher, parseMatcher } from '../matcher.ts';
import { windowCronFault } from '../schedule.ts';
import { count, duration, flag, id, instant, line, list, oneOf, refusal, someOf, zone } from './fields.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const MAX_MATCHER_CHARS = 1_000;

/** As in Alertmanager; regular expressions must compile in linear time (RE2 syntax). */
export const matcher = z
  .string({ error: refusal('is not a matcher', 'Write it in quotes: \'env="prod"\'.') })
  .max(MAX_MATCHER_CHARS, { error: refusal(`is longer than ${String(MAX_MATCHER_CHARS)} characters`, 'Shorten it.') })
  .transform((written, context) => {
    const refused = (fault: string, remedy: string) => {
      context.addIssue({ code: 'custom', message: refusal(fault, remedy) });
      return z.NEVER;
    };
    const parsed = parseMatcher(written);
    if (parsed === undefined) return refused('is not a matcher', 'Write label, operator (= != =~ !~) and value: \'env="prod"\'.');
    const fault = regexFault(parsed);
    return fault === undefined ? parsed : refused(fault, 'Use RE2 syntax: no look-around, no back-reference.');
  });

/** RE2 itself says what is a regular expression; our own, smaller one, which the deployed code has, says what of it is supported. */
function regexFault(parsed: Parameters<typeof isRegexMatcher>[0]): string | undefined {
  if (!isRegexMatcher(parsed)) return undefined;
  try {
    RE2JS.compile(parsed.value);
  } catch {
    return 'holds a regular expression that does not compile';
  }
  const pattern = compilePattern(parsed.value);
  return pattern.ok ? undefined : `holds a regular expression that is not supported: it ${pattern.why}`;
}

const windowCron = z
  .string({ error: refusal('is not a cron expression', 'Write five fields in quotes: "0 3 * * 0".') })
  .superRefine((written, context) => {
    const fault = windowCronFault(written, 0);
    if (fault !== undefined)
      context.addIssue({
        code: 'custom',
        message: refusal(`is not a usable cron expression: ${fault}`, 'Write five fields in quotes: "0 3 * * 0".'),
      });
  });

const quorum = z.strictObject({
  alerts: count({ min: 1, max: 100 }).prefault(2).describe('At least this many firing alerts …'),
  observers: count({ min: 1, max: 20 }).prefault(2).describe('… from at least this many distinct observers (rule 1).'),
  window: duration({ minMs: SECOND, maxMs: DAY }).prefault('10m').describe('Alerts must have begun within this of each other.'),
  probe: flag.prefault(false).describe('Whether our own probe may be one of the observers.'),
});

export const criterion = z.strictObject({
  name: id,
  sources: list(id).prefault([]).describe('Names of `sources`; empty: any.'),
  names: list(line).prefault([]).describe('Exact names of alerts; empty: any.'),
  classes: someOf(oneOf(CONDITION_CLASSES))
    .prefault(['unreachable', 'down'])
    .describe('Overload and capacity never count as death (rule 4).'),
  severities: list(oneOf(SEVERITIES)).prefault(['critical']).describe('Empty: any.'),
  match: list(matcher).prefault([]).describe('Label matchers as in Alertmanager, all of which must hold.'),
  quorum: quorum.prefault({}),
  for: duration({ minMs: 0, maxMs: DAY }).prefault('60s').describe('Dwell: firing without a break for this long (rule 2).'),
  maxAge: duration({ minMs: MINUTE, maxMs: DAY })
    .prefault('15m')
    .describe('An alert older than this is recorded and never acted on (rule 3).'),
});

const namedApproval = z.strictObject({
  approvers: someOf(line).describe('Who may approve. Never the requester.'),
  count: count({ min: 1, max: 10 }).prefault(1).describe('How many of them must.'),
  expires: duration({ minMs: MINUTE, maxMs: 7 * DAY }).prefault('30m'),
});
/** Rule 14: absent means "asked where the failover leaves the region". */
export const approval = z.union([z.literal('none'), namedApproval], {
  error: refusal('is neither none nor a list of approvers', 'Write none, or { approvers: [who@example.com], count: 1, expires: 30m }.'),
});

const maintenance = z.strictObject({
  name: line,
  cron: windowCron.describe('Five fields: when the window opens.'),
  duration: duration({ minMs: MINUTE, maxMs: 7 * DAY }),
  zone: zone.prefault('UTC'),
});
const freeze = z.strictObject({ from: instant, to: instant, reason: line });

const guards = z.strictObject({
  coolDown: duration({ minMs: MINUTE, maxMs: 30 * DAY })
    .prefault('1h')
    .describe('No second failover within this (rule 8).'),
  failoversPerDay: count({ min: 1, max: 24 }).prefault(2),
  maxLag: duration({ minMs: 0, maxMs: HOUR }).prefault('10s').describe('The RPO: over this lag data would be lost (rule 10).'),
  overLag: oneOf(['hold', 'ask']).prefault('ask'),
  providerGrace: duration({ minMs: 0, maxMs: HOUR }).prefault('60s').describe("Time the provider's own high availability has first."),
  approval: z.exactOptional(approval).describe('Absent: asked where the failover leaves the region (rule 14).'),
  maintenance: list(maintenance).prefault([]),
  freezes: list(freeze).prefault([]),
  allowedSkew: duration({ minMs: 0, maxMs: 10 * MINUTE })
    .prefault('30s')
    .describe("How far a sender's clock may be ahead of ours."),
});

export const policy = z.strictObject({ criteria: someOf(criterion), guards: guards.prefault({}) });
export type WrittenPolicy = z.output<typeof policy>;
export type WrittenApproval = z.output<typeof approval>;
