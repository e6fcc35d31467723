import { accessKeyId } from './function-variables.ts';
import type { Intrinsics } from './stack/intrinsics.ts';
import type { FunctionSpec, Stack } from './stack/stack.ts';
import type { OnCall, WireCall } from './wire-call.ts';

interface Place {
  readonly region: string;
  readonly account: string;
}

interface Grant {
  readonly actions: readonly RegExp[];
  readonly resources: readonly RegExp[];
  /** Partitions of the table; absent: all. */
  readonly leadingKeys?: readonly RegExp[];
}

/**
 * What each function may do is what its `iamRoleStatements` allow, so that a missing grant shows here and not after the deployment.
 * Callers that are no function (tests, the command line, the event sources) are not restricted. Of conditions, those on
 * `dynamodb:LeadingKeys` count; others (encryption contexts, transport) have no meaning here.
 */
export function functionPermissions(stack: Pick<Stack, 'functions' | 'region' | 'account'>, intrinsics: Intrinsics): OnCall {
  const grants = new Map(stack.functions.map(({ key, statements }) => [accessKeyId(key), toGrants(statements, intrinsics)]));
  return (call) => {
    const own = grants.get(call.caller);
    const action = `${call.service}:${call.operation.replace(/(Message|MessageVisibility)Batch$/, '$1')}`;
    const arn = arnOf(call, stack);
    if (own === undefined || own.some((grant) => covers(grant, action, arn) && reaches(grant, call))) return undefined;
    return `User: ${call.caller} is not authorized to perform: ${action} on resource: ${arn} because no identity-based policy allows the ${action} action`;
  };
}

function arnOf({ service, resource = '', index }: WireCall, { region, account }: Place): string {
  const table = index === undefined ? `table/${resource}` : `table/${resource}/index/${index}`;
  const path = { sqs: resource, dynamodb: table, ssm: `parameter${resource}`, secretsmanager: `secret:${resource}` }[service];
  return `arn:aws:${service}:${region}:${account}:${path}`;
}

function toGrants(statements: FunctionSpec['statements'], intrinsics: Intrinsics): Grant[] {
  return statements.map(({ Action, Resource, Condition }) => {
    const keys = leadingKeys(intrinsics.resolve(Condition));
    return {
      actions: [Action].flat().map((action) => glob(action, 'i')),
      resources: [intrinsics.resolve(Resource)].flat().map((resource) => glob(String(resource), '')),
      ...(keys === undefined ? {} : { leadingKeys: keys.map((key) => glob(key, '')) }),
    };
  });
}

function leadingKeys(condition: unknown): string[] | undefined {
  const { 'ForAllValues:StringLike': like, 'ForAllValues:StringEquals': equals } = (condition ?? {}) as Record<
    string,
    Record<string, string | string[]>
  >;
  const keys = (like ?? equals)?.['dynamodb:LeadingKeys'];
  return keys === undefined ? undefined : [keys].flat();
}

/** `ForAllValues` holds for a request without any key, such as a scan. */
function reaches({ leadingKeys: allowed }: Grant, { leadingKey }: WireCall): boolean {
  return allowed === undefined || leadingKey === undefined || allowed.some((pattern) => pattern.test(leadingKey));
}

function covers({ actions, resources }: Grant, action: string, resourceArn: string): boolean {
  return actions.some((pattern) => pattern.test(action)) && resources.some((pattern) => pattern.test(resourceArn));
}

/** IAM's patterns: `*` any text, `?` one character. */
function glob(pattern: string, flags: string): RegExp {
  const parts = pattern.split(/([*?])/).map((part) => ({ '*': '.*', '?': '.' })[part] ?? RegExp.escape(part));
  return new RegExp(`^${parts.join('')}$`, flags);
}
