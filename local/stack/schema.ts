import * as z from 'zod';

/** The parts of `serverless.yml` that the embedded cloud acts upon. Everything else in the file is for the deployment alone. */
const sqsEvent = z.union([
  z
    .unknown()
    .refine((value) => typeof value === 'string' || isIntrinsic(value), 'expected a queue’s ARN')
    .transform((arn) => ({ arn })),
  z.strictObject({
    arn: z.unknown(),
    batchSize: z.int().min(1).max(10_000).optional(),
    maximumBatchingWindow: z.number().min(0).max(300).optional(),
    maximumConcurrency: z.int().min(2).max(1000).optional(),
    functionResponseType: z.literal('ReportBatchItemFailures').optional(),
    enabled: z.boolean().optional(),
  }),
]);
const scheduleEvent = z.union([
  z.string().transform((rate) => ({ rate })),
  z.strictObject({
    rate: z.union([z.string(), z.array(z.string())]),
    name: z.string().optional(),
    description: z.string().optional(),
    enabled: z.boolean().optional(),
    method: z.enum(['scheduler', 'eventBus']).optional(),
    timezone: z.string().optional(),
    input: z.unknown().optional(),
    roleArn: z.unknown().optional(),
  }),
]);
const httpApiEvent = z.union([
  z.string().transform((route) => ({ route })),
  z.looseObject({ method: z.string(), path: z.string() }).transform(({ method, path }) => ({ route: `${method} ${path}` })),
]);
const event = z.union([
  z.strictObject({ sqs: sqsEvent }),
  z.strictObject({ schedule: scheduleEvent }),
  z.strictObject({ httpApi: httpApiEvent }),
]);

const statement = z.looseObject({
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
});

const functionSchema = z.looseObject({
  name: z.string().optional(),
  handler: z.string(),
  timeout: z.number().min(1).max(900).optional(),
  memorySize: z.int().min(128).optional(),
  reservedConcurrency: z.int().min(0).optional(),
  maximumRetryAttempts: z.int().min(0).max(2).optional(),
  url: z.union([z.boolean(), z.looseObject({})]).optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  iamRoleStatements: z.array(statement).optional(),
  events: z.array(event).nullish(),
});
const resource = z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });

export const serverlessSchema = z.looseObject({
  service: z.string(),
  provider: z.looseObject({
    name: z.literal('aws'),
    region: z.string().optional(),
    timeout: z.number().optional(),
    memorySize: z.int().optional(),
    environment: z.record(z.string(), z.unknown()).optional(),
  }),
  functions: z.record(z.string(), functionSchema),
  resources: z
    .union([
      z.looseObject({ Resources: z.record(z.string(), resource).optional() }),
      z.array(z.looseObject({ Resources: z.record(z.string(), resource).optional() })),
    ])
    .optional(),
});
export type ServerlessFile = z.infer<typeof serverlessSchema>;
export type ResourceEntry = z.infer<typeof resource>;

function isIntrinsic(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}
