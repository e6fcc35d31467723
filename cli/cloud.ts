import { join, resolve } from 'node:path';
import { createAwsJson } from '../lib/platform/aws-json.ts';
import { createHttp } from '../lib/platform/https.ts';
import { createParameterSecrets } from '../lib/platform/parameter-secrets.ts';
import { readDiscovery, type Discovery } from '../local/discovery.ts';
import { sqsClient } from '../local/sqs-client.ts';
import { UnreachableError, type Context } from './command.ts';

export const CLOUD_OPTION = {
  cloud: { type: 'string', value: 'FILE', help: 'cloud.json of a running embedded cloud (default: .data/cloud.json of the project)' },
} as const;

/**
 * The embedded cloud that is running now.
 *
 * @throws {UnreachableError} when there is none.
 */
export async function findCloud(context: Pick<Context, 'root' | 'cwd'>, file?: string): Promise<Discovery> {
  const path = file === undefined ? join(context.root, '.data', 'cloud.json') : resolve(context.cwd, file);
  const discovery = await readDiscovery(path);
  if (discovery === undefined) throw new UnreachableError(`No embedded cloud is running (looked for ${path}). Start one with npm run dev.`);
  return discovery;
}

/** The embedded cloud looks at the access key's name only, never at a signature. */
const CALLER = 'CLI';

/** The values of a secret, newest first. @throws {UnreachableError} */
export async function secretValues(cloud: Discovery, reference: string, nowMs: () => number): Promise<readonly [string, ...string[]]> {
  const variables = {
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: CALLER,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: cloud.ssmEndpoint,
  };
  const clock = { nowMs };
  try {
    return await createParameterSecrets(createAwsJson({ http: createHttp(), clock, variables }), clock).values(reference);
  } catch (error) {
    throw new UnreachableError(`The secret ${reference} could not be read from the embedded cloud.`, { cause: error });
  }
}

/** @returns the message's id. @throws {UnreachableError} */
export async function putOnQueue(cloud: Discovery, queueUrl: string, body: string): Promise<string> {
  const client = sqsClient(cloud.sqsEndpoint, CALLER);
  try {
    const { MessageId } = await client.call('SendMessage', { QueueUrl: queueUrl, MessageBody: body });
    return typeof MessageId === 'string' ? MessageId : '';
  } catch (error) {
    throw new UnreachableError('The queue of the embedded cloud did not take the message.', { cause: error });
  } finally {
    client.close();
  }
}
