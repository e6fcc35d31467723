import type { Alert } from '../alert/alert.ts';
import type { Criterion, Policy } from '../config/config.ts';
import { decide, type Rules } from '../decide/decide.ts';
import { fold } from '../decide/fold.ts';
import { emptyHealth } from '../decide/health.ts';
import { relevanceOf } from '../decide/matcher.ts';
import type { Controls, Look } from '../decide/state.ts';
import type { Check, Verdict } from '../decide/verdict.ts';
import { labelsFor, valueFor } from '../explain/fitting-labels.ts';

export interface Rehearsal {
  readonly rules: Rules;
  readonly controls: Controls;
  readonly look: Look;
  readonly inFlight?: string;
  readonly nowMs: number;
}

/**
 * The alert path in shadow: synthetic alerts that meet the policy's first criterion are folded and decided as real ones would be, on the
 * real world and the real controls. Only three things are supposed: that our probe does not reach the database (it does, or the drill
 * would be an outage), that the target may act (shadow mode is reported beside), and that a pattern for which no label is easily told
 * fits. Pure; nothing is recorded.
 */
export function rehearse({ rules, controls, look, inFlight, nowMs }: Rehearsal): Verdict {
  const acting: Rules = { ...rules, target: { ...rules.target, mode: 'act' }, policy: tellable(rules.policy) };
  const health = fold(emptyHealth, syntheticAlerts(acting, nowMs), relevanceOf(acting.policy), nowMs);
  const supposed: Look = look.probe === undefined ? look : { ...look, probe: { kind: 'unreached', why: 'supposed for the drill' } };
  const situation = { health, controls: { ...controls, spentUntilMs: 0 }, look: supposed, ...(inFlight === undefined ? {} : { inFlight }) };
  return decide(acting, situation, nowMs);
}

/** Without the patterns for which no label that fits is easily told: whether they fit is no question of a drill. */
function tellable(policy: Policy): Policy {
  const criteria = policy.criteria.map((one) => ({ ...one, match: one.match.filter((matcher) => valueFor(matcher) !== undefined) }));
  return { ...policy, criteria };
}

/** As many alerts from as many observers as the criterion wants, firing for just long enough. */
export function syntheticAlerts({ policy, target }: Rules, nowMs: number): readonly Alert[] {
  const [criterion] = policy.criteria;
  if (criterion === undefined) return [];
  const startsAtMs = nowMs - Math.max(criterion.forMs, policy.guards.providerGraceMs) - 1_000;
  const observers = Math.max(1, criterion.quorum.observers);
  const count = Math.max(criterion.quorum.alerts, observers);
  return Array.from({ length: count }, (_, index) =>
    synthetic(criterion, target.id, { index, observer: `drill-${index % observers}`, startsAtMs }),
  );
}

function synthetic(
  criterion: Criterion,
  targetId: string,
  { index, observer, startsAtMs }: { index: number; observer: string; startsAtMs: number },
): Alert {
  return {
    source: criterion.sources[0] ?? 'drill',
    observer,
    fingerprint: `drill-${index}`,
    name: criterion.names[0] ?? 'Drill',
    class: criterion.classes.find((one) => one !== 'overload' && one !== 'capacity') ?? 'unreachable',
    severity: criterion.severities[0] ?? 'critical',
    status: 'firing',
    startsAtMs,
    observedAtMs: startsAtMs,
    resources: [{ key: 'target', value: targetId }],
    labels: labelsFor(criterion.match),
    summary: 'synthetic alert of a drill',
  };
}

/** In a drill the database lives: the probe has to reach it, or it could never tell an outage from its own blindness. */
export function probeCheck(look: Look): readonly Check[] {
  const { probe } = look;
  if (probe === undefined) return [];
  const value = probe.kind === 'alive' ? `reaches it in ${probe.latencyMs} ms` : `${probe.kind}: ${probe.why}`;
  return [
    { name: 'probe-works', rule: 18, verdict: probe.kind === 'alive' ? 'pass' : 'fail', value, limit: 'reaches the living database' },
  ];
}
