/** One fault in a copy of the packaged template: what is set where (`undefined` takes it away), and what must be told about it. */
export interface Planted {
  readonly what: string;
  readonly at: readonly (string | number)[];
  readonly value: unknown;
  readonly told: string;
}

const FAILOVER_MAPPING = ['FailoverEventSourceMappingSQSFailoversQueue', 'Properties'];
const DECIDER_GRANTS = ['DeciderIamRoleLambdaExecution', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement'];
const ALERTS_POLICY = ['AlertsQueuePolicy', 'Properties', 'PolicyDocument', 'Statement'];

/** What would lose an alert silently, or allow more or less than is needed. Each is found by the rules of deployment. */
export const TRAPS: readonly Planted[] = [
  {
    what: 'failed messages of a batch deleted',
    at: [...FAILOVER_MAPPING, 'FunctionResponseTypes'],
    value: undefined,
    told: 'does not report batch item failures',
  },
  { what: 'a filter on a queue', at: [...FAILOVER_MAPPING, 'FilterCriteria'], value: { Filters: [] }, told: 'has a filter' },
  {
    what: 'a visibility time-out just under six times the time-out',
    at: ['AlertsQueue', 'Properties', 'VisibilityTimeout'],
    value: 179,
    told: 'needs a visibility time-out of 180 s',
  },
  {
    what: 'a batching window on top of it',
    at: [...FAILOVER_MAPPING, 'MaximumBatchingWindowInSeconds'],
    value: 1,
    told: 'needs a visibility time-out of 451 s',
  },
  {
    what: 'no visibility time-out',
    at: ['PollsQueue', 'Properties', 'VisibilityTimeout'],
    value: undefined,
    told: 'needs a visibility time-out',
  },
  {
    what: 'a queue without a dead-letter queue',
    at: ['NoticesQueue', 'Properties', 'RedrivePolicy'],
    value: undefined,
    told: 'has no dead-letter queue',
  },
  {
    what: 'too few attempts',
    at: ['AlertsQueue', 'Properties', 'RedrivePolicy', 'maxReceiveCount'],
    value: 6,
    told: 'fewer than 7 attempts',
  },
  {
    what: 'dead letters of another queue',
    at: ['AlertsQueue', 'Properties', 'RedrivePolicy', 'deadLetterTargetArn'],
    value: { 'Fn::GetAtt': ['PollsDlq', 'Arn'] },
    told: 'not named after it',
  },
  {
    what: 'dead letters that arrive expired',
    at: ['AlertsDlq', 'Properties', 'MessageRetentionPeriod'],
    value: 345_600,
    told: 'keeps dead letters no longer',
  },
  { what: 'a FIFO queue', at: ['AlertsQueue', 'Properties', 'FifoQueue'], value: true, told: 'is a FIFO queue' },
  { what: 'a queue in plain text', at: ['PollsQueue', 'Properties', 'SqsManagedSseEnabled'], value: undefined, told: 'is not encrypted' },
  { what: 'a way in without TLS', at: [...ALERTS_POLICY, 0, 'Effect'], value: 'Allow', told: 'may be reached without TLS' },
  {
    what: 'two policies on one queue',
    at: ['QueuesPolicy', 'Properties', 'Queues', 0],
    value: { Ref: 'AlertsQueue' },
    told: 'may be reached without TLS',
  },
  { what: 'no alarm on dead letters', at: ['PollsDlqAlarm'], value: undefined, told: 'has no alarm on its depth' },
  {
    what: 'an alarm that tells nobody',
    at: ['AlertsDlqAlarm', 'Properties', 'AlarmActions'],
    value: [],
    told: 'has no alarm on its depth',
  },
  {
    what: 'no alarm on age',
    at: ['NoticesAgeAlarm', 'Properties', 'MetricName'],
    value: 'NumberOfMessagesSent',
    told: 'has no alarm on the age',
  },
  {
    what: 'throttling that makes dead letters',
    at: ['FailoverLambdaFunction', 'Properties', 'ReservedConcurrentExecutions'],
    value: 1,
    told: 'may call more at once',
  },
  {
    what: 'anybody’s topic may start a failover',
    at: [...ALERTS_POLICY, 1, 'Condition'],
    value: { ArnLike: { 'aws:SourceArn': '*' } },
    told: 'lets senders in',
  },
  { what: 'anybody may send', at: [...ALERTS_POLICY, 2, 'Principal'], value: '*', told: 'lets senders in' },
  { what: 'every queue of the account', at: [...DECIDER_GRANTS, 5, 'Resource'], value: '*', told: 'allows sqs:SendMessage on *' },
  { what: 'every action on the table', at: [...DECIDER_GRANTS, 2, 'Action'], value: ['dynamodb:*'], told: 'allows dynamodb:*' },
  {
    what: 'every secret of the account',
    at: [...DECIDER_GRANTS, 6, 'Resource', 0],
    value: { 'Fn::Sub': 'arn:aws:ssm:eu-central-1:1:parameter/*' },
    told: 'allows ssm:GetParameter',
  },
  { what: 'every key, not only through the services', at: [...DECIDER_GRANTS, 7, 'Condition'], value: {}, told: 'allows kms:Decrypt' },
  {
    what: 'a managed policy',
    at: ['DeciderIamRoleLambdaExecution', 'Properties', 'ManagedPolicyArns'],
    value: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    told: 'takes over the managed policy',
  },
  {
    what: 'a role for two services',
    at: ['DeciderIamRoleLambdaExecution', 'Properties', 'AssumeRolePolicyDocument', 'Statement', 0, 'Principal', 'Service', 1],
    value: 'scheduler.amazonaws.com',
    told: 'one service is enough',
  },
  {
    what: 'one role for two functions',
    at: ['PollerLambdaFunction', 'Properties', 'Role', 'Fn::GetAtt', 0],
    value: 'FailoverIamRoleLambdaExecution',
    told: 'shares its role',
  },
  {
    what: 'a role nothing uses',
    at: ['DrillLambdaFunction', 'Properties', 'Role', 'Fn::GetAtt', 0],
    value: 'ScheduleRole',
    told: 'is a role that nothing uses',
  },
  {
    what: 'a schedule that may not invoke',
    at: ['WatchdogSchedulerSchedule1', 'Properties', 'Target', 'RoleArn', 'Fn::GetAtt', 0],
    value: 'WatchdogIamRoleLambdaExecution',
    told: 'it would never run',
  },
  {
    what: 'a loop that Lambda stops',
    at: ['PollerLambdaFunction', 'Properties', 'RecursiveLoop'],
    value: undefined,
    told: 'does not allow the loop',
  },
  {
    what: 'another runtime',
    at: ['PollerLambdaFunction', 'Properties', 'Runtime'],
    value: 'nodejs20.x',
    told: 'does not run on nodejs24.x',
  },
  {
    what: 'another processor',
    at: ['PollerLambdaFunction', 'Properties', 'Architectures'],
    value: undefined,
    told: 'does not run on arm64',
  },
  { what: 'too little memory', at: ['PollerLambdaFunction', 'Properties', 'MemorySize'], value: 128, told: 'has less than 256 MB' },
  {
    what: 'logs for ever',
    at: ['PollerLogGroup', 'Properties', 'RetentionInDays'],
    value: undefined,
    told: 'has no log group with a retention',
  },
  {
    what: 'a secret in the environment',
    at: ['PollerLambdaFunction', 'Properties', 'Environment', 'Variables', 'TOKEN'],
    value: 'abc',
    told: 'literal environment variables (TOKEN)',
  },
  {
    what: 'a secret that its reader cannot read',
    at: ['NotifierIamRoleLambdaExecution', 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement', 5, 'Resource'],
    value: [],
    told: 'cannot be read by Notifier',
  },
  {
    what: 'no point-in-time recovery',
    at: ['Table', 'Properties', 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'],
    value: false,
    told: 'has no point-in-time recovery',
  },
  { what: 'a table in plain text', at: ['Table', 'Properties', 'SSESpecification'], value: undefined, told: 'is not encrypted' },
  {
    what: 'a table that can be deleted',
    at: ['Table', 'Properties', 'DeletionProtectionEnabled'],
    value: undefined,
    told: 'has no deletion protection',
  },
  { what: 'a table that goes with the stack', at: ['Table', 'DeletionPolicy'], value: undefined, told: 'goes when the stack goes' },
  { what: 'a table that throttles', at: ['Table', 'Properties', 'BillingMode'], value: 'PROVISIONED', told: 'can be throttled' },
  { what: 'a table that never forgets', at: ['Table', 'Properties', 'TimeToLiveSpecification'], value: undefined, told: 'never forgets' },
];

/** What CloudFormation would refuse, or worse, ignore. Each is found by the linter. */
export const INVALID: readonly Planted[] = [
  {
    what: 'a resource type that is none',
    at: ['AlarmEmail', 'Type'],
    value: 'AWS::SNS::Subscriber',
    told: 'there is no resource type AWS::SNS::Subscriber',
  },
  {
    what: 'a property that is none',
    at: ['AlertsQueue', 'Properties', 'VisibilityTimeOut'],
    value: 1,
    told: 'there is no property VisibilityTimeOut',
  },
  {
    what: 'a property of a part that is none',
    at: ['Table', 'Properties', 'SSESpecification', 'Enabled'],
    value: true,
    told: 'there is no property Enabled',
  },
  { what: 'a missing property', at: ['PollerLambdaFunction', 'Properties', 'Code'], value: undefined, told: 'Code is missing' },
  {
    what: 'a missing property of a part',
    at: ['Table', 'Properties', 'KeySchema', 0, 'KeyType'],
    value: undefined,
    told: 'KeyType is missing',
  },
  { what: 'a number as text', at: ['AlertsQueue', 'Properties', 'VisibilityTimeout'], value: '180', told: 'expected an integer' },
  { what: 'text as truth', at: ['AlertsQueue', 'Properties', 'SqsManagedSseEnabled'], value: 'true', told: 'expected true or false' },
  { what: 'a list as text', at: ['PollerLambdaFunction', 'Properties', 'Architectures'], value: 'arm64', told: 'expected a list' },
  {
    what: 'a word that is not on the list',
    at: ['WebhookLambdaFunctionUrl', 'Properties', 'AuthType'],
    value: 'OPEN',
    told: 'expected one of AWS_IAM, NONE',
  },
  {
    what: 'a reference to nothing',
    at: ['PollerLambdaFunction', 'Properties', 'Environment', 'Variables', 'UNDERSTUDY_TABLE'],
    value: { Ref: 'Tabel' },
    told: 'there is no resource or parameter Tabel',
  },
  {
    what: 'an attribute of nothing',
    at: ['AlertsDlqAlarm', 'Properties', 'Dimensions', 0, 'Value'],
    value: { 'Fn::GetAtt': ['AlertsDlg', 'QueueName'] },
    told: 'there is no attribute AlertsDlg.QueueName',
  },
  {
    what: 'an attribute that is none',
    at: ['AlertsDlqAlarm', 'Properties', 'Dimensions', 0, 'Value'],
    value: { 'Fn::GetAtt': ['AlertsDlq', 'Name'] },
    told: 'there is no attribute AlertsDlq.Name',
  },
  {
    what: 'a substitution of nothing',
    at: ['AlertsQueue', 'Properties', 'QueueName'],
    value: { 'Fn::Sub': '${AWS::Region}-${Stage}' },
    told: 'there is no resource or parameter Stage',
  },
  {
    what: 'a pseudo parameter that is none',
    at: ['AlertsQueue', 'Properties', 'QueueName'],
    value: { Ref: 'AWS::Account' },
    told: 'there is no resource or parameter AWS::Account',
  },
  {
    what: 'a dependency on nothing',
    at: ['PollerLambdaFunction', 'DependsOn'],
    value: ['IamRoleLambdaExecution'],
    told: 'there is no resource IamRoleLambdaExecution',
  },
  { what: 'a condition that is none', at: ['AlarmEmail', 'Condition'], value: 'HasEmail', told: 'there is no condition HasEmail' },
  {
    what: 'a branch on a condition that is none',
    at: ['AlertsQueue', 'Properties', 'QueueName'],
    value: { 'Fn::If': ['HasEmail', 'a', 'b'] },
    told: 'there is no condition HasEmail',
  },
  {
    what: 'a wrong branch',
    at: ['AlertsQueue', 'Properties', 'VisibilityTimeout'],
    value: { 'Fn::If': ['HasAlarmEmail', 180, 'long'] },
    told: 'expected an integer',
  },
];
