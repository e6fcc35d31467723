/** The stack as `serverless.yml` describes it, with values that are known only at run time (`Ref`, `Fn::GetAtt` …) still open. */
export interface Stack {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly functions: readonly FunctionSpec[];
  /** CloudFormation resources by logical id. */
  readonly resources: Readonly<Record<string, Resource>>;
}
export interface Resource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface FunctionSpec {
  /** Its key in `serverless.yml`. */
  readonly key: string;
  /** Its name as deployed. */
  readonly name: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  /** How often a failed asynchronous invocation (a schedule's) is tried again. */
  readonly retriesMax: number;
  /** Whether it has a Function URL. */
  readonly url: boolean;
  /** `METHOD /path`, as the HTTP API's routes. */
  readonly routes: readonly string[];
  readonly environment: Readonly<Record<string, unknown>>;
  /** What its role allows; taking from its own queue is the event source's. */
  readonly statements: readonly Statement[];
  readonly sources: readonly SourceSpec[];
  readonly schedules: readonly ScheduleSpec[];
}
export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}
/** An event source mapping. */
export interface SourceSpec {
  readonly arn: unknown;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maximumConcurrency?: number;
  readonly reportsItemFailures: boolean;
}
export interface ScheduleSpec {
  readonly name: string;
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  readonly expression: string;
  readonly zone: string;
  readonly enabled: boolean;
  /** The event of a rule and of the Scheduler differ. */
  readonly via: 'rule' | 'scheduler';
  readonly input?: unknown;
}

/** What AWS gives its emulated accounts everywhere; fauxqs knows no other. */
export const LOCAL_ACCOUNT = '000000000000';
