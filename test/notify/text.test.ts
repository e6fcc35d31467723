import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, cutBytes, oneLine } from '../../lib/notify/text.ts';

describe('cutting by bytes', () => {
  test.each([
    ['short', 100, 'short'],
    ['库库库', 9, '库库库'],
    ['库库库', 8, '库…'],
    ['库库库', 6, '库…'],
    ['🔥🔥', 7, '🔥…'],
    ['🔥🔥', 6, '…'],
    ['abcdef', 5, 'ab…'],
    ['abc', 2, ''],
  ])('%s to %d bytes', (text, maxBytes, expected) => {
    expect(cutBytes(text, maxBytes)).toBe(expected);
  });
  test('never too long, never inside a character, always a beginning of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 60 }), (text, maxBytes) => {
        const cut = cutBytes(text, maxBytes);
        expect(byteLength(cut)).toBeLessThanOrEqual(maxBytes);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut === text || cut === '' || (cut.endsWith('…') && text.startsWith(cut.slice(0, -1)))).toBe(true);
      }),
    );
  });
});

describe('one line', () => {
  test('control characters, turned text and half characters are gone', () => {
    expect(oneLine(' a\r\n\tb\u202Ec\u0000d\u200B  e\uD800 ')).toBe('a b c d e\uFFFD');
  });
  test('is a fixed point', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(oneLine(text))).toBe(oneLine(text));
      }),
    );
  });
});
