import type { Config, Policy, Target } from './config/config.ts';
import type { Rules } from './decide/decide.ts';
import type { Provider } from './failover/provider.ts';
import type { Channel } from './notify/channel.ts';
import type { Clock, Entropy, Http, Log, Probe, Queue, Secrets } from './ports.ts';
import type { ArchiveStore } from './store/archive-store.ts';
import type { BrakeStore } from './store/brake-store.ts';
import type { MarkStore } from './store/mark-store.ts';
import type { ReadinessStore } from './store/readiness-store.ts';
import type { RecordStore } from './store/record-store.ts';
import type { TargetStore } from './store/target-store.ts';
import type { Timing } from './timing.ts';

/** What every step is handed. Built in `wire.ts` from real adapters, in the simulation from simulated ones. */
export interface Services {
  readonly config: Config;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly queue: Queue;
  readonly secrets: Secrets;
  /** For the hooks of users; a provider and a channel bring their own. */
  readonly http: Http;
  readonly probe: Probe;
  readonly targets: TargetStore;
  readonly brake: BrakeStore;
  readonly records: RecordStore;
  readonly archive: ArchiveStore;
  readonly readiness: ReadinessStore;
  readonly marks: MarkStore;
  provider(name: Target['provider']): Provider;
  channel(kind: string): Channel | undefined;
}

/** A message names a target that the configuration does not have (any more). */
export class UnknownTargetError extends Error {
  override readonly name = 'UnknownTargetError';
}

/** @throws {UnknownTargetError} */
export function rulesFor(config: Config, targetId: string): Rules {
  const target = Object.hasOwn(config.targets, targetId) ? config.targets[targetId] : undefined;
  if (target === undefined) throw new UnknownTargetError(`target "${targetId.slice(0, 80)}" is not in the configuration`);
  return { target, policy: policyOf(config, target), fleet: config.fleet };
}

function policyOf(config: Config, target: Target): Policy {
  const policy = config.policies[target.policyName];
  if (policy === undefined)
    throw new UnknownTargetError(`policy "${target.policyName}" of target "${target.id}" is not in the configuration`);
  return policy;
}

/** Whoever lost a race as often as this gives the message back to the queue. */
export const CONFLICTS_MAX = 10;
export class ContendedError extends Error {
  override readonly name = 'ContendedError';
}
