import type { Operation } from '../../lib/failover/provider.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { requestOperation } from '../../lib/operate/request-operation.ts';
import type { FaultName } from '../../local/simulators/faults.ts';
import { arrange } from '../contract/gaussdb-matrix.ts';
import { World, type WorldOptions } from '../simulate/world.ts';
import { actingConfig, failoverOf, OUTAGES, titles } from './outage.ts';

export type ProviderName = keyof typeof OUTAGES;

/** Every operation of every provider, by the name that its simulator counts it under. */
export const OPERATION_NAMES: Readonly<Record<ProviderName, Partial<Readonly<Record<Operation, string>>>>> = {
  gaussdb: {
    failover: 'failover',
    switchover: 'switchover',
    restore: 'restore',
    'simulation-start': 'simulation-start',
    'simulation-stop': 'simulation-stop',
  },
  polardb: { failover: 'FailoverDBCluster', switchover: 'FailoverDBCluster' },
  'polardb-gdn': { failover: 'SwitchOverGlobalDatabaseNetwork', switchover: 'SwitchOverGlobalDatabaseNetwork' },
};
export const EVERY_OPERATION = Object.entries(OPERATION_NAMES).flatMap(([provider, operations]) =>
  Object.keys(operations).map((operation) => [provider as ProviderName, operation as Operation] as const),
);

export interface AskedRun {
  readonly world: World;
  readonly failover: Failover | undefined;
  /** Operations that the simulated cloud carried out because of a request. */
  readonly effects: number;
  readonly told: readonly string[];
  /** The whole of the notice of its end: title, facts, steps. */
  readonly notice: string;
}

/** A person asks for an operation of a healthy database, and the world runs on. `fault` strikes the operation's own request, once. */
export async function runAsked(
  provider: ProviderName,
  operation: Operation,
  options: Partial<WorldOptions> & { readonly forMs?: number; readonly fault?: FaultName } = {},
): Promise<AskedRun> {
  const { forMs = 2 * 3_600_000, fault, ...rest } = options;
  const world = new World({ config: actingConfig(), ...rest });
  const { targetId } = OUTAGES[provider];
  if (provider === 'gaussdb') world.gaussdb.change((state) => arrange(state, operation));
  const engine = provider === 'gaussdb' ? world.gaussdb : world.polardb;
  const name = OPERATION_NAMES[provider][operation] ?? operation;
  if (fault !== undefined) engine.faults(world.nowMs).set({ operation: name, fault });
  const answer = await requestOperation(world.aside(), targetId, { operation, by: 'ann@example.com', reason: 'asked for' });
  if (!answer.ok) throw new Error(`${provider} ${operation} was refused: ${answer.why}`);
  await world.run(forMs);
  const effects = engine.counters().effects.filter((effect) => effect.by === 'request' && effect.operation === name).length;
  const notice = world.told.findLast(({ channel }) => channel.startsWith('ops-slack'))?.body ?? '';
  return { world, failover: await failoverOf(world, targetId), effects, told: titles(world), notice };
}
