import type { Verdict } from '../decide/verdict.ts';
import { duration } from '../decide/words.ts';
import { verdictOf, type Case } from './case.ts';
import { withControls, withLook, withTarget } from './guard-changes.ts';

/** One thing that would keep it from acting, and the verdict that decide then gives. */
export interface Stopper {
  readonly what: string;
  readonly verdict: Verdict;
}

const HOUR_MS = 3_600_000;

/** For a verdict that acts: every single thing that would have stopped it. */
export function stoppersOf(given: Case): readonly Stopper[] {
  const { kind } = verdictOf(given);
  return candidates(given)
    .map(({ what, otherwise }) => ({ what, verdict: verdictOf(otherwise) }))
    .filter(({ verdict }) => verdict.kind !== kind);
}

function candidates(given: Case): readonly { what: string; otherwise: Case }[] {
  const { maxLagMs } = given.rules.policy.guards;
  const { nowMs } = given;
  const pause = { owner: 'somebody', reason: 'supposed', sinceMs: nowMs, untilMs: nowMs + HOUR_MS };
  const overLagMs = maxLagMs + 1;
  const observed = (change: Partial<NonNullable<Case['look']>['observation']>): Case =>
    withLook(given, (look) => ({ ...look, observation: { ...look.observation, ...change } }));
  const probed =
    given.look?.probe === undefined
      ? []
      : [
          {
            what: 'our own probe reached the database',
            otherwise: withLook(given, (look) => ({ ...look, probe: { kind: 'alive', latencyMs: 0 } })),
          },
        ];
  return [
    { what: 'the alerts were resolved', otherwise: { ...given, alerts: given.alerts.map((alert) => ended(alert, nowMs)) } },
    ...probed,
    { what: 'the standby were not healthy', otherwise: observed({ standbyHealthy: false }) },
    { what: `the lag were over ${duration(maxLagMs)}`, otherwise: observed({ lagMs: overLagMs }) },
    { what: 'the lag could not be read', otherwise: observed({ lagMs: undefined }) },
    { what: 'the target were paused', otherwise: withControls(given, (controls) => ({ ...controls, pause })) },
    { what: 'the fleet brake were on', otherwise: withLook(given, (look) => ({ ...look, fleet: { ...look.fleet, brakeOn: true } })) },
    { what: 'the target were in shadow mode', otherwise: withTarget(given, { mode: 'shadow' }) },
  ];
}

function ended(alert: Case['alerts'][number], atMs: number): Case['alerts'][number] {
  return { ...alert, status: 'resolved', observedAtMs: Math.max(alert.startsAtMs, atMs) };
}
