import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { SecretUnavailableError, type Clock, type Secrets } from '../ports.ts';

/** A rotated secret reaches a warm lambda within this. */
const KEPT_MS = 5 * 60_000;

interface Kept {
  readonly values: readonly [string, ...string[]];
  readonly untilMs: number;
}

/**
 * Secrets from SSM Parameter Store, read at run time and kept for five minutes: `ssm:/path` is a SecureString parameter,
 * `secretsmanager:name` a secret of Secrets Manager (Parameter Store passes it on under `/aws/reference/secretsmanager/`).
 * During a rotation the value holds two lines, the newest first; both are valid. Never in the environment.
 */
export function createParameterSecrets(client: SSMClient, clock: Clock): Secrets {
  const kept = new Map<string, Kept>();
  return {
    values: async (reference) => {
      const known = kept.get(reference);
      if (known !== undefined && clock.nowMs() < known.untilMs) return known.values;
      const values = await read(client, reference);
      kept.set(reference, { values, untilMs: clock.nowMs() + KEPT_MS });
      return values;
    },
  };
}

async function read(client: SSMClient, reference: string): Promise<readonly [string, ...string[]]> {
  const text = await parameter(client, nameOf(reference), reference);
  const [first, ...rest] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (first === undefined) throw new SecretUnavailableError(`${reference}: the secret is empty`);
  return [first, ...rest];
}

function nameOf(reference: string): string {
  const [scheme, ...rest] = reference.split(':');
  if (scheme === 'ssm') return rest.join(':');
  if (scheme === 'secretsmanager') return `/aws/reference/secretsmanager/${rest.join(':')}`;
  throw new SecretUnavailableError(`${reference.slice(0, 20)}…: not a secret reference (ssm:/path or secretsmanager:name)`);
}

async function parameter(client: SSMClient, name: string, reference: string): Promise<string> {
  try {
    const { Parameter: found } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return found?.Value ?? '';
  } catch (error) {
    throw new SecretUnavailableError(`${reference}: ${error instanceof Error ? error.name : 'not readable'}`);
  }
}
