import type { Finding, Template } from './template.ts';

/** @returns names of attributes of a resource type. */
export type AttributesOf = (type: string) => readonly string[];

const PSEUDO = /^AWS::(?:AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)$/;

/** Everything that is named must be there: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`, `Condition` and `Fn::If`. */
export function lintReferences(template: Template, attributesOf: AttributesOf): readonly Finding[] {
  const lint = (path: string, value: unknown): readonly Finding[] =>
    references(value, path).flatMap((each) => lintReference(template, attributesOf, each));
  const resources = Object.entries(template.Resources).flatMap(([id, resource]) => [
    ...lint(id, resource.Properties),
    ...[resource.DependsOn ?? []]
      .flat()
      .flatMap((name) => lintReference(template, attributesOf, { kind: 'resource', name, path: `${id}.DependsOn` })),
    ...[resource.Condition ?? []]
      .flat()
      .flatMap((name) => lintReference(template, attributesOf, { kind: 'condition', name, path: `${id}.Condition` })),
  ]);
  return [...resources, ...lint('Outputs', template.Outputs), ...lint('Conditions', template.Conditions)];
}

interface Reference {
  readonly kind: 'value' | 'attribute' | 'resource' | 'condition';
  readonly name: string;
  readonly path: string;
}

function references(value: unknown, path: string): readonly Reference[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => references(each, `${path}[${String(index)}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => [
    ...named(key, each, path),
    ...references(each, `${path}.${key}`),
  ]);
}

function named(key: string, value: unknown, path: string): readonly Reference[] {
  if (key === 'Ref') return [{ kind: 'value', name: String(value), path }];
  if (key === 'Fn::GetAtt') return [{ kind: 'attribute', name: [value].flat().join('.'), path }];
  if (key === 'Fn::Sub') return substituted(value, path);
  if (key === 'Fn::If' && Array.isArray(value)) return [{ kind: 'condition', name: String(value[0]), path }];
  return [];
}

/** `${Name}` and `${Name.Attribute}`; `${!Literal}` and the variables given beside the text are none. */
function substituted(value: unknown, path: string): readonly Reference[] {
  const [text, variables] = (Array.isArray(value) ? value : [value, {}]) as [string, Record<string, unknown>];
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !Object.hasOwn(variables, name))
    .map((name) => ({ kind: name.includes('.') ? 'attribute' : 'value', name, path }));
}

function lintReference(template: Template, attributesOf: AttributesOf, { kind, name, path }: Reference): readonly Finding[] {
  const known: Record<Reference['kind'], () => boolean> = {
    value: () => PSEUDO.test(name) || Object.hasOwn(template.Resources, name) || Object.hasOwn(template.Parameters ?? {}, name),
    resource: () => Object.hasOwn(template.Resources, name),
    condition: () => Object.hasOwn(template.Conditions ?? {}, name),
    attribute: () => hasAttribute(template, attributesOf, name),
  };
  return known[kind]() ? [] : [{ path, fault: `there is no ${kind === 'value' ? 'resource or parameter' : kind} ${name}` }];
}

function hasAttribute(template: Template, attributesOf: AttributesOf, name: string): boolean {
  const dot = name.indexOf('.');
  const resource = template.Resources[name.slice(0, dot)];
  return resource !== undefined && attributesOf(resource.Type).includes(name.slice(dot + 1));
}
