import type { Rules } from '../decide/decide.ts';
import type { FleetView, Look } from '../decide/state.ts';
import type { ProbeResult } from '../ports.ts';

/** What is supposed of the world where nobody looks at it: in an explanation and in a backtest. */
export interface Supposition {
  /** `none`: nobody has looked. `healthy`: the provider is idle, the standby healthy and in its role. */
  readonly look: 'healthy' | 'none';
  readonly probe: ProbeResult['kind'];
  readonly lagMs: number;
}

/** The database is as dead as the alerts say, and everything that a failover needs is well: what remains is the policy's own word. */
export const SUPPOSED: Supposition = { look: 'healthy', probe: 'unreached', lagMs: 0 };

const SAID_SO = 'supposed';
/** The latency is supposed too, so it is none. */
const PROBES: Readonly<Record<ProbeResult['kind'], ProbeResult>> = {
  alive: { kind: 'alive', latencyMs: 0 },
  unreached: { kind: 'unreached', why: SAID_SO },
  unsure: { kind: 'unsure', why: SAID_SO },
};

/** Nothing else happens. */
export const quietFleet: FleetView = { brakeOn: false, recentFailovers: 0, alarmingTargets: 0, targets: 1 };

/** @param fleet the rest of the fleet; default: nothing else happens. `undefined` where nobody is supposed to have looked. */
export function supposedLook({ target }: Rules, supposition: Supposition, nowMs: number, fleet: FleetView = quietFleet): Look | undefined {
  if (supposition.look === 'none') return undefined;
  return {
    observation: {
      observedAtMs: nowMs,
      standbyRole: 'standby',
      relation: 'healthy',
      standbyHealthy: true,
      lagMs: supposition.lagMs,
      inFlight: [],
      writer: undefined,
      candidates: [],
      lastSwitchAtMs: undefined,
      details: {},
    },
    fleet,
    ...(target.probe === undefined ? {} : { probe: PROBES[supposition.probe] }),
  };
}
