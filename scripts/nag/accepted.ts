/** A finding that stays, and why. It must be found as long as it stands here: an excuse without its fault is a fault. */
export interface Accepted {
  readonly rule: RegExp;
  /** Logical id. */
  readonly resource: RegExp;
  readonly reason: string;
}

const ANY_ROLE = /^\w+IamRoleLambdaExecution$/;

export const ACCEPTED: readonly Accepted[] = [
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:\/aws\/lambda\/understudy-[\w-]+:\*:\*\]$/,
    resource: ANY_ROLE,
    reason:
      'Lambda names the streams of a log group itself, by date and instance. The group is the function’s own, which test/deploy/permissions.test.ts evaluates.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:(?:ssm:<AWS::Region>:<AWS::AccountId>:parameter\/|secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:)understudy\/[\w-]+\/(?:sources|providers|hooks|channels)\/\*\]$/,
    resource: ANY_ROLE,
    reason:
      'Which secrets there are is told by understudy.yml. They are kept by what they open, and a function reads only the kinds that it needs, of its own stage.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key\/\*\]$/,
    resource: ANY_ROLE,
    reason:
      'The operator may encrypt the secrets under any key. It decrypts only through the two services that keep them, and only for secrets of this stage (conditions).',
  },
  {
    rule: /^AwsSolutions-S1$/,
    resource: /^ServerlessDeploymentBucket$/,
    reason:
      'It holds the package that is deployed, which is in version control, and no data. Who deploys is in CloudTrail; a second bucket for access logs would have to be kept.',
  },
  {
    rule: /^Serverless-SQSRedrivePolicy$/,
    resource: /^(?:Alerts|Failovers|Polls|Notices)Dlq$/,
    reason:
      'A dead-letter queue is where the way ends. An alarm calls people as soon as anything is in it, and it keeps a message for fourteen days.',
  },
  {
    rule: /^Serverless-LambdaDLQ$/,
    resource: /^\w+LambdaFunction$/,
    reason:
      'It means asynchronous invocations. Four functions are fed by queues that have dead-letter queues, the webhook and the operator answer their caller, and the rest runs again by its schedule, with alarms or readiness telling when it does not.',
  },
  {
    rule: /^Serverless-LambdaAsyncFailureDestination$/,
    resource: /^(?:Drill|Operator|Watchdog|Readiness)LambdaEvConf$/,
    reason:
      'There is nothing to keep of a schedule’s tick: the next one repeats it. An alarm tells of a watchdog that does not finish, and readiness of drills that are overdue.',
  },
  {
    rule: /^Serverless-LambdaEventSourceMappingDestination$/,
    resource: /^(?:Decider|Failover|Poller|Notifier)EventSourceMappingSQS\w+$/,
    reason:
      'Lambda offers such destinations for streams, not for SQS: there the queue’s redrive policy does it, and each of the four has one.',
  },
  {
    rule: /^Serverless-LambdaTracing$/,
    resource: /^\w+LambdaFunction$/,
    reason:
      'Every step logs events by target and failover, and a failover carries its hash-chained trail. X-Ray would add rights, cost and cold start and know less.',
  },
  {
    rule: /^Serverless-SNSRedrivePolicy$/,
    resource: /^AlarmEmail$/,
    reason:
      'An e-mail that bounces leaves nothing to work through later: the alarm stands in CloudWatch until it clears, and pages go out through the configured channels.',
  },
];
