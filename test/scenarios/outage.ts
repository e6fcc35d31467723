import type { Config, Policy } from '../../lib/config/config.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { Mischief } from '../simulate/invocation.ts';
import { World, type WorldOptions } from '../simulate/world.ts';
import { alertmanagerBody, exampleConfig, withTarget } from './story.ts';

/** One database that dies for good, and two Prometheus servers that see it: the plainest story, for each provider. */
export interface Outage {
  readonly targetId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Promotions of this target by request, by the simulated cloud's own count. */
  readonly promotions: (world: World) => number;
  readonly kill: (world: World) => void;
}

export const OUTAGES: Readonly<Record<'gaussdb' | 'polardb' | 'polardb-gdn', Outage>> = {
  gaussdb: {
    targetId: 'orders-gaussdb',
    labels: { gaussdbv5_instance_id: FLEET.gaussdb.instanceId },
    promotions: (world) => world.gaussdb.counters().promotions[FLEET.gaussdb.instanceId] ?? 0,
    kill: (world) => world.gaussdb.setOutage(FLEET.gaussdb.primaryInstanceId, true, world.nowMs),
  },
  polardb: {
    targetId: 'payments-polardb',
    labels: { clusterId: FLEET.polardb.mysqlClusterId },
    promotions: (world) => world.polardb.counters().promotions[FLEET.polardb.mysqlClusterId] ?? 0,
    kill: (world) => world.polardb.setOutage(FLEET.polardb.mysqlClusterId, true, world.nowMs),
  },
  'polardb-gdn': {
    targetId: 'ledger-gdn',
    labels: { gdnId: FLEET.polardb.gdnId },
    promotions: (world) => world.polardb.counters().promotions[FLEET.polardb.gdnId] ?? 0,
    kill: (world) => world.polardb.setOutage(FLEET.polardb.gdnPrimaryClusterId, true, world.nowMs),
  },
};
export const PROVIDER_NAMES = Object.keys(OUTAGES) as readonly (keyof typeof OUTAGES)[];

/** The example's configuration with every target acting without being asked, and the same criterion for all. */
export function actingConfig(stage = 'test'): Config {
  const config = exampleConfig(stage);
  const standard = config.policies['cross-region'];
  if (standard === undefined) throw new Error('the example has no policy cross-region');
  const criteria = standard.criteria.map((one) => ({ ...one, maxAgeMs: 45 * 60_000 }));
  const approval = { required: false, approvers: [], count: 1, expiresMs: 1_800_000 };
  const policies: Record<string, Policy> = {};
  for (const [name, policy] of Object.entries(config.policies)) {
    policies[name] = { ...policy, criteria, guards: { ...policy.guards, approval, maintenance: [] } };
  }
  let acting: Config = { ...config, policies };
  for (const id of Object.keys(config.targets)) acting = withTarget(acting, id, { mode: 'act' });
  const gdn = config.targets['ledger-gdn']?.gdn;
  return gdn === undefined ? acting : withTarget(acting, 'ledger-gdn', { gdn: { ...gdn, forced: true } });
}

/** The target's failover wherever it is now: active or ended. */
export async function failoverOf(world: World, targetId: string): Promise<Failover | undefined> {
  const services = world.aside();
  const { failover } = await services.targets.load(targetId);
  return failover ?? (await services.records.failovers(targetId, 1))[0];
}

export interface OutageRun {
  readonly world: World;
  readonly failover: Failover | undefined;
  readonly promotions: number;
  /** Titles of what people got. */
  readonly told: readonly string[];
}

/** Lets the outage happen at once and runs on. */
export async function runOutage(
  provider: keyof typeof OUTAGES,
  forMs: number,
  options: Partial<WorldOptions> & { mischief?: Mischief } = {},
): Promise<OutageRun> {
  return playOutage(new World({ config: actingConfig(), ...options }), provider, forMs);
}

export async function playOutage(world: World, provider: keyof typeof OUTAGES, forMs: number): Promise<OutageRun> {
  const outage = OUTAGES[provider];
  outage.kill(world);
  const startsAtMs = world.nowMs;
  const alert = { startsAtMs, instance: '', labels: outage.labels, name: 'DatabaseUnreachable' };
  world.kernel.after(30_000, () =>
    world.alert(
      alertmanagerBody([
        { ...alert, observer: 'eu-1' },
        { ...alert, observer: 'eu-2', startsAtMs: startsAtMs + 4_000 },
      ]),
    ),
  );
  await world.run(forMs);
  const failover = await failoverOf(world, outage.targetId);
  return { world, failover, promotions: outage.promotions(world), told: titles(world) };
}

export function titles(world: World): string[] {
  return world.told.filter(({ channel }) => channel.startsWith('ops-slack')).map(({ body }) => (JSON.parse(body) as { text: string }).text);
}
