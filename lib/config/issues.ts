import type * as z from 'zod';
import { nearest, type LooseFault, type Path } from './faults.ts';

type Issue = z.core.$ZodIssue;

/** zod's issues as faults: every unknown key alone, a missing key named as missing, a union told by the branch that was meant. */
export function faultsOf(issues: readonly Issue[], data: unknown, base: Path = []): LooseFault[] {
  return issues.flatMap((issue) => faultsOfOne(issue, data, [...base, ...(issue.path as Path)]));
}

function faultsOfOne(issue: Issue, data: unknown, path: Path): LooseFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key]));
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, atKey: true, ...spoken(message) }));
  if (issue.code === 'invalid_union') return unionFaults(issue, data, path);
  return [at(data, path) === undefined ? missing(path, issue.message) : { path, ...spoken(issue.message) }];
}

/** A map that was written in place of a plain word means the branch of the map. */
function unionFaults(issue: Extract<Issue, { code: 'invalid_union' }>, data: unknown, path: Path): LooseFault[] {
  const value = at(data, path);
  const branch =
    typeof value === 'object' && value !== null
      ? issue.errors.find((errors) => errors.every((e) => e.path.length > 0 || e.code === 'unrecognized_keys'))
      : undefined;
  return branch === undefined ? [{ path, ...spoken(issue.message) }] : faultsOf(branch, data, path);
}

function unknownKey(path: Path): LooseFault {
  return {
    path,
    atKey: true,
    message: 'is not a known key',
    remedy: 'Remove it, or see docs/generated/understudy.schema.json for the keys there are.',
  };
}

/** Adds the nearest known key to "not a known key" faults. @param keysAt the keys that may stand in a map. */
export function withSuggestion(fault: LooseFault, keysAt: (path: Path) => readonly string[]): LooseFault {
  const last = fault.path.at(-1);
  if (fault.message !== 'is not a known key' || typeof last !== 'string') return fault;
  const known = nearest(last, keysAt(fault.path.slice(0, -1)));
  return known === undefined ? fault : { ...fault, remedy: `Did you mean ${known}?` };
}

function missing(path: Path, message: string): LooseFault {
  const { remedy } = spoken(message);
  return { path, message: 'is missing', remedy };
}

/** Our refusals have two lines (schema/fields.ts); zod's own have one, which never holds the value. */
function spoken(message: string): { message: string; remedy: string } {
  const [first = '', second] = message.split('\n');
  return second === undefined ? { message: lowered(first), remedy: 'See the example understudy.yml.' } : { message: first, remedy: second };
}

function lowered(text: string): string {
  return `is not valid: ${text.replace(/^Invalid (?:input|type): /, '')}`;
}

/** The value at a path of plain data; `undefined` when it is not there. */
export function at(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string | number, unknown>)[part];
  }, data);
}
