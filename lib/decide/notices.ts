import type { Notice } from '../notify/notice.ts';
import type { Failover } from '../failover/failover.ts';
import { REASONS, type ReasonCode } from './reason.ts';
import type { Check, Verdict } from './verdict.ts';
import { duration, instant } from './words.ts';

const BRAKE_STEPS = ['Many databases alarm or failed over at once. Find the common cause, then: understudy release-brake'];

/** Holds that people must hear of, with what they can do. Every other hold is on record and in the log. */
const steps: Partial<Record<ReasonCode, readonly string[]>> = {
  contradicted: ['Look whether the database serves its users; our probe reaches it.'],
  'standby-unhealthy': ['Look at the standby: it would not take over safely.'],
  'relation-broken': ['Look at the replication relation in the cloud console.'],
  'lag-over-limit': ['Decide whether the data that was not replicated may be lost; only a person can consent.'],
  'lag-unknown': ['Read the replication lag in the cloud console.'],
  blocked: ['Look at the earlier failover, then: understudy acknowledge TARGET'],
  'fleet-brake': BRAKE_STEPS,
  paused: ['The database is down while automation is paused. Fail over by hand, or: understudy resume TARGET'],
  maintenance: ['The database is down in a maintenance window. If that is not the work, act by hand.'],
};

/** Criteria met and we do not act: people are told once an episode and reason. In shadow mode: that it would have acted. */
export function heldNotice(targetId: string, verdict: Verdict, beganAtMs: number): Notice {
  const shadow = verdict.reason === 'shadow-mode';
  return {
    key: `${targetId}/held/${verdict.reason}/${beganAtMs}`,
    targetId,
    kind: shadow ? 'shadow' : 'held',
    urgency: shadow ? 'tell' : 'page',
    title: shadow ? `${targetId}: would fail over now (shadow mode)` : `${targetId}: down, and NOT failing over: ${verdict.reason}`,
    facts: [{ name: 'Reason', value: REASONS[verdict.reason] }, ...factsOf(verdict.checks), { name: 'Since', value: instant(beganAtMs) }],
    steps: steps[verdict.reason] ?? [],
    atMs: verdict.decidedAtMs,
  };
}

export function requestedNotice(failover: Failover, verdict: Verdict): Notice {
  const asks = failover.state === 'awaiting-approval';
  return {
    key: `${failover.id}/${asks ? 'approval-needed' : 'requested'}`,
    targetId: failover.targetId,
    failoverId: failover.id,
    kind: asks ? 'approval-needed' : 'requested',
    urgency: 'page',
    title: asks ? `${failover.targetId}: failover waits for approval` : `${failover.targetId}: failing over`,
    facts: [
      { name: 'Why', value: failover.reason },
      ...factsOf(verdict.checks),
      { name: 'Down for', value: duration(verdict.decidedAtMs - failover.beganAtMs) },
    ],
    steps: asks ? [`understudy approve ${failover.targetId} --plan ${failover.planHash.slice(0, 12)}`] : [],
    atMs: verdict.decidedAtMs,
  };
}

/** One key for each time that the brake goes on: whoever gets so far as to say it, it is said once. */
export function brakeNotice(onSinceMs: number, why: string): Notice {
  return {
    key: `fleet/brake/${onSinceMs}`,
    targetId: '*',
    kind: 'brake-tripped',
    urgency: 'page',
    title: 'Fleet brake ON: all automatic failover stands until a person releases it',
    facts: [
      { name: 'Tripped by', value: why },
      { name: 'Since', value: instant(onSinceMs) },
    ],
    steps: BRAKE_STEPS,
    atMs: onSinceMs,
  };
}

function factsOf(checks: readonly Check[]): { name: string; value: string }[] {
  return checks
    .filter((check) => check.verdict !== 'unread')
    .map((check) => ({ name: `${check.verdict === 'pass' ? '✓' : '✗'} ${check.name}`, value: `${check.value} (limit: ${check.limit})` }));
}
