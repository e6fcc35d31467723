import { lookAtFleet } from '../decide/look.ts';
import type { Health } from '../decide/health.ts';
import type { Controls, FleetView } from '../decide/state.ts';
import { rulesFor, type Services } from '../services.ts';

/** What a decision about the target would start from now, besides the provider and the probe. */
export interface TargetOnRecord {
  readonly health: Health;
  readonly controls: Controls;
  readonly inFlight?: string;
  readonly fleet: FleetView;
}

/** @throws {UnknownTargetError} */
export async function targetOnRecord(services: Services, targetId: string): Promise<TargetOnRecord> {
  const { fleet } = rulesFor(services.config, targetId);
  const [{ health, controls, failover }, view] = await Promise.all([
    services.targets.load(targetId),
    lookAtFleet(services, targetId, fleet.brake),
  ]);
  return { health, controls, fleet: view, ...(failover === undefined ? {} : { inFlight: failover.id }) };
}
