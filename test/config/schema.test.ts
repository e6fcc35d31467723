import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keysAt, renderJsonSchema } from '../../lib/config/schema.ts';

interface Node {
  readonly properties?: Record<string, Node>;
  readonly additionalProperties?: Node | boolean;
  readonly description?: string;
  readonly required?: readonly string[];
}

describe('the JSON Schema for editors', () => {
  const root = JSON.parse(renderJsonSchema()) as Node;

  test('is the one in docs/generated (npm run generate)', () => {
    expect(readFileSync(new URL('../../docs/generated/understudy.schema.json', import.meta.url), 'utf8')).toBe(renderJsonSchema());
  });
  test('refuses unknown keys at every level', () => {
    const open: string[] = [];
    const visit = (node: Node, path: string): void => {
      if (node.properties !== undefined && node.additionalProperties !== false) open.push(path);
      for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, `${path}.${key}`);
      if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, `${path}.*`);
    };
    visit(root, '');
    expect(open).toEqual([]);
  });
  test('wants only what has no default', () => {
    expect(root.required).toEqual(['version', 'policies', 'sources', 'targets']);
  });
});

test('the keys of a place are those of all its forms', () => {
  expect(keysAt(['sources', 'x', 'auth', 0])).toEqual(expect.arrayContaining(['kind', 'secret', 'username', 'header', 'topicArns']));
  expect(keysAt(['targets', 'x', 'approval'])).toEqual(['approvers', 'count', 'expires']);
  expect(keysAt(['nowhere', 'at', 'all'])).toEqual([]);
});
