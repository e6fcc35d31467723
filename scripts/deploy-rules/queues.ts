import { AGAIN_AFTER_MS } from '../../lib/batch.ts';
import { at, referredId, resourcesOf, statementsOf } from '../template.ts';
import type { Finding, Named, Template } from '../template.ts';

/** AWS: the visibility time-out must leave room for throttled attempts (Lambda developer guide, "Configuring a queue"). */
const VISIBILITY_PER_TIMEOUT = 6;
/** Fewer than five a visibility time-out apart, and throttling alone makes dead letters of live alerts. */
const ATTEMPTS_MIN = AGAIN_AFTER_MS.length + 5;
const DAY_SECONDS = 86_400;
/** What SQS keeps messages for when nothing is said. */
const RETENTION_DEFAULT_SECONDS = 4 * DAY_SECONDS;

/** The traps between SQS and Lambda: each of them loses or repeats alerts silently. */
export function queueRules(template: Template): readonly Finding[] {
  const queues = new Map(resourcesOf(template, 'AWS::SQS::Queue').map((queue) => [queue.id, queue]));
  return [
    ...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').flatMap((mapping) => mappingFaults(template, queues, mapping)),
    ...[...queues.values()].flatMap((queue) => queueFaults(template, queues, queue)),
  ];
}

function mappingFaults(template: Template, queues: ReadonlyMap<string, Named>, { id, properties }: Named): readonly Finding[] {
  const queue = queues.get(referredId(properties['EventSourceArn']) ?? '');
  const called = template.Resources[referredId(properties['FunctionName']) ?? '']?.Properties;
  if (queue === undefined || called === undefined) return [{ path: id, fault: 'leads from no queue or to no function of the template' }];
  const needed = VISIBILITY_PER_TIMEOUT * Number(called['Timeout']) + Number(properties['MaximumBatchingWindowInSeconds'] ?? 0);
  const concurrency = Number(at(properties, 'ScalingConfig', 'MaximumConcurrency') ?? Infinity);
  return faults(id, [
    [
      !listed(properties['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
      'does not report batch item failures: the failed messages of a batch are deleted',
    ],
    [properties['FilterCriteria'] !== undefined, 'has a filter: messages that do not match are deleted'],
    [
      Number(queue.properties['VisibilityTimeout'] ?? 30) < needed,
      `needs a visibility time-out of ${String(needed)} s on ${queue.id}: six times the function's time-out`,
    ],
    [queue.properties['RedrivePolicy'] === undefined, `takes from ${queue.id}, which has no dead-letter queue`],
    [
      Number(called['ReservedConcurrentExecutions'] ?? Infinity) < concurrency,
      'may call more at once than the function reserves: throttled messages become dead letters',
    ],
  ]);
}

function queueFaults(template: Template, queues: ReadonlyMap<string, Named>, queue: Named): readonly Finding[] {
  const { id, properties } = queue;
  const common: readonly Check[] = [
    [properties['FifoQueue'] === true, 'is a FIFO queue: one bad message stops all that follow'],
    [properties['SqsManagedSseEnabled'] !== true && properties['KmsMasterKeyId'] === undefined, 'is not encrypted'],
    [!deniesPlaintext(template, id), 'may be reached without TLS'],
  ];
  const redrive = properties['RedrivePolicy'];
  if (redrive === undefined) return faults(id, [...common, ...deadLetterChecks(template, queues, queue)]);
  const deadLetters = queues.get(referredId(at(redrive, 'deadLetterTargetArn')) ?? '');
  return faults(id, [
    ...common,
    [Number(at(redrive, 'maxReceiveCount')) < ATTEMPTS_MIN, `gives a message fewer than ${String(ATTEMPTS_MIN)} attempts`],
    [
      deadLetters?.properties['QueueName'] !== `${String(properties['QueueName'])}-dlq`,
      'has a dead-letter queue that is not named after it',
    ],
    [!hasAlarm(template, id, 'ApproximateAgeOfOldestMessage'), 'has no alarm on the age of its oldest message'],
  ]);
}

/** A queue without a redrive policy is somebody's dead-letter queue. */
function deadLetterChecks(template: Template, queues: ReadonlyMap<string, Named>, queue: Named): readonly Check[] {
  const owner = [...queues.values()].find((each) => referredId(at(each.properties, 'RedrivePolicy', 'deadLetterTargetArn')) === queue.id);
  return [
    [owner === undefined, 'has no dead-letter queue and is none'],
    [
      retention(queue) <= (owner === undefined ? 0 : retention(owner)),
      'keeps dead letters no longer than its queue keeps messages: they arrive with their age',
    ],
    [!hasAlarm(template, queue.id, 'ApproximateNumberOfMessagesVisible'), 'has no alarm on its depth'],
  ];
}

function retention({ properties }: Named): number {
  return Number(properties['MessageRetentionPeriod'] ?? RETENTION_DEFAULT_SECONDS);
}

function deniesPlaintext(template: Template, queueId: string): boolean {
  const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(({ properties }) =>
    listed(properties['Queues']).some((each) => referredId(each) === queueId),
  );
  // SQS keeps one policy a queue: of two resources, the later would replace the earlier.
  const [only, ...more] = policies;
  return (
    more.length === 0 &&
    statementsOf(only?.properties['PolicyDocument']).some((statement) => {
      const plaintext = at(statement.condition, 'Bool', 'aws:SecureTransport') === 'false';
      return statement.effect === 'Deny' && statement.principal === '*' && statement.actions.includes('sqs:*') && plaintext;
    })
  );
}

function hasAlarm(template: Template, queueId: string, metric: string): boolean {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm').some(
    ({ properties }) =>
      properties['MetricName'] === metric &&
      listed(properties['Dimensions']).some((dimension) => referredId(at(dimension, 'Value')) === queueId) &&
      listed(properties['AlarmActions']).length > 0,
  );
}

type Check = readonly [broken: boolean, fault: string];

function faults(path: string, checks: readonly Check[]): readonly Finding[] {
  return checks.filter(([broken]) => broken).map(([, fault]) => ({ path, fault }));
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
