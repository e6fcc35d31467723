import { SecretUnavailableError, type Clock, type Secrets } from '../ports.ts';
import type { AwsJson } from './aws-json.ts';

/** A rotated secret reaches a warm lambda within this. */
const KEPT_MS = 5 * 60_000;

interface Kept {
  readonly values: readonly [string, ...string[]];
  readonly untilMs: number;
}

/**
 * Secrets read at run time and kept for five minutes: `ssm:/path` is a SecureString parameter of Parameter Store, `secretsmanager:name` a
 * secret of Secrets Manager. During a rotation the value holds two lines, the newest first; both are valid. Never in the environment.
 */
export function createParameterSecrets(call: AwsJson, clock: Clock): Secrets {
  const kept = new Map<string, Kept>();
  return {
    values: async (reference) => {
      const known = kept.get(reference);
      if (known !== undefined && clock.nowMs() < known.untilMs) return known.values;
      const values = await read(call, reference);
      kept.set(reference, { values, untilMs: clock.nowMs() + KEPT_MS });
      return values;
    },
  };
}

async function read(call: AwsJson, reference: string): Promise<readonly [string, ...string[]]> {
  const text = await fetched(call, reference);
  const [first, ...rest] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (first === undefined) throw new SecretUnavailableError(`${reference}: the secret is empty`);
  return [first, ...rest];
}

async function fetched(call: AwsJson, reference: string): Promise<string> {
  const [scheme, ...rest] = reference.split(':');
  const reader = READERS.get(scheme ?? '');
  // Nothing of it is told: it may be a secret that was pasted in the place of its reference.
  if (reader === undefined) throw new SecretUnavailableError('not a secret reference (ssm:/path or secretsmanager:name)');
  try {
    return (await reader(call, rest.join(':'))) ?? '';
  } catch (error) {
    throw new SecretUnavailableError(`${reference}: ${error instanceof Error ? error.message : 'not readable'}`);
  }
}

type Reader = (call: AwsJson, name: string) => Promise<string | undefined>;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'ssm',
    async (call, Name) => {
      const answer = await call({ service: 'ssm', target: 'AmazonSSM.GetParameter', input: { Name, WithDecryption: true } });
      return (answer as { Parameter?: { Value?: string } } | undefined)?.Parameter?.Value;
    },
  ],
  [
    'secretsmanager',
    async (call, SecretId) => {
      const answer = await call({ service: 'secretsmanager', target: 'secretsmanager.GetSecretValue', input: { SecretId } });
      return (answer as { SecretString?: string } | undefined)?.SecretString;
    },
  ],
]);
