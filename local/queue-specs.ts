import type { Intrinsics } from './stack/intrinsics.ts';
import type { Stack } from './stack/stack.ts';

/** A queue as `serverless.yml` declares it, in the words of the SQS wire protocol. */
export interface QueueSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The name of the dead-letter queue. */
  readonly deadLetters?: string;
}

/** Properties that are not attributes of a queue. */
const NOT_ATTRIBUTES = new Set(['QueueName', 'Tags']);

export function queueSpecs(stack: Stack, intrinsics: Intrinsics): QueueSpec[] {
  return Object.entries(stack.resources)
    .filter(([, { type }]) => type === 'AWS::SQS::Queue')
    .map(([logicalId, { properties }]) => {
      const attributes = toAttributes(intrinsics.resolve(properties) as Record<string, unknown>);
      const target = deadLetterName(attributes['RedrivePolicy']);
      const base = { logicalId, name: intrinsics.nameOf(logicalId), arn: intrinsics.arnOf(logicalId), attributes };
      return target === undefined ? base : { ...base, deadLetters: target };
    });
}

function toAttributes(properties: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(properties).filter(([key]) => !NOT_ATTRIBUTES.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
}

function deadLetterName(redrivePolicy: string | undefined): string | undefined {
  if (redrivePolicy === undefined) return undefined;
  const { deadLetterTargetArn } = JSON.parse(redrivePolicy) as { deadLetterTargetArn: string };
  return deadLetterTargetArn.split(':').at(-1);
}

/**
 * Finds a queue by its name, its logical id, or the short word of the flow: `alerts` is the queue named `<service>-<stage>-alerts` or
 * declared as `AlertsQueue`.
 *
 * @throws {Error} listing the queues there are.
 */
export function findQueue(specs: readonly QueueSpec[], wanted: string): QueueSpec {
  const found =
    specs.find(({ name, logicalId }) => name === wanted || logicalId === wanted) ??
    specs.find(({ name, logicalId }) => name.endsWith(`-${wanted}`) || logicalId.toLowerCase() === `${wanted.toLowerCase()}queue`);
  if (found === undefined) throw new Error(`there is no queue ${wanted}; there are ${specs.map(({ name }) => name).join(', ')}`);
  return found;
}
