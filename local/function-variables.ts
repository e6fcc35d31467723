import { join } from 'node:path';
import type { Intrinsics } from './stack/intrinsics.ts';
import type { FunctionSpec } from './stack/stack.ts';

export interface Endpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly parameters: string;
}
export interface VariablesContext {
  readonly intrinsics: Intrinsics;
  readonly endpoints: Endpoints;
  readonly region: string;
  readonly codeDir: string;
  /** Added to every function, over what `serverless.yml` gives it. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Everything that a function finds in its environment. Nothing of the host's own environment passes but PATH. */
export function functionVariables(spec: FunctionSpec, context: VariablesContext): Record<string, string> {
  const { intrinsics, endpoints, region, codeDir, extra } = context;
  const declared = Object.entries(spec.environment).map(([name, value]) => [name, intrinsics.text(value)]);
  return {
    ...lambdaVariables(spec, join(codeDir, spec.key)),
    ...credentials(spec.key),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SSM: endpoints.parameters,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.parameters,
    ...(Object.fromEntries(declared) as Record<string, string>),
    ...extra,
  };
}

/** The dummy key id names the function, so that every call to an embedded service shows who made it. */
export function accessKeyId(key: string): string {
  return `LOCAL${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`;
}

function credentials(key: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId(key),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    // The files of the person who runs this must neither be read nor needed.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function lambdaVariables({ name, handler, memoryMb }: FunctionSpec, taskRoot: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  };
}
