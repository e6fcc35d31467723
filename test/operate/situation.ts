import type { Approval, Config, Guards } from '../../lib/config/config.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import type { Services } from '../../lib/services.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { alertmanagerBody, exampleConfig } from '../scenarios/story.ts';
import { World } from '../simulate/world.ts';

export const TARGET = 'orders-gaussdb';
export const TWO_OF_THREE: Approval = {
  required: true,
  approvers: ['ann@example.com', 'bob@example.com', 'cem@example.com'],
  count: 2,
  expiresMs: 30 * 60_000,
};

/** The example with other guards for the one target of these tests. */
export function configWith(guards: Partial<Guards>): Config {
  const config = exampleConfig();
  const name = config.targets[TARGET]?.policyName ?? '';
  const policy = config.policies[name];
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return { ...config, policies: { ...config.policies, [name]: { ...policy, guards: { ...policy.guards, ...guards } } } };
}

export function worldWith(guards: Partial<Guards> = {}): World {
  return new World({ config: configWith(guards) });
}

/** The primary dies and two observers see it; the alerts arrive half a minute later. */
export function strike(world: World, changes: { readonly startsAtMs?: number; readonly dead?: boolean } = {}): void {
  const { startsAtMs = world.nowMs, dead = true } = changes;
  world.gaussdb.setOutage(FLEET.gaussdb.primaryInstanceId, dead, world.nowMs);
  const body = alertmanagerBody([
    { startsAtMs, observer: 'eu-1' },
    { startsAtMs: startsAtMs + 2_000, observer: 'eu-2' },
  ]);
  world.kernel.after(30_000, () => world.alert(body));
}

/** The same alerts, resolved. */
export function heal(world: World, startsAtMs: number): void {
  const endsAtMs = world.nowMs;
  world.alert(
    alertmanagerBody(
      ['eu-1', 'eu-2'].map((observer, index) => ({ status: 'resolved', startsAtMs: startsAtMs + 2_000 * index, endsAtMs, observer })),
    ),
  );
}

/** A failover that waits for approval, and the services to approve it with. */
export async function awaitingApproval(guards: Partial<Guards> = {}): Promise<{
  readonly world: World;
  readonly services: Services;
  readonly failover: Extract<Failover, { state: 'awaiting-approval' }>;
  readonly startsAtMs: number;
}> {
  const world = worldWith({ approval: TWO_OF_THREE, ...guards });
  const startsAtMs = world.nowMs;
  strike(world);
  await world.run(3 * 60_000);
  const services = world.aside();
  const { failover } = await services.targets.load(TARGET);
  if (failover?.state !== 'awaiting-approval') throw new Error(`expected a failover awaiting approval, found ${String(failover?.state)}`);
  return { world, services, failover, startsAtMs };
}

/** How often the simulated cloud was asked to promote. */
export function promotions(world: World): number {
  return world.gaussdb.counters().promotions[FLEET.gaussdb.instanceId] ?? 0;
}

export async function active(world: World): Promise<Failover | undefined> {
  return (await world.aside().targets.load(TARGET)).failover;
}

export async function ended(world: World): Promise<Failover | undefined> {
  return (await world.aside().records.failovers(TARGET, 1))[0];
}

export function titles(world: World): readonly string[] {
  return world.told.map(({ body }) => body);
}
