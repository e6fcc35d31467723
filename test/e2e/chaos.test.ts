import { describe, expect, it } from 'vitest';
import { chaos } from './chaos.ts';

/** One seed in the suite; `npm run chaos -- --seed S --runs N` makes more. */
describe('chaos on the real embedded cloud', () => {
  it('kills functions and the host, breaks connections, fills the disk, skews clocks: at most one promotion each, all ended, all told', async () => {
    const result = await chaos({ seed: 20_261_121, stormMs: 25_000, hurry: 20, log: () => undefined });
    expect(result.workerKills + result.hostKills).toBeGreaterThan(2);
    expect(result.faults).toBeGreaterThan(3);
    for (const target of result.targets) {
      expect(target.promotions).toBeLessThanOrEqual(1);
      expect(target.promotions).toBe(target.state === 'succeeded' ? 1 : target.promotions);
      expect(['succeeded', 'failed', 'refused', 'cancelled']).toContain(target.state);
      expect(target.trailVerifies).toBe(true);
      expect(target.starts).toBeLessThanOrEqual(8);
    }
  }, 560_000);
});
