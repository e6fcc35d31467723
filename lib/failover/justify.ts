import { decide } from '../decide/decide.ts';
import type { Look } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';
import { rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Failover } from './failover.ts';

/** Decides again, for this very failover. `undefined`: a person asked for it, and needs no alerts. */
export function stillJustified(services: Services, state: TargetState, failover: Failover, look?: Look): Verdict | undefined {
  if (failover.cause === 'person') return undefined;
  const rules = rulesFor(services.config, failover.targetId);
  const { approved, dataLossConsented, requestedAtMs } = failover;
  const { health } = state;
  const controls = { ...state.controls, failoversMs: state.controls.failoversMs.filter((atMs) => atMs !== failover.requestedAtMs) };
  const situation = { health, controls, settled: { approved, dataLossConsented, requestedAtMs }, ...(look === undefined ? {} : { look }) };
  return decide(rules, situation, services.clock.nowMs());
}

/** After the world was read: nothing but a full yes. */
export function mayAct(verdict: Verdict | undefined): boolean {
  return verdict === undefined || verdict.kind === 'failover';
}

/** Before the world is read: nothing on record forbids it. */
export function mayGoOn(verdict: Verdict | undefined): boolean {
  return mayAct(verdict) || verdict?.reason === 'world-unread';
}
