import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { PropertyType, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import { lintReferences } from './cloudformation-references.ts';
import type { Finding, Resource, Template } from './template.ts';

/** Half a second to unpack: once is enough. */
let specification: Promise<SpecDatabase> | undefined;

/** A stand-in for AWS's own linter, which is not on npm: resource types, properties and references against AWS's published specification. */
export async function lintTemplate(template: Template): Promise<readonly Finding[]> {
  specification ??= loadAwsServiceSpec();
  const spec = await specification;
  const shapes = Object.entries(template.Resources).flatMap(([id, resource]) => lintResource(spec, id, resource));
  const attributes = (type: string): readonly string[] => Object.keys(resourceType(spec, type)?.attributes ?? {});
  return [...shapes, ...lintReferences(template, attributes)];
}

function resourceType(spec: SpecDatabase, type: string) {
  return spec.lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

function lintResource(spec: SpecDatabase, id: string, resource: Resource): readonly Finding[] {
  const type = resourceType(spec, resource.Type);
  if (type === undefined) return [{ path: id, fault: `there is no resource type ${resource.Type}` }];
  return lintObject({ spec, properties: type.properties, path: id }, resource.Properties ?? {});
}

interface Place {
  readonly spec: SpecDatabase;
  readonly path: string;
}

function lintObject(
  { spec, properties, path }: Place & { properties: ResourceProperties },
  value: Readonly<Record<string, unknown>>,
): readonly Finding[] {
  const missing = Object.keys(properties)
    .filter((name) => properties[name]?.required === true && value[name] === undefined)
    .map((name) => ({ path, fault: `${name} is missing` }));
  const present = Object.entries(value).flatMap(([name, each]): readonly Finding[] => {
    const property = properties[name];
    if (property === undefined) return [{ path, fault: `there is no property ${name}` }];
    return lintValue({ spec, path: `${path}.${name}` }, property.type, each);
  });
  return [...missing, ...present];
}

function lintValue(place: Place, type: PropertyType, value: unknown): readonly Finding[] {
  const choice = conditional(value);
  if (choice !== undefined) return choice.flatMap((each) => lintValue(place, type, each));
  if (isIntrinsic(value)) return [];
  if (type.type === 'union') return lintUnion(place, type.types, value);
  if (type.type === 'array') return lintArray(place, type.element, value);
  if (type.type === 'map') return lintMap(place, type.element, value);
  if (type.type === 'ref') return lintDefined(place, place.spec.get('typeDefinition', type.reference).properties, value);
  return lintScalar(place, type, value);
}

function lintDefined(place: Place, properties: ResourceProperties, value: unknown): readonly Finding[] {
  return isObject(value) ? lintObject({ ...place, properties }, value) : [wrong(place, 'an object')];
}

type Scalar = Exclude<PropertyType, { type: 'union' | 'array' | 'map' | 'ref' }>;

const SCALARS: Readonly<Record<Scalar['type'], { readonly expected: string; readonly holds: (value: unknown) => boolean }>> = {
  tag: { expected: 'a tag', holds: (value) => isObject(value) && typeof value['Key'] === 'string' },
  json: { expected: 'an object', holds: (value) => typeof value === 'object' && value !== null },
  string: { expected: 'text', holds: (value) => typeof value === 'string' },
  'date-time': { expected: 'a date', holds: (value) => typeof value === 'string' },
  integer: { expected: 'an integer', holds: Number.isInteger },
  number: { expected: 'a number', holds: (value) => typeof value === 'number' },
  boolean: { expected: 'true or false', holds: (value) => typeof value === 'boolean' },
  null: { expected: 'nothing', holds: (value) => value === null },
};

function lintScalar(place: Place, type: Scalar, value: unknown): readonly Finding[] {
  const { expected, holds } = SCALARS[type.type];
  if (!holds(value)) return [wrong(place, expected)];
  const allowed: readonly unknown[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
  return allowed === undefined || allowed.includes(value) ? [] : [wrong(place, `one of ${allowed.join(', ')}`)];
}

/**
 * It must be sound as one of the types; otherwise the findings of the nearest are told. Where the specification knows a structure, it
 * often allows any JSON besides, which would allow everything.
 */
function lintUnion(place: Place, types: readonly PropertyType[], value: unknown): readonly Finding[] {
  const structured = types.filter(({ type }) => type === 'ref' || type === 'array' || type === 'map');
  const considered = structured.length > 0 ? types.filter(({ type }) => type !== 'json') : types;
  const attempts = considered.map((type) => lintValue(place, type, value));
  return attempts.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function lintArray({ spec, path }: Place, element: PropertyType, value: unknown): readonly Finding[] {
  if (!Array.isArray(value)) return [wrong({ spec, path }, 'a list')];
  return value.flatMap((each: unknown, index) => lintValue({ spec, path: `${path}[${String(index)}]` }, element, each));
}

function lintMap({ spec, path }: Place, element: PropertyType, value: unknown): readonly Finding[] {
  if (!isObject(value)) return [wrong({ spec, path }, 'a map')];
  return Object.entries(value).flatMap(([key, each]) => lintValue({ spec, path: `${path}.${key}` }, element, each));
}

function wrong({ path }: Place, expected: string): Finding {
  return { path, fault: `expected ${expected}` };
}

/** Both branches of an `Fn::If`. */
function conditional(value: unknown): readonly unknown[] | undefined {
  const branches = isObject(value) ? value['Fn::If'] : undefined;
  return Array.isArray(branches) ? branches.slice(1) : undefined;
}

function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
