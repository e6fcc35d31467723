import { choose } from '../choices.ts';
import type { Call } from '../counters.ts';
import type { Credential } from '../credential.ts';
import { createEngine, newSnapshot } from '../engine.ts';
import type { Engine } from '../engine.ts';
import type { SimulatorEvent } from '../event.ts';
import { gaussdbCredentials, gaussdbPair, gaussdbUsers } from '../fleet.ts';
import { startSimulator } from '../simulator.ts';
import type { Simulator, SimulatorOptions } from '../simulator.ts';
import { sha256Hex } from '../encoding.ts';
import { GAUSSDB_CHOICES } from './choices.ts';
import type { GaussdbChoices } from './choices.ts';
import { gaussdb } from './gaussdb.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbState, IamUser } from './model.ts';

export interface GaussdbWorld {
  /** Durations are divided by it. Default 1. */
  readonly speed?: number;
  readonly choices?: Partial<GaussdbChoices>;
  readonly credentials?: readonly Credential[];
  readonly users?: readonly IamUser[];
  /** Tokens for X-Auth-Token that are valid from the start. */
  readonly tokens?: readonly {
    readonly token: string;
    readonly projectId: string;
    readonly region: string;
    readonly expiresAtMs: number;
  }[];
  readonly instances?: readonly GaussdbInstance[];
  readonly relations?: readonly GaussdbRelation[];
}
export type GaussdbSimulator = Simulator<GaussdbState>;

export function gaussdbState(world: GaussdbWorld = {}): GaussdbState {
  const pair = gaussdbPair();
  // What is handed in stays as it is; our own is made anew for every cloud.
  const instances = structuredClone(world.instances) ?? pair.instances;
  return {
    choices: choose(GAUSSDB_CHOICES, world.choices ?? {}),
    speed: world.speed ?? 1,
    hosts: {},
    credentials: world.credentials ?? gaussdbCredentials(),
    users: world.users ?? gaussdbUsers(),
    tokens: (world.tokens ?? []).map(({ token, ...rest }) => ({ ...rest, sha256: sha256Hex(token) })),
    instances: Object.fromEntries(instances.map((one) => [one.id, one])),
    relations: [...(structuredClone(world.relations) ?? pair.relations)],
    jobs: [],
    records: [],
    running: [],
  };
}

/** The simulated cloud without a server, for virtual time: `engine.handle(request, nowMs)`. */
export function createGaussdbEngine(
  world: GaussdbWorld = {},
  onEvent: (event: SimulatorEvent) => void = () => undefined,
  onCall: (call: Call) => void = () => undefined,
): Engine<GaussdbState> {
  return createEngine(gaussdb, newSnapshot(gaussdbState(world)), { seed: 'gaussdb', callsMax: 10_000, onEvent, onCall });
}

/**
 * A real HTTP server on 127.0.0.1: one listener a region (`urls[region]`) and one for IAM (`urls.iam`). `url` is that of the DR region,
 * the only one that takes a failover.
 */
export async function startGaussdbSimulator(options: GaussdbWorld & SimulatorOptions = {}): Promise<GaussdbSimulator> {
  const state = gaussdbState(options);
  const standbyRegions = state.relations.map((relation) => state.instances[relation.disasterId]?.region);
  const regions = [...standbyRegions, ...Object.values(state.instances).map((one) => one.region)].filter((region) => region !== undefined);
  const [first = 'iam', ...others] = new Set(regions);
  return startSimulator(
    {
      vendor: gaussdb,
      table: GAUSSDB_CHOICES,
      state,
      endpoints: [first, ...others, 'iam'],
      settings: ['choices', 'speed', 'credentials', 'users', 'hosts'],
      bound: (bound, hosts) => Object.assign(bound.hosts, hosts),
    },
    options,
  );
}
