import { describe, expect, test } from 'vitest';
import { statusLines } from '../../cli/status-lines.ts';
import type { ActiveFailover, FleetStatus, TargetStatus } from '../../lib/operate/status.ts';

const NOW_MS = Date.UTC(2026, 10, 20);
const quiet: TargetStatus = {
  targetId: 'orders',
  description: '',
  provider: 'gaussdb',
  mode: 'act',
  policy: 'standard',
  alarming: false,
};
const running: ActiveFailover = {
  id: 'f',
  operation: 'failover',
  state: 'running',
  cause: 'alerts',
  requestedBy: 'decider',
  reason: 'dead',
  requestedAtMs: NOW_MS - 60_000,
  beganAtMs: NOW_MS - 120_000,
  sinceMs: NOW_MS - 30_000,
  starts: 1,
  planHash: 'ab'.repeat(32),
  plan: { operation: 'failover', parameters: { disaster_type: 'stream' } },
};
const approval = { expiresAtMs: NOW_MS + 600_000, count: 2, approvers: ['ann', 'bob'], approvedBy: ['ann'], asksDataLoss: false };
const paused = { owner: 'dba', reason: 'disks', sinceMs: NOW_MS, untilMs: NOW_MS + 7_200_000 };
const blocked = { failoverId: 'f', why: 'failed: no', sinceMs: NOW_MS };

function lines(target: Partial<TargetStatus>, whole = false): readonly string[] {
  const fleet: FleetStatus = { atMs: NOW_MS, configHash: '', brake: { on: false, recentFailovers: 0 }, targets: [{ ...quiet, ...target }] };
  return statusLines({ paint: (style, text) => (style === 'bold' || style === 'dim' ? text : `<${style}>${text}`) }, fleet, whole);
}

describe('the head of a target tells what matters most', () => {
  test.each<[string, Partial<TargetStatus>, string]>([
    ['nothing', {}, '<green>quiet'],
    ['the cool-down', { coolDownUntilMs: NOW_MS + 60_000 }, '<yellow>cools down for 60 s more'],
    ['alerts', { alarming: true }, '<red>alarming'],
    ['both', { alarming: true, coolDownUntilMs: NOW_MS + 60_000 }, '<red>alarming, cools down for 60 s more'],
    ['a pause over alerts', { paused, alarming: true }, '<yellow>paused by dba for 2 h more: disks'],
    ['a block over a pause', { blocked, paused }, '<red>blocked until somebody acknowledges: failed: no'],
    ['what runs over a block', { active: running, blocked }, '<cyan>failover running for 30 s, sent once'],
    ['progress', { active: { ...running, progressPercent: 40, starts: 2 } }, '<cyan>failover running 40 % for 30 s, sent 2 times'],
    ['what is not sent yet', { active: { ...running, state: 'requested', starts: 0 } }, '<cyan>failover requested for 30 s'],
    ['stuck', { active: { ...running, state: 'stuck', why: 'no answer' } }, '<red>failover stuck for 30 s, sent once'],
    ['unknown', { active: { ...running, state: 'unknown' } }, '<red>failover unknown for 30 s, sent once'],
    [
      'approval',
      { active: { ...running, state: 'awaiting-approval', approval } },
      '<yellow>failover waits for approval: 1 of 2, 10 min left',
    ],
    [
      'consent',
      { active: { ...running, state: 'awaiting-approval', approval: { ...approval, asksDataLoss: true } } },
      '<yellow>failover waits for approval, WITH LOSS OF DATA: 1 of 2, 10 min left',
    ],
    [
      'an unreadable record over all',
      { unreadable: 'health', active: running },
      '<red>its record cannot be read (health): nobody acts on it',
    ],
  ])('%s', (_what, target, told) => {
    const [head] = lines(target);
    expect(head?.endsWith(`orders  act     ${told}`), head).toBe(true);
  });
});

test('under it: why it is stuck, the last verdict in a sentence, the last act, the last drill', () => {
  const told = lines({
    active: { ...running, state: 'stuck', why: 'no answer' },
    verdict: { kind: 'hold', reason: 'paused', sentence: 'It is paused.', checks: [], evidence: [], decidedAtMs: NOW_MS - 5_000 },
    lastFailover: { id: 'e', operation: 'switchover', state: 'succeeded', why: 'roles seen', endedAtMs: NOW_MS - 3_600_000, rtoMs: 1 },
    lastDrill: { id: 'd', outcome: 'not-ready', endedAtMs: NOW_MS - 86_400_000, ageMs: 86_400_000 },
  });
  expect(told.slice(1, 5)).toEqual([
    '    why           no answer',
    '    last verdict  hold, 5 s ago: It is paused. [paused]',
    '    last act      switchover succeeded 60 min ago: roles seen',
    '    last drill    not-ready, 24 h ago',
  ]);
});

test('of one target: the plan that runs or waits, too', () => {
  expect(lines({ active: running }, true)).toContain('  disaster_type = stream');
  expect(lines({ active: running }, true)).toContain('failover, plan abababababab');
  expect(lines({ active: running })).not.toContain('  disaster_type = stream');
});
