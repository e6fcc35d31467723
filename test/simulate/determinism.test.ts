import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scriptOf } from './generate.ts';
import { play } from './play.ts';
import { playInThreads, playRange } from './range.ts';
import { renderTraces, traces } from './trace-table.ts';

/** Of the generator alone: a history's own hash changes with the product, as it should. */
const SCRIPTS: readonly (readonly [number, string])[] = [
  [1, '6572d1c9a53faf68'],
  [42, '4a96d905adf0dff1'],
  [123456, '585a2e51fde6009b'],
];
const SEEDS = [1, 7, 42, 1_000, 31_337, 123_456] as const;

describe('a seed', () => {
  test.each(SEEDS)('%i gives the same history twice, to the last event', async (seed) => {
    const [first, second] = [await play(scriptOf(seed)), await play(scriptOf(seed))];
    expect(second.lines).toEqual(first.lines);
    expect(second.hash).toBe(first.hash);
    expect(first.lines.length).toBeGreaterThan(5);
  });

  test('gives the same history whatever was played before it', async () => {
    const alone = (await play(scriptOf(99))).hash;
    for (const seed of [3, 4, 5]) await play(scriptOf(seed));
    expect((await play(scriptOf(99))).hash).toBe(alone);
  });

  test('gives the same history in another thread, and on however many', async () => {
    const order = { fromSeed: 500, histories: 1_020 };
    const [one, two] = [await playInThreads(order, 1), await playInThreads(order, 2)];
    const { broken, hash, events, faults, counts } = two;
    expect(one).toMatchObject({ broken, hash, events, faults, counts });
    const here = await playRange({ fromSeed: 1_500, histories: 20 });
    expect((await playInThreads({ fromSeed: 1_500, histories: 20 }, 2)).hash).toBe(createHash('sha256').update(here.hash).digest('hex'));
  });

  test.each(SCRIPTS)('%i makes the same script on every machine', (seed, hash) => {
    expect(
      createHash('sha256')
        .update(JSON.stringify(scriptOf(seed)))
        .digest('hex')
        .slice(0, 16),
    ).toBe(hash);
  });

  test('gives the traces that another machine has written down (npm run simulate -- --traces)', async () => {
    const written = readFileSync(new URL('../../docs/generated/traces.md', import.meta.url), 'utf8');
    expect(renderTraces(await traces())).toBe(written);
  });

  test('and another seed give other histories', async () => {
    const hashes = await Promise.all(SEEDS.map(async (seed) => (await play(scriptOf(seed))).hash));
    expect(new Set(hashes).size).toBe(SEEDS.length);
  });

  test('is all that a script is made from', () => {
    expect(scriptOf(5)).toEqual(scriptOf(5));
    expect(JSON.parse(JSON.stringify(scriptOf(5)))).toEqual(scriptOf(5));
  });
});
