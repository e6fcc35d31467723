import { describe, expect, test } from 'vitest';
import { addressClass, createBuckets } from '../../lib/webhook/token-bucket.ts';

describe('buckets', () => {
  test('let a burst through, then one after the other', () => {
    const buckets = createBuckets({ burst: 3, perSecond: 0.5 });
    expect([1, 2, 3, 4].map(() => buckets.take('a', 1_000))).toEqual([0, 0, 0, 2]);
    expect(buckets.take('a', 2_000)).toBe(1);
    expect(buckets.take('a', 3_000)).toBe(0);
    expect(buckets.take('a', 3_001)).toBe(2);
  });

  test('hold no more than a burst after any rest', () => {
    const buckets = createBuckets({ burst: 2, perSecond: 10 });
    buckets.take('a', 0);
    expect([1, 2, 3].map(() => buckets.take('a', 1e9))).toEqual([0, 0, 1]);
  });

  test('are one for each key', () => {
    const buckets = createBuckets({ burst: 1, perSecond: 1 });
    expect(['a', 'b', 'a'].map((key) => buckets.take(key, 0))).toEqual([0, 0, 1]);
  });

  test('do not refill when the clock goes back', () => {
    const buckets = createBuckets({ burst: 1, perSecond: 1 });
    expect([buckets.take('a', 10_000), buckets.take('a', 0)]).toEqual([0, 1]);
  });

  test('forget who was seen longest ago, and only beyond a thousand', () => {
    const buckets = createBuckets({ burst: 1, perSecond: 0.001 });
    for (let index = 0; index < 1_000; index += 1) buckets.take(`k${index}`, 0);
    expect(buckets.take('k0', 0)).toBeGreaterThan(0);
    buckets.take('another', 0);
    expect(buckets.take('k0', 0)).toBeGreaterThan(0);
    expect(buckets.take('k1', 0)).toBe(0);
  });
});

test.each([
  ['192.0.2.7', '192.0.2'],
  ['::ffff:192.0.2.7', '192.0.2'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1'],
  ['2001:DB8:1::6', '2001:db8:1'],
  ['2001:db8::6', '2001:db8:0'],
  ['2001::6', '2001:0:0'],
  ['', 'other'],
  ['localhost', 'other'],
  ['192.0.2.7, 203.0.113.5', 'other'],
  [':'.repeat(10_000), 'other'],
])('the class of %s', (address, expected) => {
  expect(addressClass(address)).toBe(expected);
});
