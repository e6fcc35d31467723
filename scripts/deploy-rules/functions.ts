import { at, grantsOf, referredId, resourcesOf } from '../template.ts';
import type { Finding, Named, Template } from '../template.ts';

const MEMORY_MIN_MB = 256;

/** What a function's own settings must be, and what starts it by the clock. */
export function functionRules(template: Template): readonly Finding[] {
  return [
    ...resourcesOf(template, 'AWS::Lambda::Function').flatMap((each) => [...settingFaults(template, each), ...loopFaults(template, each)]),
    ...resourcesOf(template, 'AWS::Scheduler::Schedule').flatMap((each) => scheduleFaults(template, each)),
  ];
}

function settingFaults(template: Template, { id, properties }: Named): readonly Finding[] {
  const environment = at(properties, 'Environment', 'Variables') ?? {};
  const literals = Object.entries(environment).filter(([name, value]) => typeof value === 'string' && name !== 'UNDERSTUDY_STAGE');
  const checks: readonly (readonly [boolean, string])[] = [
    [properties['Runtime'] !== 'nodejs24.x', 'does not run on nodejs24.x'],
    [at(properties, 'Architectures', 0) !== 'arm64', 'does not run on arm64'],
    [
      Number(properties['MemorySize'] ?? 128) < MEMORY_MIN_MB,
      `has less than ${String(MEMORY_MIN_MB)} MB, so too little CPU to start quickly`,
    ],
    [!hasLogRetention(template, String(properties['FunctionName'])), 'has no log group with a retention'],
    [
      literals.length > 0,
      `has literal environment variables (${literals.map(([name]) => name).join(', ')}): secrets and settings belong elsewhere`,
    ],
  ];
  return checks.filter(([broken]) => broken).map(([, fault]) => ({ path: id, fault }));
}

function hasLogRetention(template: Template, functionName: string): boolean {
  return resourcesOf(template, 'AWS::Logs::LogGroup').some(
    ({ properties }) => properties['LogGroupName'] === `/aws/lambda/${functionName}` && Number(properties['RetentionInDays']) > 0,
  );
}

/**
 * Lambda stops a function that sends to the queue that feeds it, directly or round a corner, after about 16 rounds and drops the message
 * (Lambda developer guide, "Recursive loop detection"). Waiting and polling here are such loops, on purpose.
 */
function loopFaults(template: Template, { id, properties }: Named): readonly Finding[] {
  const feedingQueues = resourcesOf(template, 'AWS::Lambda::EventSourceMapping')
    .filter((mapping) => referredId(mapping.properties['FunctionName']) === id)
    .map((mapping) => referredId(mapping.properties['EventSourceArn']));
  const role = resourcesOf(template, 'AWS::IAM::Role').find((each) => each.id === referredId(properties['Role']));
  const sends = (role === undefined ? [] : grantsOf(role))
    .filter(({ actions }) => actions.includes('sqs:SendMessage'))
    .flatMap(({ resources }) => resources.map(referredId));
  const loops = feedingQueues.some((queue) => sends.includes(queue));
  return loops && properties['RecursiveLoop'] !== 'Allow'
    ? [{ path: id, fault: 'sends to its own queue, but does not allow the loop: Lambda would stop it after 16 rounds' }]
    : [];
}

function scheduleFaults(template: Template, { id, properties }: Named): readonly Finding[] {
  const role = resourcesOf(template, 'AWS::IAM::Role').find((each) => each.id === referredId(at(properties, 'Target', 'RoleArn')));
  const called = referredId(at(properties, 'Target', 'Arn'));
  const mayInvoke = (role === undefined ? [] : grantsOf(role)).some(
    ({ effect, actions, resources }) =>
      effect === 'Allow' && actions.includes('lambda:InvokeFunction') && resources.some((resource) => referredId(resource) === called),
  );
  return mayInvoke ? [] : [{ path: id, fault: `takes on a role that may not invoke ${String(called)}: it would never run` }];
}
