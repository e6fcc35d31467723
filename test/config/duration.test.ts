import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../../lib/config/duration.ts';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1m500ms', 60_500],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 's', '1.5h', '-1s', '30m1h', '1s1s', ' 1s', '1s ', '1 s', '1S', '1w', '99999999999s', '1h\n'])(
    '%j is refused',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('what is written is read back as the same number, and keeps to the pattern of the JSON Schema', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 * 86_400_000 }), (ms) => {
        const text = formatDuration(ms);
        expect(parseDuration(text)).toBe(ms);
        expect(text).toMatch(DURATION_PATTERN);
      }),
    );
  });

  test('a long text costs linear time', () => {
    const started = performance.now();
    expect(parseDuration(`${'1'.repeat(1_000_000)}x`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
