import type { Observation } from '../failover/provider.ts';
import type { ProbeResult } from '../ports.ts';
import type { Act } from '../store/record-store.ts';
import type { Health } from './health.ts';

/** What people and earlier failovers have laid down on a target. */
export interface Controls {
  readonly pause?: Pause;
  /** Rule 9: set by a failover that failed, got stuck or stayed unknown; lifted by a person. */
  readonly block?: { readonly failoverId: string; readonly why: string; readonly sinceMs: number };
  readonly coolDownUntilMs: number;
  /** Alerts that began at or before this have had their failover. */
  readonly spentUntilMs: number;
  /** Requests of the last 24 hours and the few before, newest first, bounded. */
  readonly failoversMs: readonly number[];
  /** When the last pause ended: alerts that began before it need a fresh signal. */
  readonly pausedUntilMs: number;
  /** The deed of a person that changed these last, by the same write: should the history have missed it, it is still known here. */
  readonly lastAct?: Act;
}
/** Rule 13: every pause has an owner, a reason and an end. */
export interface Pause {
  readonly owner: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}
export const noControls: Controls = { coolDownUntilMs: 0, spentUntilMs: 0, failoversMs: [], pausedUntilMs: 0 };

/** The fleet as the brake sees it (rule 12). */
export interface FleetView {
  readonly brakeOn: boolean;
  /** Slots taken within the brake's window, this failover not counted. */
  readonly recentFailovers: number;
  readonly alarmingTargets: number;
  readonly targets: number;
}

/** What was read of the world right before deciding; `undefined`: nobody has looked yet. */
export interface Look {
  readonly observation: Observation;
  /** Absent when the target has no probe. */
  readonly probe?: ProbeResult;
  readonly fleet: FleetView;
  /** Why the provider can make no plan, if it cannot. */
  readonly planImpossible?: string;
}

/** Everything that decide is told about a target. */
export interface Situation {
  readonly health: Health;
  readonly controls: Controls;
  /** The id of an active failover, if any. When it is decided whether that very failover may still act, it is left out. */
  readonly inFlight?: string;
  readonly look?: Look;
  /** A failover about to be claimed: its own approval and brake slot were settled when it was requested. */
  readonly settled?: Settled;
}
export interface Settled {
  readonly approved: boolean;
  readonly dataLossConsented: boolean;
  /** How long people considered it, in ms: their time makes the alerts no older (rules 3, 14). Time lost afterwards does. */
  readonly consideredMs?: number;
}
