import { describe, expect, it } from 'vitest';
import { isTerminal } from '../../lib/failover/failover.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import { OneStrike } from './crash-points.ts';
import { PROVIDER_NAMES, runOutage } from './outage.ts';

const HOUR_MS = 3_600_000;
const FUNCTIONS = ['decider', 'failover', 'poller', 'notifier'];

/**
 * Every await of every function, from the alert to the last notice: the process dies before the effect, or after it and before anybody
 * hears of it, or the store, queue or provider does not answer. Then nothing more goes wrong, and it has to end: one promotion, told.
 */
describe.each(PROVIDER_NAMES)('%s: a crash at every await', (provider) => {
  it('ends with one promotion, a terminal state and a notice, wherever it strikes', async () => {
    const calm = new OneStrike(FUNCTIONS);
    const baseline = await runOutage(provider, 600_000, { mischief: calm });
    expect(baseline.failover?.state).toBe('succeeded');
    const polls = calm.gates.filter((gate) => gate.startsWith('poller')).length;
    // After the first polls the poller's awaits repeat; its first dozen and its end are struck, and everything else whole.
    const indexes = calm.gates.flatMap((gate, index) => (gate.startsWith('poller') && middle(calm.gates, index, polls) ? [] : [index]));
    expect(indexes.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const index of indexes) {
      for (const strike of ['crash-before', 'crash-after', 'fail-before', 'fail-after'] as const) {
        const mischief = new OneStrike(FUNCTIONS, { index, strike });
        const run = await runOutage(provider, 2 * HOUR_MS, { mischief });
        const { failover, promotions, told } = run;
        const where = `${strike} at await ${index} (${calm.gates[index] ?? ''})`;
        if (promotions !== 1) wrong.push(`${where}: ${promotions} promotions, ${failover?.state}`);
        else if (failover === undefined || !isTerminal(failover)) wrong.push(`${where}: ended as ${failover?.state}`);
        else if (!told.some((title) => title.includes('promoted') || title.includes('FAILED'))) wrong.push(`${where}: nobody was told`);
        else if (!verifyTrail(failover.trail)) wrong.push(`${where}: the trail does not verify`);
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);
});

function middle(gates: readonly string[], index: number, polls: number): boolean {
  const before = gates.slice(0, index).filter((gate) => gate.startsWith('poller')).length;
  return before >= 12 && before < polls - 12;
}
