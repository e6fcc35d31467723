import { describe, expect, test } from 'vitest';
import { REASONS } from '../../lib/decide/reason.ts';
import { duration, instant } from '../../lib/decide/words.ts';

describe('times as people read them', () => {
  test.each([
    [0, '0 ms'],
    [0.4, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_500, '1.5 s'],
    [60_000, '60 s'],
    [119_999, '120.0 s'],
    [120_000, '2 min'],
    [150_000, '2.5 min'],
    [7_199_999, '120.0 min'],
    [7_200_000, '2 h'],
    [9_000_000, '2.5 h'],
    [48 * 3_600_000 - 1, '48.0 h'],
    [48 * 3_600_000, '2 d'],
    [60 * 3_600_000, '2.5 d'],
    [-500, '-500 ms'],
    [-1_500, '-1.5 s'],
    [-150_000, '-2.5 min'],
    [-9_000_000, '-2.5 h'],
    [-60 * 3_600_000, '-2.5 d'],
    [Infinity, 'never'],
    [Number.NaN, 'never'],
  ])('%d ms are %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
  test.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [1_795_176_000_000, '2026-11-20T12:00:00.000Z'],
    [8.64e15, '+275760-09-13T00:00:00.000Z'],
    [-8.64e15, '-271821-04-20T00:00:00.000Z'],
    [8.64e15 + 1, '8640000000000001'],
    [-8.64e15 - 1, '-8640000000000001'],
    [Infinity, 'Infinity'],
    [Number.NaN, 'NaN'],
  ])('the moment %d is %s', (ms, words) => {
    expect(instant(ms)).toBe(words);
  });
});

test('every reason is one sentence of its own', () => {
  const sentences = Object.values(REASONS);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^.!?]{15,}\.$/);
  expect(new Set(sentences).size).toBe(sentences.length);
});
