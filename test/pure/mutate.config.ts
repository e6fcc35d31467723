import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole worlds take long to be loaded and to be played, so they are asked last, when nothing lighter has noticed. */
const HEAVY = [/linear-pattern/, /archive|brake|decide-target|look|record\.|step/, /incidents-whole/];

/** The first test that fails is enough, so the quick ones come first. Vitest's own order is the other way round. */
class QuickFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const weight = ({ moduleId }: TestSpecification): number => HEAVY.findIndex((heavy) => heavy.test(moduleId));
    return Promise.resolve(files.toSorted((a, b) => weight(a) - weight(b)));
  }
}

/**
 * What a mutant of the decider has to get past: the stories and tables, which are the same on every run. The properties draw new cases each
 * time, so a mutant that only they find would come and go.
 */
export default defineConfig({
  test: {
    include: ['test/decide/**/*.test.ts', 'test/failover/lifecycle.test.ts'],
    exclude: ['test/decide/properties.test.ts'],
    environment: 'node',
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
    sequence: { sequencer: QuickFirst },
  },
});
