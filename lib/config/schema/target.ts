import * as z from 'zod';
import { awsScheduleFault } from '../schedule.ts';
import { count, duration, flag, host, id, line, list, oneOf, refusal, secret, someOf, text, zone } from './fields.ts';
import { hooks } from './hooks.ts';
import { approval } from './policy.ts';
import { gaussdb, gdn, polardb, providerSections } from './providers.ts';

const SECOND = 1_000;
const SCHEDULE_REMEDY = 'Write cron(0 3 ? * SUN *) (six fields) or rate(7 days).';

const schedule = z.string({ error: refusal('is not a schedule', SCHEDULE_REMEDY) }).superRefine((written, context) => {
  const fault = awsScheduleFault(written, 0);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: refusal(`is not a usable schedule: ${fault}`, SCHEDULE_REMEDY) });
});

const identity = z.strictObject({
  key: z.exactOptional(line).describe('Limits the match to this field or label of the alert.'),
  value: line,
});

const probe = z.strictObject({
  host,
  port: count({ min: 1, max: 65_535 }),
  tls: flag.prefault(false).describe('Finish a TLS handshake as well.'),
  timeout: duration({ minMs: 100, maxMs: 10 * SECOND }).prefault('3s'),
});

const providerNames = providerSections.map((section) => section.provider) as ['gaussdb', 'polardb', 'polardb-gdn'];

export const target = z.strictObject({
  description: line,
  provider: oneOf(providerNames),
  mode: oneOf(['shadow', 'act']).prefault('shadow').describe('shadow: decide and tell, never act. The default.'),
  policy: id.describe('Name of one of `policies`.'),
  identities: someOf(identity).describe('Ids by which alerts name this target; matched exactly.'),
  gaussdb: z.exactOptional(gaussdb),
  polardb: z.exactOptional(polardb),
  gdn: z.exactOptional(gdn),
  probe: z.exactOptional(probe).describe("The database's own endpoint, for our own probe."),
  channels: list(id).prefault([]).describe('Names of `channels`.'),
  hooks: hooks.prefault({}),
  drill: z.exactOptional(z.strictObject({ schedule, zone: zone.prefault('UTC') })),
  approval: z.exactOptional(approval).describe("Wins over the policy's. Absent: asked where the failover leaves the region (rule 14)."),
});
export type WrittenTarget = z.output<typeof target>;

const TOLERANCE = { minMs: SECOND, maxMs: 3_600_000 };
const header = text({ pattern: /^[A-Za-z0-9-]{1,64}$/, message: 'is not a header name', remedy: 'Letters, digits and hyphens only.' });
const arn = text({
  pattern: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  message: 'is not the ARN of an SNS topic',
  remedy: 'Write arn:aws:sns:region:account:topic.',
});
const urn = text({
  pattern: /^urn:smn:[a-z0-9-]+:[A-Za-z0-9]{32}:[A-Za-z0-9_-]{1,255}$/,
  message: 'is not the URN of an SMN topic',
  remedy: 'Write urn:smn:region:project:topic.',
});

/** How a webhook delivery proves itself. */
export const sourceAuth = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('bearer'), secret }),
    z.strictObject({ kind: z.literal('basic'), username: line, secret }),
    z.strictObject({
      kind: z.literal('hmac'),
      secret,
      header,
      timestampHeader: z.exactOptional(header),
      prefix: z.exactOptional(line),
      tolerance: duration(TOLERANCE).prefault('5m'),
    }),
    z.strictObject({ kind: z.literal('path'), secret }),
    z.strictObject({ kind: z.literal('sns'), topicArns: someOf(arn) }),
    z.strictObject({ kind: z.literal('smn'), topicUrns: someOf(urn) }),
  ],
  { error: refusal('is not a known way to authenticate', 'Choose a kind: bearer, basic, hmac, path, sns or smn.') },
);
