import { defineConfig } from 'vitest/config';

/**
 * The pure parts: what decides, and what a failover may become. Every line and every branch of them is run by the tests beside them
 * (`npm run coverage`), and no mutant of them survives without a written excuse (`npm run mutate`). This is the one list of them.
 */
export const PURE = [
  'lib/decide/{act,bounds,criterion,decide,fold,guards,health,matcher,notices,readable,reason,state,windows,words,world-guards}.ts',
  'lib/decide/{linear-pattern,pattern-characters,pattern-parser}.ts',
  'lib/failover/{advance,failover,hash,hook-lines,lifecycle,notices}.ts',
];

export default defineConfig({
  test: {
    include: [
      'test/decide/{act,linear-pattern,readable,words}.test.ts',
      'test/decide/stories/*.test.ts',
      'test/failover/{lifecycle,notices}.test.ts',
    ],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: PURE,
      reporter: ['text'],
      reportsDirectory: 'reports/coverage',
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
});
