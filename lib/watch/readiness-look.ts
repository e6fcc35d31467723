import type { Rules } from '../decide/decide.ts';
import type { Health } from '../decide/health.ts';
import type { Observation } from '../failover/provider.ts';
import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { drillDueSinceMs } from './drill-due.ts';
import { assess, isBusy, type DrillAge, type ReadinessInput } from './readiness.ts';
import type { Checked, Readiness } from './standing.ts';

export interface Subject {
  readonly rules: Rules;
  readonly state: TargetState;
  /** What the check before this one found. */
  readonly before: Readiness | undefined;
}

/** Reads what a failover would read, and judges it. What could not be read is a red check, not an error. */
export async function lookAtReadiness(services: Services, { rules, state, before }: Subject): Promise<Checked> {
  const { target, policy } = rules;
  const { clock, timing } = services;
  const planned = plannedOf(rules, before, clock.nowMs());
  const [observation, probe, drill] = await Promise.all([
    services.provider(target.provider).observe(target, clock.nowMs() + timing.observeMs),
    probeOf(services, rules, state.alarming),
    drillAge(services, rules, planned),
  ]);
  const nowMs = clock.nowMs();
  const busySinceMs = isBusy(observation) ? (before?.busySinceMs ?? nowMs) : undefined;
  const assessment = assess({
    ...planOf(services, rules, observation),
    observation,
    probe,
    drill,
    busySinceMs,
    nowMs,
    maxLagMs: policy.guards.maxLagMs,
    unreadable: state.unreadable,
    lastAlertAtMs: newestAlertMs(state.health),
  });
  return { ...assessment, targetId: target.id, checkedAtMs: nowMs, busySinceMs, planned };
}

/** An alarming target is probed by the decision; that it does not answer then is no news. */
async function probeOf(services: Services, { target }: Rules, alarming: boolean): Promise<ReadinessInput['probe']> {
  if (target.probe === undefined) return undefined;
  return alarming ? 'not-while-alarming' : services.probe.connect(target.probe, target.probe.timeoutMs);
}

/** The lag has a check of its own, so the provider's is told that any would do. */
function planOf(
  services: Services,
  { target, policy }: Rules,
  observation: Observation,
): Pick<ReadinessInput, 'planImpossible' | 'preflight'> {
  const provider = services.provider(target.provider);
  const plan = provider.plan(target, 'failover', observation);
  if ('impossible' in plan) return { planImpossible: plan.impossible, preflight: [] };
  const limits = { maxLagMs: policy.guards.maxLagMs, dataLossConsented: true };
  return { planImpossible: undefined, preflight: provider.preflight(target, plan, observation, limits) };
}

/** A schedule counts from the check that saw it first: a new one is not overdue. */
function plannedOf({ target: { drill } }: Rules, before: Readiness | undefined, nowMs: number): Readiness['planned'] {
  if (drill === undefined) return undefined;
  const schedule = `${drill.schedule} ${drill.zone}`;
  return before?.planned?.schedule === schedule ? before.planned : { schedule, sinceMs: nowMs };
}

async function drillAge(services: Services, { target }: Rules, planned: Readiness['planned']): Promise<DrillAge | undefined> {
  if (target.drill === undefined || planned === undefined) return undefined;
  const [last] = await services.records.drills(target.id, 1);
  const dueSinceMs = drillDueSinceMs(target.drill.schedule, target.drill.zone, services.clock.nowMs());
  return { plannedSinceMs: planned.sinceMs, dueSinceMs, lastAtMs: last?.endedAtMs };
}

function newestAlertMs({ observers }: Health): number | undefined {
  const stated = Object.values(observers).flatMap(({ tracked }) => Object.values(tracked).map(({ statedAtMs }) => statedAtMs));
  return stated.length === 0 ? undefined : Math.max(...stated);
}
