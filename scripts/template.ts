/** A CloudFormation template, as far as the scripts read it. */
export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A fault of a template: where, and what is wrong, in half a sentence. */
export interface Finding {
  readonly path: string;
  readonly fault: string;
}

/** A resource with its logical id; `properties` is never absent. */
export interface Named {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly resource: Resource;
}

export function resourcesOf(template: Template, type: string): readonly Named[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, resource, properties: resource.Properties ?? {} }));
}

/** The logical id that a `Ref` or `Fn::GetAtt` names, wherever it stands in the value; `undefined` for a literal. */
export function referredId(value: unknown): string | undefined {
  const { Ref: ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return ref ?? attribute?.[0];
}

/** The value at a path of property names, `undefined` when something on the way is absent. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of path) here = (here as Record<string | number, unknown> | null | undefined)?.[key];
  return here;
}

/** A policy's statement, actions and resources always as lists. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly condition: Readonly<Record<string, unknown>>;
  readonly principal: unknown;
}

export function statementsOf(document: unknown): readonly Statement[] {
  return ((at(document, 'Statement') ?? []) as readonly Record<string, unknown>[]).map((statement) => ({
    effect: String(statement['Effect']),
    actions: [statement['Action'] ?? []].flat() as string[],
    resources: [statement['Resource'] ?? []].flat(),
    condition: (statement['Condition'] ?? {}) as Record<string, unknown>,
    principal: statement['Principal'],
  }));
}

/** What a role allows, over all of its inline policies. */
export function grantsOf(role: Named): readonly Statement[] {
  return ((role.properties['Policies'] ?? []) as readonly unknown[]).flatMap((policy) => statementsOf(at(policy, 'PolicyDocument')));
}
