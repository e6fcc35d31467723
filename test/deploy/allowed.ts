const RECORDS = ['dynamodb:GetItem Table', 'dynamodb:UpdateItem Table'];
const OPEN = 'dynamodb:Query Table/index/open';
const take = (queue: string): readonly string[] =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} ${queue}`);
const send = (...queues: readonly string[]): readonly string[] => queues.map((queue) => `sqs:SendMessage ${queue}`);
const read = (...kinds: readonly string[]): readonly string[] =>
  kinds.flatMap((kind) => [`secretsmanager:GetSecretValue ${kind}`, `ssm:GetParameter ${kind}`]);
/** Function → what it may do where, besides its log and the keys of its secrets. Read it as a table; it is the whole of it. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Webhook: [
    'dynamodb:GetItem Table of refused#*, replay#*',
    'dynamodb:UpdateItem Table of refused#*, replay#*',
    ...send('AlertsQueue', 'NoticesQueue'),
    ...read('sources'),
  ],
  Decider: [
    ...RECORDS,
    OPEN,
    ...take('AlertsQueue'),
    ...send('AlertsQueue', 'AlertsDlq', 'FailoversQueue', 'NoticesQueue'),
    ...read('providers'),
  ],
  Failover: [
    ...RECORDS,
    OPEN,
    ...take('FailoversQueue'),
    ...send('FailoversQueue', 'FailoversDlq', 'PollsQueue', 'NoticesQueue'),
    ...read('providers', 'hooks'),
  ],
  Poller: [
    ...RECORDS,
    ...take('PollsQueue'),
    ...send('FailoversQueue', 'PollsQueue', 'PollsDlq', 'NoticesQueue'),
    ...read('providers', 'hooks'),
  ],
  Notifier: [
    'dynamodb:GetItem Table of mark#*',
    'dynamodb:UpdateItem Table of mark#*',
    ...take('NoticesQueue'),
    ...send('NoticesQueue', 'NoticesDlq'),
    ...read('channels'),
  ],
  Drill: ['dynamodb:GetItem Table', 'dynamodb:UpdateItem Table of history#*', OPEN, ...send('NoticesQueue'), ...read('providers')],
  Operator: [
    ...RECORDS,
    OPEN,
    'dynamodb:Query Table',
    'dynamodb:Query Table/index/recent',
    ...send('AlertsQueue', 'FailoversQueue', 'NoticesQueue'),
    ...read('providers'),
  ],
  Watchdog: [...RECORDS, OPEN, ...send('AlertsQueue', 'FailoversQueue', 'PollsQueue', 'NoticesQueue')],
  Readiness: [
    'dynamodb:GetItem Table',
    'dynamodb:Query Table of history#*',
    'dynamodb:UpdateItem Table of readiness#*',
    ...send('NoticesQueue'),
    ...read('providers'),
  ],
};
