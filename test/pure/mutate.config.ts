import { defineConfig } from 'vitest/config';

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
  },
});
