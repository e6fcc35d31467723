import { defineConfig } from 'vitest/config';

/**
 * What walks through ports, by name: whoever reads or writes a table, a queue, a provider or a channel. Their tests are the scenarios, the
 * simulation and the crash points, where what counts is the order of effects and not the line.
 */
export const IMPURE = [
  'lib/{batch,handler,wire}.ts',
  'lib/{platform,store}/**/*.ts',
  'lib/*/{step,tell,on-record}.ts',
  'lib/decide/{archive,decide-target,look,record,tell-brake}.ts',
  'lib/failover/{before-hooks,call,claim,hooks,persist,postpone,reconcile,retire,send-look}.ts',
  'lib/operate/{acknowledge,approve,deed,deny,history,pause,release-brake,request-operation,status}.ts',
  'lib/poll/after-hooks.ts',
  'lib/watch/{pause,readiness-look,readiness-step}.ts',
];

/**
 * The pure parts: what takes data and gives data, and the providers, channels and the webhook, whose ports are handed in and played by their
 * tests. Everything in `lib` that is not named above, so that a new file is among them. Every line and every branch is run by the tests
 * beside them (`npm run coverage`).
 */
export const PURE = ['lib/**/*.ts'];

export default defineConfig({
  test: {
    include: [
      'test/{message,ports,services}.test.ts',
      'test/{alert,backtest,config,drill,explain,notify,poll,webhook}/**/*.test.ts',
      'test/decide/{act,linear-pattern,readable,words}.test.ts',
      'test/decide/stories/*.test.ts',
      'test/failover/{hash,justify,lifecycle,notices,providers,timing,transitions}.test.ts',
      'test/failover/providers/**/*.test.ts',
      'test/operate/{approve,notices,operation,read-request}.test.ts',
      'test/watch/{drill-due,readiness,readiness-notice}.test.ts',
    ],
    exclude: ['test/alert/fuzz.test.ts', 'test/backtest/month.test.ts'],
    setupFiles: ['test/pure/same-draws.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    testTimeout: 300_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: PURE,
      exclude: IMPURE,
      reporter: ['text', 'text-summary'],
      reportsDirectory: 'reports/coverage',
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
  },
});
