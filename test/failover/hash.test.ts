import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson, sha256 } from '../../lib/failover/hash.ts';

describe('one text for one value, whatever the order of its fields', () => {
  test.each<[value: unknown, text: string]>([
    [{ b: 1, a: { d: [3, { z: 1, y: 2 }], c: null } }, '{"a":{"c":null,"d":[3,{"y":2,"z":1}]},"b":1}'],
    [[2, 1, [null, true]], '[2,1,[null,true]]'],
    [{ a: undefined, b: 'x' }, '{"b":"x"}'],
    [[undefined, 1], '[null,1]'],
    [{}, '{}'],
    ['text', '"text"'],
    [null, 'null'],
    [0.5, '0.5'],
  ])('%j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test('the order of a list is its meaning', () => {
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});

test('a hash is SHA-256 over UTF-8, in hex', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('数据库')).toBe(createHash('sha256').update(Buffer.from('数据库', 'utf8')).digest('hex'));
});
