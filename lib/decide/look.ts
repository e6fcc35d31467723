import type { Rules } from './decide.ts';
import type { FleetView, Look } from './state.ts';
import type { Operation, Plan } from '../failover/provider.ts';
import type { ProbeResult } from '../ports.ts';
import type { Services } from '../services.ts';
import { recentSlots } from '../store/brake-store.ts';

/** What was seen of the world, with the plan that the provider made from it. */
export interface Seen {
  readonly look: Look;
  readonly plan?: Plan;
}

/** Reads the provider, our own probe and the fleet, at the same time, before a decision that may act (rules 1, 5, 10–12). Never throws
 * for anything the world does: what could not be read is unknown, and unknown never acts. */
export async function lookAtWorld(services: Services, { target, fleet }: Rules, operation: Operation): Promise<Seen> {
  const { clock, timing } = services;
  const provider = services.provider(target.provider);
  const [observation, probe, view] = await Promise.all([
    provider.observe(target, clock.nowMs() + timing.observeMs),
    probeOf(services, target.probe),
    lookAtFleet(services, target.id, fleet.brake),
  ]);
  const plan = provider.plan(target, operation, observation);
  const look = { observation, fleet: view, ...(probe === undefined ? {} : { probe }) };
  return 'impossible' in plan ? { look: { ...look, planImpossible: plan.impossible } } : { look, plan };
}

async function probeOf(services: Services, endpoint: Rules['target']['probe']): Promise<ProbeResult | undefined> {
  return endpoint === undefined ? undefined : services.probe.connect(endpoint, endpoint.timeoutMs);
}

/** The target about to act counts as alarming though its own record may not say so yet. */
export async function lookAtFleet(services: Services, targetId: string, limits: Rules['fleet']['brake']): Promise<FleetView> {
  const [brake, open] = await Promise.all([services.brake.load(), services.targets.open()]);
  const alarming = new Set(open.filter((target) => target.alarming).map((target) => target.targetId));
  alarming.add(targetId);
  return {
    brakeOn: brake.on,
    recentFailovers: recentSlots(brake, limits, services.clock.nowMs()).length,
    alarmingTargets: alarming.size,
    targets: Object.keys(services.config.targets).length,
  };
}
