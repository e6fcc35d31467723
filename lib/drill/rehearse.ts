import type { Alert } from '../alert/alert.ts';
import type { Criterion } from '../config/config.ts';
import { decide, type Rules } from '../decide/decide.ts';
import { fold } from '../decide/fold.ts';
import { emptyHealth } from '../decide/health.ts';
import { relevanceOf } from '../decide/matcher.ts';
import type { Controls, Look } from '../decide/state.ts';
import type { Check, Verdict } from '../decide/verdict.ts';

export interface Rehearsal {
  readonly rules: Rules;
  readonly controls: Controls;
  readonly look: Look;
  readonly inFlight?: string;
  readonly nowMs: number;
}

/**
 * The alert path in shadow: synthetic alerts that meet the policy's first criterion are folded and decided as real ones would be, on the
 * real world and the real controls. Only two things are supposed: that our probe does not reach the database (it does, or the drill
 * would be an outage), and that the target may act (shadow mode is reported beside). Pure; nothing is recorded.
 */
export function rehearse({ rules, controls, look, inFlight, nowMs }: Rehearsal): Verdict {
  const health = fold(emptyHealth, syntheticAlerts(rules, nowMs), relevanceOf(rules.policy), nowMs);
  const supposed: Look = look.probe === undefined ? look : { ...look, probe: { kind: 'unreached', why: 'supposed for the drill' } };
  const acting: Rules = { ...rules, target: { ...rules.target, mode: 'act' } };
  const situation = { health, controls: { ...controls, spentUntilMs: 0 }, look: supposed, ...(inFlight === undefined ? {} : { inFlight }) };
  return decide(acting, situation, nowMs);
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
  const labels: Record<string, string> = {};
  for (const { label, op, value } of criterion.match) if (op === '=') labels[label] = value;
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
    labels,
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
