import type { Alert } from '../alert/alert.ts';
import { indexTargets, resolveTarget, type Resolution } from '../alert/resolve-target.ts';
import type { Config } from '../config/config.ts';
import { emptyHealth, type Health } from '../decide/health.ts';
import { noControls, type Controls, type FleetView } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';
import { rulesFor } from '../services.ts';
import { verdictOf, type Case } from './case.ts';
import { waysToAct, type Counterfactual } from './counterfactual.ts';
import { standingsOf, type Standing } from './counts.ts';
import { stoppersOf, type Stopper } from './stoppers.ts';
import { quietFleet, supposedLook, type Supposition } from './suppose.ts';

/** What is on record of a target: the store's word instead of a supposition. */
export interface OnRecord {
  readonly health: Health;
  readonly controls: Controls;
  readonly inFlight?: string;
  readonly fleet?: FleetView;
}
export interface Question {
  readonly config: Config;
  /** In the order in which they came. */
  readonly alerts: readonly Alert[];
  /** Take every alert to be about this target. @see {UnknownTargetError} */
  readonly policyOf?: string | undefined;
  /** Default: the moment of the newest statement. */
  readonly nowMs?: number | undefined;
  readonly supposition: Supposition;
  readonly onRecord?: (targetId: string) => OnRecord | undefined;
}

export interface Explanation {
  readonly nowMs: number;
  readonly targets: readonly ExplainedTarget[];
  /** Alerts that lead to no target, or to more than one. */
  readonly astray: readonly { readonly alert: Alert; readonly why: Exclude<Resolution['kind'], 'target'> }[];
}
export interface ExplainedTarget {
  readonly targetId: string;
  readonly policy: string;
  readonly mode: 'shadow' | 'act';
  readonly alerts: readonly { readonly alert: Alert; readonly standings: readonly Standing[] }[];
  readonly verdict: Verdict;
  /** What would have to change for it to act. */
  readonly ways: readonly Counterfactual[];
  /** For a verdict that acts: what would have stopped it. */
  readonly stoppers: readonly Stopper[];
}

/** Which verdict these alerts lead to, and why: for every target that they name. Pure. @throws {UnknownTargetError} for `policyOf`. */
export function explain(question: Question): Explanation {
  const { config, alerts, policyOf } = question;
  if (policyOf !== undefined) rulesFor(config, policyOf);
  const nowMs = question.nowMs ?? newest(alerts);
  const index = indexTargets(config.targets);
  const byTarget = new Map<string, Alert[]>();
  const astray: { alert: Alert; why: Exclude<Resolution['kind'], 'target'> }[] = [];
  for (const alert of alerts) {
    const resolution = policyOf === undefined ? resolveTarget(alert, index) : { kind: 'target' as const, targetId: policyOf };
    if (resolution.kind !== 'target') astray.push({ alert, why: resolution.kind });
    else byTarget.set(resolution.targetId, [...(byTarget.get(resolution.targetId) ?? []), alert]);
  }
  return { nowMs, astray, targets: [...byTarget].map(([targetId, own]) => explainTarget(question, targetId, { alerts: own, nowMs })) };
}

function newest(alerts: readonly Alert[]): number {
  return Math.max(0, ...alerts.map(({ observedAtMs }) => observedAtMs));
}

function explainTarget(
  question: Question,
  targetId: string,
  { alerts, nowMs }: { alerts: readonly Alert[]; nowMs: number },
): ExplainedTarget {
  const given = caseOf(question, targetId, alerts, nowMs);
  const { target, policy } = given.rules;
  const verdict = verdictOf(given);
  const acts = verdict.kind === 'failover' || verdict.kind === 'ask';
  return {
    targetId,
    policy: policy.name,
    mode: target.mode,
    alerts: alerts.map((alert) => ({ alert, standings: standingsOf(policy, alert) })),
    verdict,
    ways: verdict.kind === 'failover' ? [] : waysToAct(given),
    stoppers: acts ? stoppersOf(given) : [],
  };
}

/** The case that decide is asked about. */
export function caseOf({ config, supposition, onRecord }: Question, targetId: string, alerts: readonly Alert[], nowMs: number): Case {
  const rules = rulesFor(config, targetId);
  const found = onRecord?.(targetId);
  const fleet = found?.fleet ?? { ...quietFleet, alarmingTargets: 1, targets: Object.keys(config.targets).length };
  return {
    rules,
    before: found?.health ?? emptyHealth,
    alerts,
    controls: found?.controls ?? noControls,
    inFlight: found?.inFlight,
    look: supposedLook(rules, supposition, nowMs, fleet),
    nowMs,
  };
}
