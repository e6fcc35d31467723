import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { expectedCounts } from './expected.ts';
import { playInThreads } from './range.ts';

/** The same seeds in every run, however fast the machine, so that the verdict is the same; `npm run simulate` takes any others. */
const FROM_SEED = 1;
const HISTORIES = 100_000;
const FAULTS = 500_000;
/** A bound for a machine on which something hangs, not a goal: a tenth of the speed that the documents name. */
const TIMEOUT_MS = 1_200_000;

describe('histories of the whole system', () => {
  test(
    'hold every invariant, whatever goes wrong',
    async () => {
      const run = await playInThreads({ fromSeed: FROM_SEED, histories: HISTORIES }, availableParallelism());
      const each = (sum: number): string => (sum / run.histories).toFixed(1);
      const perSecond = (1_000 * run.histories) / run.wallMs;
      console.log(
        `${run.histories} histories, ${each(run.events)} events and ${each(run.faults)} faults each, ${run.faults} faults in all,` +
          ` ${(run.wallMs / 1_000).toFixed(0)} s on ${run.jobs} threads, ${perSecond.toFixed(0)} histories/s\n${told(run.counts)}`,
      );
      expect(run.broken).toEqual([]);
      expect(run.histories).toBe(HISTORIES);
      expect(run.events / run.histories).toBeGreaterThan(40);
      expect(run.faults).toBeGreaterThanOrEqual(FAULTS);
      expect(expectedCounts().filter((name) => (run.counts[name] ?? 0) === 0)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** How often each kind of fault and each transition of the life cycle occurred. */
function told(counts: Readonly<Record<string, number>>): string {
  const names = expectedCounts().filter((name) => /^(fault|transition|met) /.test(name));
  return names.map((name) => `${String(counts[name] ?? 0).padStart(9)}  ${name}`).join('\n');
}
