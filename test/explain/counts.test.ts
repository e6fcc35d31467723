import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '../../lib/alert/alert.ts';
import { CONDITION_CLASSES, SEVERITIES } from '../../lib/alert/alert.ts';
import type { Criterion } from '../../lib/config/config.ts';
import { couldServe } from '../../lib/decide/matcher.ts';
import { misfitsOf } from '../../lib/explain/counts.ts';
import { alertOf, fires, twoObservers } from '../decide/stories/teller.ts';

const few = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values]);
const criterion: fc.Arbitrary<Criterion> = fc
  .record({
    classes: few(...CONDITION_CLASSES),
    severities: few(...SEVERITIES),
    sources: few('alertmanager', 'zabbix'),
    names: few('DatabaseUnreachable', 'Down'),
    match: fc.array(
      fc.record({
        label: fc.constantFrom('env', 'team'),
        op: fc.constantFrom('=', '!=', '=~', '!~'),
        value: fc.constantFrom('prod', 'p.*', '', 'test|staging', '('),
      }),
      { maxLength: 3 },
    ),
  })
  .map((parts) => ({ ...twoObservers, ...parts }));
const alert: fc.Arbitrary<Alert> = fc
  .record({
    class: fc.constantFrom(...CONDITION_CLASSES),
    severity: fc.constantFrom(...SEVERITIES),
    source: fc.constantFrom('alertmanager', 'zabbix', 'grafana'),
    name: fc.constantFrom('DatabaseUnreachable', 'Down', 'Slow'),
    labels: fc.constantFrom<Alert['labels'][]>({}, { env: 'prod' }, { env: 'test', team: 'a' }),
  })
  .map((parts) => ({ ...alertOf(fires('eu-1', 0)), ...parts }));

test('an alert has no misfit exactly when it could serve the criterion', () => {
  let served = 0;
  fc.assert(
    fc.property(criterion, alert, (one, other) => {
      const counts = couldServe(one, other);
      served += counts ? 1 : 0;
      expect(misfitsOf(one, other).length === 0).toBe(counts);
    }),
    { numRuns: 3_000 },
  );
  // Neither side of it is empty.
  expect(served).toBeGreaterThan(30);
});

test('every misfit names what the alert has and what would count', () => {
  const one: Criterion = { ...twoObservers, sources: ['zabbix'], names: ['Down'], match: [{ label: 'env', op: '=', value: 'live' }] };
  const other = { ...alertOf(fires('eu-1', 0)), class: 'capacity', severity: 'info' } as const;
  expect(misfitsOf(one, other).map(({ what, value, wanted }) => `${what}: ${value}, wanted ${wanted}`)).toEqual([
    'class: capacity (never a death: rule 4), wanted unreachable or down',
    'severity: info, wanted critical',
    'source: alertmanager, wanted zabbix',
    'name: DatabaseUnreachable, wanted Down',
    'label: env "prod", wanted env="live"',
  ]);
});
