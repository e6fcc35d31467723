import { expect, test } from 'vitest';
import { renderDrillReport, type DrillReport } from '../../lib/drill/report.ts';

const READY: DrillReport = {
  id: 'd1',
  targetId: 'orders-gaussdb',
  requestedBy: 'ann@example.com',
  configHash: '0123456789abcdef',
  startedAtMs: Date.UTC(2026, 10, 20, 12),
  endedAtMs: Date.UTC(2026, 10, 20, 12, 0, 2),
  outcome: 'ready',
  wouldHave: { kind: 'failover', reason: 'criterion-met' },
  mode: 'act',
  phases: [{ name: 'read our own record', durationMs: 20 }],
  decision: [{ name: 'dwell', rule: 2, verdict: 'pass', value: '61 s', limit: 'at least 60 s' }],
  preflight: [{ name: 'role', rule: 5, verdict: 'fail', value: 'a|b\nc', limit: 'standby' }],
  plan: { operation: 'failover', parameters: { instanceId: 'in14', forced: true } },
};

test('a report says the verdict, the plan, every check and where the time went', () => {
  expect(renderDrillReport(READY)).toBe(`# Drill of orders-gaussdb: READY

- Had the database died, the verdict would have been: **failover (criterion-met: A criterion is met and no guard forbids acting.)**
- Mode of the target: act
- Started 2026-11-20T12:00:00.000Z by ann@example.com; configuration 0123456789ab
- Written at the provider: nothing
- Plan: failover with instanceId=in14, forced=true

## Decision
| | check | value | limit | rule |
| --- | --- | --- | --- | --- |
| ✅ | dwell | 61 s | at least 60 s | 2 |

## Preflight at the provider
| | check | value | limit | rule |
| --- | --- | --- | --- | --- |
| ❌ | role | a\\|b c | standby | 5 |

## Time
| phase | took |
| --- | --- |
| read our own record | 20 ms |
`);
});

test('a target in shadow mode, and a plan that could not be made', () => {
  const { plan: _, ...without } = READY;
  const report = renderDrillReport({ ...without, outcome: 'not-ready', mode: 'shadow', preflight: [] });
  expect(report).toContain('# Drill of orders-gaussdb: NOT READY');
  expect(report).toContain('- Mode of the target: shadow (it decides and tells, and never acts)');
  expect(report).toContain('- Plan: none could be made');
  expect(report).toContain('## Preflight at the provider\n\nNone could be made.');
});
