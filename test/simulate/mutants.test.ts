import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NO_MUTANT } from './mutant.ts';
import { seedsOf } from './mutant-table.ts';
import { MUTANTS } from './mutants.ts';
import { playRange } from './range.ts';

const document = readFileSync(new URL('../../docs/generated/mutants.md', import.meta.url), 'utf8');
const SEEDS = seedsOf(document);
const WITHIN = 10_000;

describe('planted bugs', () => {
  test('there are at least twenty, and the document names each', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
    expect([...SEEDS.keys()].toSorted()).toEqual(MUTANTS.map(({ name }) => name).toSorted());
  });

  describe.each(MUTANTS)('$name', (mutant) => {
    test('is found', async () => {
      const promised = SEEDS.get(mutant.name) ?? 1;
      const known = await playRange({ fromSeed: promised, histories: 1, untilBroken: true }, mutant);
      const found = known.broken.length > 0 ? known : await playRange({ fromSeed: 1, histories: WITHIN, untilBroken: true }, mutant);
      expect(found.broken).toHaveLength(1);
      const seed = found.broken[0]?.seed ?? 0;
      // It is the planted bug that is found, and nothing else.
      expect((await playRange({ fromSeed: seed, histories: 1 }, NO_MUTANT)).broken).toEqual([]);
    }, 600_000);
  });
});
