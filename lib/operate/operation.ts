import { REASONS } from '../decide/reason.ts';
import type { Rules } from '../decide/decide.ts';
import type { Seen } from '../decide/look.ts';
import type { Check } from '../decide/verdict.ts';
import { windowAt } from '../decide/windows.ts';
import { duration, instant } from '../decide/words.ts';
import type { Operation, Plan, Provider } from '../failover/provider.ts';
import { planHashOf } from '../decide/act.ts';
import type { TargetState } from '../store/target-store.ts';
import { refused, type Refused } from './answer.ts';
import { personOf } from './deed.ts';

/** What a person asks for. */
export interface OperationRequest {
  readonly operation: Operation;
  readonly by: string;
  readonly reason: string;
  /** Overrides the cool-down; never the block, nor what is in flight. */
  readonly force?: boolean;
  /** Rule 10: what was not replicated may be lost. */
  readonly consentToLoseData?: boolean;
  /** The hash (or its first characters) of the plan that the person was shown. */
  readonly planHashPrefix?: string;
  /** Made by the caller and the same on every repetition, so that a lost answer starts nothing twice. 8 to 64 of `[0-9A-Za-z-]`. */
  readonly requestId?: string;
}
/** What would be asked of the provider, with every check that it would face. */
export interface Proposal {
  readonly plan: Plan;
  readonly planHash: string;
  readonly checks: readonly Check[];
  readonly warnings: readonly string[];
}

/** What the record says against it, whoever asks. Pure. */
export function recordProblem(state: TargetState, request: OperationRequest, nowMs: number): Refused | undefined {
  const { failover, controls } = state;
  if (failover !== undefined)
    return refused('in-flight', `A ${failover.operation} asked for by ${failover.requestedBy} is ${failover.state}.`);
  if (controls.block !== undefined)
    return refused('blocked', `${controls.block.failoverId}: ${controls.block.why}`, {
      remedy: `Look at it, then: understudy acknowledge ${state.targetId}`,
    });
  if (nowMs < controls.coolDownUntilMs && request.force !== true)
    return refused('cool-down', `${duration(controls.coolDownUntilMs - nowMs)} are left.`, {
      remedy: `Wait, acknowledge the last failover, or ask again with --force.`,
    });
  return undefined;
}

/** Guards that hold automation and only warn a person. Pure. */
export function recordWarnings(state: TargetState, { target, policy }: Rules, nowMs: number): string[] {
  const { pause, coolDownUntilMs } = state.controls;
  const open = windowAt(policy.guards, nowMs);
  return [
    ...(pause !== undefined && pause.untilMs > nowMs
      ? [`Automation is paused by ${pause.owner} until ${instant(pause.untilMs)}: ${pause.reason}`]
      : []),
    ...(open === undefined ? [] : [`The ${open.kind} "${open.name}" is open until ${instant(open.toMs)}.`]),
    ...(nowMs < coolDownUntilMs ? ['The cool-down of the last failover is overridden.'] : []),
    ...(target.mode === 'act' ? [] : ['The target is in shadow mode: automation never acts on it, you do.']),
  ];
}

/** What the world says: the plan with its checks, or why there is none. Pure. */
export function propose(provider: Provider, { target, policy }: Rules, seen: Seen, request: OperationRequest): Proposal | Refused {
  const { plan, look } = seen;
  if (plan === undefined) return refused('no-plan', look.planImpossible);
  const forced = request.operation === 'failover';
  const { lagMs } = look.observation;
  const { maxLagMs } = policy.guards;
  const over = forced && lagMs !== undefined && lagMs > maxLagMs;
  if (over && request.consentToLoseData !== true)
    return refused('consent-needed', `The lag is ${duration(lagMs)}, the limit ${duration(maxLagMs)}.`, {
      remedy: 'If those writes may be lost, ask again with --consent-to-data-loss.',
    });
  const checks = provider.preflight(target, plan, look.observation, { maxLagMs, dataLossConsented: over });
  const red = checks.find((check) => check.verdict !== 'pass');
  if (red !== undefined) return refused('preflight', `${red.name} is ${red.value}, limit: ${red.limit}.`, { checks });
  return { plan, planHash: planHashOf(target.id, plan), checks, warnings: worldWarnings(seen, forced, over) };
}

function worldWarnings({ look }: Seen, forced: boolean, over: boolean): string[] {
  return [
    ...(over ? ['Data that was not replicated is lost.'] : []),
    ...(forced && look.probe?.kind === 'alive' ? [`${REASONS.contradicted} A switchover would lose nothing.`] : []),
    ...(look.fleet.brakeOn ? ['The fleet brake is on; it holds automation only.'] : []),
  ];
}

/** @returns the plan is not the one that was shown. */
export function planProblem({ planHash }: Proposal, prefix: string | undefined): Refused | undefined {
  if (prefix === undefined || (prefix.length >= 8 && planHash.startsWith(prefix.toLowerCase()))) return undefined;
  return refused('plan-changed', `It is ${planHash.slice(0, 12)} now.`, { remedy: 'Look at the plan again before you ask again.' });
}

/** Rule 14 for people: only a forced promotion is asked about, and never by the one who asked. Pure. */
export function approversProblem({ policy }: Rules, { operation, by }: OperationRequest): Refused | undefined {
  const { required, approvers, count } = policy.guards.approval;
  if (!required || operation !== 'failover') return undefined;
  const others = approvers.filter((name) => personOf(name) !== personOf(by));
  if (others.length >= count) return undefined;
  return refused('too-few-approvers', `It wants ${count}, and besides you there are ${others.length}.`);
}
