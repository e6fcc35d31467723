import { createHmac } from 'node:crypto';
import { compileConfig } from '../../lib/config/compile.ts';
import type { Config, ConfiguredSource } from '../../lib/config/config.ts';
import { alertmanagerBody, exampleConfig, withTarget } from '../scenarios/story.ts';
import { newSigner, type Signer } from '../webhook/certificates.ts';

/** In every hostile request, and in no response. */
export const MARK = 'HOSTILE-MARK';

const secretOf = (name: string): string => `secret-of-${name}-0123456789`;
const reference = (name: string): string => `ssm:/understudy/local/sources/${name}`;
const TOPIC_ARN = 'arn:aws:sns:eu-central-1:111122223333:database-alarms';
const TOPIC_URN = 'urn:smn:ap-southeast-1:0483b6b16e954cb88930a360d2c4e663:database-alarms';

/** What an attacker knows, and (for captured and friendly requests) what a friend knows. */
export interface Hostile {
  readonly config: Config;
  readonly parameters: Readonly<Record<string, string>>;
  /** Every secret there is. */
  readonly secrets: readonly string[];
  readonly friend: Signer;
  readonly attacker: Signer;
  readonly topicArn: string;
  readonly topicUrn: string;
  readonly nowMs: number;
  /** An alarm that would start a failover at once if it got in. */
  readonly alarm: string;
  readonly secret: (source: string) => string;
  readonly hmac: (source: string, text: string | Buffer) => string;
}

function sourcesWith(friend: Signer): Readonly<Record<string, ConfiguredSource>> {
  const source = (kind: string, auth: ConfiguredSource['auth']): ConfiguredSource => ({ kind, auth, observerLabel: 'prometheus' });
  const toleranceMs = 300_000;
  return {
    tokens: source('alertmanager', [{ kind: 'bearer', secret: reference('tokens') }]),
    passwords: source('alertmanager', [{ kind: 'basic', username: 'am', secret: reference('passwords') }]),
    stamped: source('alertmanager', [
      { kind: 'hmac', secret: reference('stamped'), header: 'X-Signature', timestampHeader: 'X-Time', toleranceMs },
    ]),
    signed: source('alertmanager', [{ kind: 'hmac', secret: reference('signed'), header: 'X-Signature', prefix: 'v1=', toleranceMs }]),
    standard: source('alertmanager', [{ kind: 'standard-webhooks', secret: reference('standard'), toleranceMs }]),
    paths: source('alertmanager', [{ kind: 'path', secret: reference('paths') }]),
    amazon: source('cloudwatch', [{ kind: 'sns', topicArns: [TOPIC_ARN], toleranceMs }]),
    huawei: source('huawei-ces', [
      { kind: 'smn', topicUrns: [TOPIC_URN], toleranceMs, certificates: [friend.pem], fingerprints: [friend.fingerprint] },
    ]),
    events: source('cloudevents', [{ kind: 'bearer', secret: reference('events') }]),
    generic: { ...source('generic', [{ kind: 'bearer', secret: reference('generic') }]), mapping: {} },
    forms: source('alibaba-cms', [{ kind: 'bearer', secret: reference('forms') }]),
    kuma: source('uptime-kuma', [{ kind: 'bearer', secret: reference('kuma') }]),
    closed: source('alertmanager', []),
  };
}

export function hostileWorld(nowMs: number): Hostile {
  const [friend, attacker] = [newSigner('Huawei-Cloud-SMN-Meter'), newSigner('Huawei-Cloud-SMN-Meter')];
  const sources = sourcesWith(friend);
  const gaussdb = exampleConfig('local').targets['orders-gaussdb']?.gaussdb;
  if (gaussdb === undefined) throw new Error('the example has no orders-gaussdb');
  const policies = Object.fromEntries(
    Object.entries(exampleConfig('local').policies).map(([name, policy]) => [
      name,
      { ...policy, criteria: policy.criteria.map((one) => ({ ...one, sources: [] })) },
    ]),
  );
  // Nothing listens there: no provider is ever reached.
  const config = {
    ...withTarget(exampleConfig('local'), 'orders-gaussdb', { gaussdb: { ...gaussdb, endpoint: 'http://127.0.0.1:1' } }),
    policies,
    sources,
  };
  const names = Object.entries(sources).flatMap(([name, { auth }]) => (auth.some((way) => 'secret' in way) ? [name] : []));
  const began = { startsAtMs: nowMs - 120_000 };
  return {
    config,
    parameters: Object.fromEntries(names.map((name) => [reference(name), secretOf(name)])),
    secrets: names.map(secretOf),
    friend,
    attacker,
    topicArn: TOPIC_ARN,
    topicUrn: TOPIC_URN,
    nowMs,
    alarm: alertmanagerBody([
      { ...began, observer: 'eu-1', labels: { job: MARK } },
      { ...began, observer: 'eu-2', labels: { job: MARK } },
    ]),
    secret: secretOf,
    hmac: (source, text) => createHmac('sha256', secretOf(source)).update(text).digest('hex'),
  };
}

export function compiledFor({ config }: Hostile): unknown {
  return JSON.parse(compileConfig(config));
}

/** One row: a name, what is sent, and what may come back. */
export interface HostileCase {
  readonly name: string;
  readonly bytes: Buffer | string;
  /** Any of these; `closed`: the connection ends without an answer. */
  readonly may: readonly (number | 'closed')[];
  readonly stalls?: boolean;
}
