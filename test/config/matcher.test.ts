import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMatcher, parseMatcher } from '../../lib/config/matcher.ts';

describe('matchers as in Alertmanager', () => {
  test.each([
    ['env="prod"', { label: 'env', op: '=', value: 'prod' }],
    ['team!="x"', { label: 'team', op: '!=', value: 'x' }],
    ['instance=~"db-.+"', { label: 'instance', op: '=~', value: 'db-.+' }],
    ['job!~"test.*"', { label: 'job', op: '!~', value: 'test.*' }],
    [' env = prod ', { label: 'env', op: '=', value: 'prod' }],
    ['env=', { label: 'env', op: '=', value: '' }],
    ['a="say \\"hi\\" \\\\ \\n"', { label: 'a', op: '=', value: 'say "hi" \\ \n' }],
    ['a=~"db-\\d+"', { label: 'a', op: '=~', value: 'db-\\d+' }],
  ])('%s', (text, expected) => {
    expect(parseMatcher(text)).toEqual(expected);
  });

  test.each(['', 'env', '="x"', '1env="x"', 'env=="x"', 'env="x', 'env="x"y', 'env=a b', 'env>"x"', 'a="b",c="d"', '{a="b"}', 'a="b\\"'])(
    '%j is refused',
    (text) => {
      expect(parseMatcher(text)).toBeUndefined();
    },
  );

  test('what is written is read back', () => {
    const matcher = fc.record({
      label: fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/),
      op: fc.constantFrom('=', '!=', '=~', '!~'),
      value: fc.string(),
    });
    fc.assert(
      fc.property(matcher, (one) => {
        expect(parseMatcher(formatMatcher(one as never))).toEqual(one);
      }),
    );
  });
});
