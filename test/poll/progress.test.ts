import { describe, expect, test } from 'vitest';
import type { TrackOutcome, VerifyOutcome } from '../../lib/failover/provider.ts';
import { afterTrack, afterVerify, pollIntervalMs } from '../../lib/poll/progress.ts';
import { TIMING as timing } from '../../lib/timing.ts';

const SENT_AT_MS = 1_000_000;
const DEADLINE_MS = SENT_AT_MS + 3_600_000;
const NOW_MS = SENT_AT_MS + 5_000;
const SOON_MS = NOW_MS + timing.pollFirstMs;

describe('after a look at a running operation', () => {
  const unknown: TrackOutcome = { kind: 'unknown', why: 'no answer' };
  const running: TrackOutcome = { kind: 'running', detail: 'Step 2' };
  test.each<[what: string, outcome: TrackOutcome, nowMs: number, expected: ReturnType<typeof afterTrack>]>([
    ['it succeeded', { kind: 'succeeded', detail: 'SUCCESS' }, NOW_MS, { kind: 'finished', why: 'SUCCESS' }],
    ['late, and it succeeded', { kind: 'succeeded', detail: 'SUCCESS' }, DEADLINE_MS, { kind: 'finished', why: 'SUCCESS' }],
    ['it failed', { kind: 'failed', why: 'FAIL' }, NOW_MS, { kind: 'failed', why: 'FAIL' }],
    ['late, and it failed', { kind: 'failed', why: 'FAIL' }, DEADLINE_MS, { kind: 'failed', why: 'FAIL' }],
    ['it runs', running, NOW_MS, { kind: 'again', atMs: SOON_MS }],
    ['it runs and says how far', { ...running, progressPercent: 40 }, NOW_MS, { kind: 'again', atMs: SOON_MS, progressPercent: 40 }],
    ['nobody knows', unknown, NOW_MS, { kind: 'again', atMs: SOON_MS }],
    [
      'it runs, one millisecond before the deadline',
      running,
      DEADLINE_MS - 1,
      { kind: 'again', atMs: DEADLINE_MS - 1 + timing.pollSlowMs },
    ],
    ['it runs at the deadline', running, DEADLINE_MS, { kind: 'overdue', why: 'still running: Step 2' }],
    ['nobody knows at the deadline', unknown, DEADLINE_MS, { kind: 'overdue', why: 'no answer' }],
  ])('%s', (_what, outcome, nowMs, expected) => {
    expect(afterTrack(outcome, { deadlineMs: DEADLINE_MS, sentAtMs: SENT_AT_MS, nowMs, timing })).toEqual(expected);
  });
});

test('often at first, then slowly', () => {
  const at = (afterMs: number): number => pollIntervalMs({ nowMs: SENT_AT_MS + afterMs, sentAtMs: SENT_AT_MS, timing });
  expect([at(0), at(timing.pollFastForMs - 1), at(timing.pollFastForMs)]).toEqual([
    timing.pollFirstMs,
    timing.pollFirstMs,
    timing.pollSlowMs,
  ]);
});

describe('after a look at the roles', () => {
  const promoted = { kind: 'promoted', newWriter: 'b', oldPrimary: 'fenced', manualSteps: [], detail: 'roles seen' } as const;
  const unknown: VerifyOutcome = { kind: 'unknown', why: 'no answer' };
  test.each<[outcome: VerifyOutcome, nowMs: number, expected: ReturnType<typeof afterVerify>]>([
    [promoted, NOW_MS, 'promoted'],
    [promoted, DEADLINE_MS, 'promoted'],
    [{ kind: 'not-promoted', why: 'the writer is as it was' }, NOW_MS, 'failed'],
    [{ kind: 'not-yet', why: 'still two roles' }, NOW_MS, 'again'],
    [unknown, DEADLINE_MS - 1, 'again'],
    [unknown, DEADLINE_MS, 'overdue'],
  ])('%j at %d', (outcome, nowMs, expected) => {
    expect(afterVerify(outcome, { deadlineMs: DEADLINE_MS, nowMs })).toBe(expected);
  });
});
