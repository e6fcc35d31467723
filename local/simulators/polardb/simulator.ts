import { choose } from '../choices.ts';
import type { Call } from '../counters.ts';
import type { Credential } from '../credential.ts';
import { createEngine, newSnapshot } from '../engine.ts';
import type { Engine } from '../engine.ts';
import type { SimulatorEvent } from '../event.ts';
import { polardbClusters, polardbCredentials, polardbNetworks } from '../fleet.ts';
import { startSimulator } from '../simulator.ts';
import type { Simulator, SimulatorOptions } from '../simulator.ts';
import { POLARDB_CHOICES } from './choices.ts';
import type { PolardbChoices } from './choices.ts';
import type { PolardbCluster, PolardbGdn, PolardbState } from './model.ts';
import { polardb } from './polardb.ts';

export interface PolardbWorld {
  /** Durations and the ten-minute rule are divided by it. Default 1. */
  readonly speed?: number;
  readonly choices?: Partial<PolardbChoices>;
  readonly credentials?: readonly Credential[];
  readonly clusters?: readonly PolardbCluster[];
  readonly networks?: readonly PolardbGdn[];
}
export type PolardbSimulator = Simulator<PolardbState>;

export function polardbState(world: PolardbWorld = {}): PolardbState {
  return {
    choices: choose(POLARDB_CHOICES, world.choices ?? {}),
    speed: world.speed ?? 1,
    host: 'polardb.aliyuncs.com',
    credentials: world.credentials ?? polardbCredentials(),
    nonces: {},
    noncesPrunedAtMs: 0,
    tokens: [],
    // What is handed in stays as it is; our own is made anew for every cloud.
    clusters: Object.fromEntries((structuredClone(world.clusters) ?? polardbClusters()).map((one) => [one.id, one])),
    gdns: Object.fromEntries((structuredClone(world.networks) ?? polardbNetworks()).map((one) => [one.id, one])),
    haLogs: [],
    tasks: [],
    running: [],
  };
}

/** The simulated cloud without a server, for virtual time: `engine.handle(request, nowMs)`. */
export function createPolardbEngine(
  world: PolardbWorld = {},
  onEvent: (event: SimulatorEvent) => void = () => undefined,
  onCall: (call: Call) => void = () => undefined,
): Engine<PolardbState> {
  return createEngine(polardb, newSnapshot(polardbState(world)), { seed: 'polardb', callsMax: 10_000, onEvent, onCall });
}

/** A real HTTP server on 127.0.0.1 for every region: like the central host, it takes any cluster. */
export async function startPolardbSimulator(options: PolardbWorld & SimulatorOptions = {}): Promise<PolardbSimulator> {
  const state = polardbState(options);
  return startSimulator(
    { vendor: polardb, table: POLARDB_CHOICES, state, endpoints: ['api'], settings: ['choices', 'speed', 'credentials', 'host'] },
    options,
  );
}
