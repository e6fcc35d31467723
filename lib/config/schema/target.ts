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

const HOUR = 3_600 * SECOND;
const TOLERANCE = { minMs: SECOND, maxMs: HOUR };
/** Amazon retries for an hour at most (alerts §2e), and a message keeps the time of its first attempt. */
const toleranceOfTopics = duration(TOLERANCE).prefault('1h');
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

const FINGERPRINT_REMEDY = 'Write its SHA-256: 32 bytes in hex, with colons between them or without.';
const fingerprint = text({
  pattern: /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
  message: 'is not the fingerprint of a certificate',
  remedy: FINGERPRINT_REMEDY,
}).transform((written) => written.replaceAll(':', '').toLowerCase());
/** The certificate that Huawei publishes for SMN, until 2030-09-07 (support.huaweicloud.com/usermanual-smn/smn_ug_a9000.html). */
const SMN_FINGERPRINT = '85:FF:15:CD:8A:21:7C:2B:DF:36:7C:F0:17:39:4D:B0:ED:FE:B0:31:8B:5F:5C:7C:6B:BE:25:73:CA:D1:38:17';

const certificate = text({
  pattern:
    /^(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\r\n]{100,7000}-----END CERTIFICATE-----\s*|(?:ssm:\/|secretsmanager:)(?:[A-Za-z0-9/_+=.@:-]|\$\{stage\}){1,500})$/,
  message: 'is not a certificate',
  remedy: 'Write its PEM text as a block (|), or where it is kept: ssm:/path or secretsmanager:name.',
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
    z.strictObject({ kind: z.literal('standard-webhooks'), secret, tolerance: duration(TOLERANCE).prefault('5m') }),
    z.strictObject({ kind: z.literal('sns'), topicArns: someOf(arn), tolerance: toleranceOfTopics }),
    z.strictObject({
      kind: z.literal('smn'),
      topicUrns: someOf(urn),
      tolerance: toleranceOfTopics,
      certificates: someOf(certificate).describe("The service's published signing certificates; they are never fetched."),
      fingerprints: someOf(fingerprint).prefault([SMN_FINGERPRINT]).describe('SHA-256 of the certificates that count: the pin.'),
    }),
  ],
  { error: refusal('is not a known way to authenticate', 'Choose a kind: bearer, basic, hmac, path, standard-webhooks, sns or smn.') },
);
