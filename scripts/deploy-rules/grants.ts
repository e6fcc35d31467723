import { at, grantsOf, referredId, resourcesOf, statementsOf } from '../template.ts';
import type { Finding, Named, Statement, Template } from '../template.ts';

const SECRET_ACTION = /^(?:ssm:GetParameter|secretsmanager:GetSecretValue)$/;

/** Wildcards that are meant, each with what bounds it. Everything else must be named in full. */
const MEANT: readonly { readonly action: RegExp; readonly resource: RegExp; readonly condition?: string }[] = [
  // A function's own log group, any stream.
  { action: /^logs:(?:CreateLogStream|PutLogEvents)$/, resource: /:log-group:\/aws\/lambda\/understudy-[\w-]+:\*:\*$/ },
  // Secrets of one kind, of this stage; which ones there are is told by understudy.yml.
  { action: SECRET_ACTION, resource: /:(?:parameter\/|secret:)understudy\/[\w-]+\/(?:sources|providers|hooks|channels)\/\*$/ },
  // Whichever key the operator encrypted them under, and only through the service that keeps them.
  { action: /^kms:Decrypt$/, resource: /:key\/\*$/, condition: 'kms:ViaService' },
];

/** Least privilege: a role of its own for every function, nothing granted by a wildcard that is not meant, nobody trusted beyond the need. */
export function grantRules(template: Template): readonly Finding[] {
  const roles = resourcesOf(template, 'AWS::IAM::Role');
  return [
    ...roles.flatMap((role) => [...wildcards(role), ...trustFaults(role), ...managedPolicies(role)]),
    ...sharedRoles(template),
    ...unusedRoles(template, roles),
    ...openQueues(template),
  ];
}

function wildcards(role: Named): readonly Finding[] {
  return grantsOf(role).flatMap((statement) =>
    statement.actions.flatMap((action) =>
      statement.resources
        .filter((resource) => isWildcard(action) || (isWildcard(text(resource)) && !isMeant(action, text(resource), statement)))
        .map((resource) => ({ path: role.id, fault: `allows ${action} on ${text(resource)}: name what is meant` })),
    ),
  );
}

function isMeant(action: string, resource: string, { condition }: Statement): boolean {
  return MEANT.some(
    (each) =>
      each.action.test(action) &&
      each.resource.test(resource) &&
      (each.condition === undefined || JSON.stringify(condition).includes(each.condition)),
  );
}

function isWildcard(value: string): boolean {
  return value.includes('*') || value.includes('?');
}

/** An ARN as written: intrinsics as JSON, a substitution as its text. */
function text(resource: unknown): string {
  const substitution = at(resource, 'Fn::Sub');
  if (typeof substitution === 'string') return substitution;
  return typeof resource === 'string' ? resource : JSON.stringify(resource);
}

function trustFaults({ id, properties }: Named): readonly Finding[] {
  const principals = statementsOf(properties['AssumeRolePolicyDocument']).flatMap(({ principal }) =>
    [at(principal, 'Service') ?? principal].flat(),
  );
  const [only, ...more] = principals;
  return more.length === 0 && (only === 'lambda.amazonaws.com' || only === 'scheduler.amazonaws.com')
    ? []
    : [{ path: id, fault: `trusts ${principals.map(text).join(', ')}: one service is enough` }];
}

function managedPolicies({ id, properties }: Named): readonly Finding[] {
  const managed = (properties['ManagedPolicyArns'] ?? []) as readonly unknown[];
  return managed.map((arn) => ({ path: id, fault: `takes over the managed policy ${text(arn)}: name what is meant` }));
}

function sharedRoles(template: Template): readonly Finding[] {
  const functions = resourcesOf(template, 'AWS::Lambda::Function');
  const roleOf = ({ properties }: Named): string | undefined => referredId(properties['Role']);
  return functions
    .filter((each) => functions.some((other) => other.id !== each.id && roleOf(other) === roleOf(each)))
    .map(({ id }) => ({ path: id, fault: 'shares its role with another function' }));
}

/** A role that nothing uses is a right that nobody watches. */
function unusedRoles(template: Template, roles: readonly Named[]): readonly Finding[] {
  const used = new Set([
    ...resourcesOf(template, 'AWS::Lambda::Function').map(({ properties }) => referredId(properties['Role'])),
    ...resourcesOf(template, 'AWS::Scheduler::Schedule').map(({ properties }) => referredId(at(properties, 'Target', 'RoleArn'))),
  ]);
  return roles.filter(({ id }) => !used.has(id)).map(({ id }) => ({ path: id, fault: 'is a role that nothing uses' }));
}

/** Only services, and only for resources and the account that are named: otherwise anyone's topic could start a failover. */
function openQueues(template: Template): readonly Finding[] {
  return resourcesOf(template, 'AWS::SQS::QueuePolicy').flatMap(({ id, properties }) =>
    statementsOf(properties['PolicyDocument'])
      .filter(({ effect, principal, condition }) => effect === 'Allow' && (at(principal, 'Service') === undefined || !isBound(condition)))
      .map(() => ({ path: id, fault: 'lets senders in without naming a service, a source and an account' })),
  );
}

function isBound(condition: Readonly<Record<string, unknown>>): boolean {
  const source = at(condition, 'ArnLike', 'aws:SourceArn') ?? at(condition, 'ArnEquals', 'aws:SourceArn');
  return source !== undefined && source !== '*' && at(condition, 'StringEquals', 'aws:SourceAccount') !== undefined;
}
