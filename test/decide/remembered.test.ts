import { expect, test } from 'vitest';
import { remembered } from '../../lib/decide/remembered.ts';

test('what was asked before is not asked again, until there is no room: then all is forgotten', () => {
  const asked: string[] = [];
  const isShort = remembered((text) => {
    asked.push(text);
    return text.length < 2;
  }, 3);
  const answers = ['a', 'bb', 'c', 'a', 'bb', 'c', 'd', 'd', 'a', 'bb', 'a', 'c', 'd'].map((text) => isShort(text));
  expect(asked.join(' ')).toBe('a bb c d a bb c d');
  expect(answers).toEqual([true, false, true, true, false, true, true, true, true, false, true, true, true]);
});
