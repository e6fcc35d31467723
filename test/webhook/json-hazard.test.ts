import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonHazard, MAX_NESTING } from '../../lib/webhook/json-hazard.ts';

const DUPLICATE = 'a key stands twice in one object';

describe('a JSON text', () => {
  test.each([
    ['{}', undefined],
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', undefined],
    ['{"a":"b","b":"a"}', undefined],
    ['{"a":1,"A":2}', undefined],
    ['["a","a","a"]', undefined],
    ['{"a":"\\"a\\":1,","b":1}', undefined],
    ['{"a":1,"a":2}', DUPLICATE],
    ['{"a":1,"b":{},"a":2}', DUPLICATE],
    ['{"a":1,"\\u0061":2}', DUPLICATE],
    ['{"a" :1,\n"a"\t:2}', DUPLICATE],
    ['{"":1,"":2}', DUPLICATE],
    ['{"__proto__":1,"__proto__":2}', DUPLICATE],
    ['[[[{"x":{"a":1,"a":1}}]]]', DUPLICATE],
    ['{"a":{"b":1},"c":[{"a":1}],"a":3}', DUPLICATE],
    ['{"\\x":1,"\\x":2}', DUPLICATE],
    ['{"\\x":1,"\\y":2}', undefined],
    ['{"a":"unterminated', undefined],
    ['{"a\\', undefined],
    [']]]]{{', undefined],
  ])('%s', (text, hazard) => {
    expect(jsonHazard(text)).toBe(hazard);
  });

  test('may be nested so deep and no deeper, in lists and objects alike', () => {
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const make of [deep, objects]) {
      expect(jsonHazard(make(MAX_NESTING))).toBeUndefined();
      expect(jsonHazard(make(MAX_NESTING + 1))).toMatch(/nested deeper/);
      expect(jsonHazard(make(50_000))).toMatch(/nested deeper/);
    }
    expect(jsonHazard(`[${'[],'.repeat(10_000)}1]`)).toBeUndefined();
    expect(jsonHazard(`{"a":"${'['.repeat(10_000)}"}`)).toBeUndefined();
  });

  test('takes linear time for the worst of 256 KB', () => {
    const size = 256 * 1_024;
    const many = `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`;
    for (const text of [
      '"'.repeat(size),
      '\\'.repeat(size),
      '{"a":"'.repeat(size / 6),
      `"${' '.repeat(size)}`,
      `"a"${' '.repeat(size)}`,
      many,
    ]) {
      const startMs = performance.now();
      jsonHazard(text);
      expect(performance.now() - startMs).toBeLessThan(1_000);
    }
  });

  test('without a hazard is what a writer of JSON writes, and with a key added it has one', () => {
    assert(
      property(dictionary(string({ unit: 'binary' }), jsonValue({ depthSize: 'medium' }), { minKeys: 1 }), (value) => {
        const text = JSON.stringify(value);
        expect(jsonHazard(text)).toBeUndefined();
        const [key = ''] = Object.keys(value);
        expect(jsonHazard(`${text.slice(0, -1)},${JSON.stringify(key)}:0}`)).toBe(DUPLICATE);
      }),
      { numRuns: 500 },
    );
  });
});
