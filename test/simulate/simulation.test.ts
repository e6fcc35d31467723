import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { expectedCounts } from './expected.ts';
import { playInThreads } from './range.ts';

/** The same seeds in every run, however fast the machine, so that the verdict is the same; `npm run simulate` takes any others. */
const FROM_SEED = 1;
const HISTORIES_MAX = 9_000;
const FOR_MS = Number(process.env['SIMULATE_MS'] ?? 110_000);
/** From so many histories on, nothing that the generator can think of may have happened never. */
const ENOUGH = 20_000;

describe('histories of the whole system', () => {
  test(
    'hold every invariant, whatever goes wrong',
    async () => {
      const run = await playInThreads({ fromSeed: FROM_SEED, histories: HISTORIES_MAX, forMs: FOR_MS }, availableParallelism());
      const each = (sum: number): number => sum / run.histories;
      console.log(
        `${run.histories} histories, ${each(run.events).toFixed(1)} events and ${each(run.faults).toFixed(1)} faults each,` +
          ` ${((1_000 * run.histories) / run.wallMs).toFixed(0)} histories/s`,
      );
      expect(run.broken).toEqual([]);
      expect(run.histories).toBeGreaterThan(500);
      expect(each(run.events)).toBeGreaterThan(40);
      expect(each(run.faults)).toBeGreaterThan(5);
      const never = expectedCounts().filter((name) => (run.counts[name] ?? 0) === 0);
      expect(never.slice(0, run.histories >= ENOUGH ? undefined : 0)).toEqual([]);
    },
    FOR_MS + 120_000,
  );
});
