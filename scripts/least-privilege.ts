import { at } from './template.ts';
import type { Resource, Template } from './template.ts';

/** What this plug-in uses of the framework. */
interface Serverless {
  readonly service: { readonly provider: { readonly compiledCloudFormationTemplate: Template } };
}
interface Statement {
  Action: string | string[];
  Principal?: { Service: string | string[] };
}

const DEFAULT_ROLE = 'IamRoleLambdaExecution';

/**
 * Takes away what the framework grants beyond the need. Its default role, which may take from every queue, is left over once each
 * function has a role of its own; one schedule anywhere lets the scheduler take on every function's role; and every function may
 * make its log group, which would then be one without retention.
 */
export default class LeastPrivilege {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(serverless: Serverless) {
    this.hooks = { 'before:package:finalize': () => tighten(serverless.service.provider.compiledCloudFormationTemplate) };
  }
}

function tighten(template: Template): void {
  delete template.Resources[DEFAULT_ROLE];
  for (const resource of Object.values(template.Resources)) {
    if (isFunctionRole(resource)) tightenRole(resource);
  }
}

function isFunctionRole(resource: Resource): boolean {
  return resource.Type === 'AWS::IAM::Role' && trust(resource).some((statement) => services(statement).includes('lambda.amazonaws.com'));
}

function tightenRole(role: Resource): void {
  for (const statement of trust(role)) statement.Principal = { Service: ['lambda.amazonaws.com'] };
  const policies = at(role.Properties, 'Policies') as { PolicyDocument: { Statement: Statement[] } }[];
  for (const statement of policies.flatMap((policy) => policy.PolicyDocument.Statement)) {
    if (Array.isArray(statement.Action)) statement.Action = statement.Action.filter((action) => action !== 'logs:CreateLogGroup');
  }
}

function trust(role: Resource): Statement[] {
  return at(role.Properties, 'AssumeRolePolicyDocument', 'Statement') as Statement[];
}

function services(statement: Statement): readonly string[] {
  return [statement.Principal?.Service ?? []].flat();
}
