import type { Config } from '../../lib/config/config.ts';
import { decideBatch, type BatchOutcome } from '../../lib/decide/step.ts';
import type { Services } from '../../lib/services.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import type { WriteResult } from '../../lib/ports.ts';
import type { TargetState, TargetStore } from '../../lib/store/target-store.ts';
import { actingConfig, OUTAGES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import type { World } from '../simulate/world.ts';
import { both, lookAt, MINUTE, ORDERS, record, still, waiting } from './still.ts';

export interface Down {
  readonly world: World;
  readonly services: Services;
  readonly t0: number;
  readonly state: () => Promise<TargetState>;
}

/** A database that is down in the cloud; nobody has said so yet. */
export function down(config?: Config, bend?: (services: Services) => Services): Down {
  const { world, services, t0 } = still(config, bend);
  OUTAGES.gaussdb.kill(world);
  return { world, services, t0, state: () => services.targets.load(ORDERS) };
}

type Write = () => Promise<WriteResult>;
interface Written {
  readonly targets: TargetStore;
  readonly before: TargetState;
  readonly failover: Failover;
}

/** The same, and what happens to the write that records a failover. */
export function downWriting(happens: (write: Write, written: Written) => Promise<WriteResult>): Down {
  return down(undefined, ({ targets, ...real }) => ({
    ...real,
    targets: {
      ...targets,
      save: (...given) => {
        const [before, { failover }] = given;
        const write: Write = () => targets.save(...given);
        return failover === undefined || failover === null ? write() : happens(write, { targets, before, failover });
      },
    },
  }));
}

/** A database that is down, and an earlier failover of it needs a person. */
export async function blocked(): Promise<Down> {
  const all = down();
  const before = await all.state();
  await all.services.targets.save(before, { controls: { ...before.controls, block: { failoverId: 'f0', why: 'failed', sinceMs: 0 } } });
  return all;
}

/** Both see it since two minutes: it is decided at once. */
export function tellDown(services: Services, t0: number, more: { receiveCount?: number } = {}): Promise<BatchOutcome> {
  return decideBatch(services, [record(both(t0 - 2 * MINUTE), more)]);
}

export function look(services: Services, dueAtMs: number, more: { receiveCount?: number } = {}): Promise<BatchOutcome> {
  return decideBatch(services, [record(lookAt(ORDERS, dueAtMs), more)]);
}

/** One observer alone says it. */
export function tellOne(services: Services, startsAtMs: number, observer: string): Promise<BatchOutcome> {
  return decideBatch(services, [record(alertmanagerBody([{ startsAtMs, observer, name: 'DatabaseUnreachable' }]))]);
}

export function keysOf(world: World): string[] {
  return waiting(world, 'notices').map(({ notice, channelId }) => `${(notice as { key: string }).key} → ${String(channelId)}`);
}

/** Everybody has to ask before acting. */
export function asking(): Config {
  const config = actingConfig();
  const approval = { required: true, approvers: ['ann@example.com'], count: 1, expiresMs: 30 * MINUTE };
  const policies = Object.entries(config.policies).map(([name, policy]) => [name, { ...policy, guards: { ...policy.guards, approval } }]);
  return { ...config, policies: Object.fromEntries(policies) as Config['policies'] };
}
