import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileConfig } from '../lib/config/compile.ts';
import { loadConfig } from '../lib/config/load.ts';
import type { Config, Target } from '../lib/config/config.ts';
import type { ChannelSettings } from '../lib/notify/channel.ts';
import { hurriedClock, type Hurry } from '../lib/platform/hurry.ts';
import type { Timing } from '../lib/timing.ts';
import { startCloud, type Cloud, type CloudEvent, type LogEntry } from './cloud.ts';
import { startReceiver, type Received, type Receiver } from './receiver.ts';
import { FLEET } from './simulators/fleet.ts';
import type { SimulatorEvent } from './simulators/event.ts';
import { startGaussdbSimulator, type GaussdbSimulator } from './simulators/gaussdb/simulator.ts';
import { startPolardbSimulator, type PolardbSimulator } from './simulators/polardb/simulator.ts';

export interface EmbeddedOptions {
  readonly root: string;
  /** Absent: everything in memory. */
  readonly dataDir?: string;
  /** Where the simulated clouds keep theirs; default: the data folder. */
  readonly simulatorDir?: string;
  readonly port?: number;
  readonly duplicateEverything?: boolean;
  /** How much faster than the documented durations the simulated clouds are. */
  readonly speed?: number;
  readonly timing?: Partial<Timing>;
  /** Makes time run this much faster for everything at once; the schedules stay on real time. */
  readonly hurry?: number;
  /** With `hurry`: every function's clock is off by up to this, either way. */
  readonly skewMs?: number;
  readonly visibilityScale?: number;
  readonly releaseInFlight?: boolean;
  readonly configFile?: string;
  /** Changes the loaded configuration, for tests. */
  readonly adjust?: (config: Config) => Config;
  readonly functionsDir?: string;
  readonly discoveryFile?: string;
  readonly onLog?: (entry: LogEntry) => void;
  readonly onEvent?: (event: CloudEvent) => void;
  readonly onSimulator?: (event: SimulatorEvent) => void;
  readonly onReceived?: (received: Received) => void;
}
export interface Embedded {
  readonly cloud: Cloud;
  readonly config: Config;
  readonly gaussdb: GaussdbSimulator;
  readonly polardb: PolardbSimulator;
  readonly receiver: Receiver;
  /** The bearer token that the example's Alertmanager would send. */
  readonly alertmanagerToken: string;
  /** The embedded cloud's own time. */
  nowMs(): number;
  stop(): Promise<void>;
}

/** Made up, and only ever valid here. */
/** What the embedded cloud's secrets hold: for senders, and for receivers that check a signature. */
export const EXAMPLE = { alertmanagerToken: 'example-alertmanager-token', webhookSecret: 'example-webhook-secret' };

/** The whole example on this machine: both clouds' simulators, people's end of the channels, and everything that is deployed. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, onReceived = () => undefined } = options;
  const keptIn = dataDir === undefined ? {} : { keptIn: join(dataDir, 'told.ndjson') };
  const receiver = await startReceiver({ webhookSecret: EXAMPLE.webhookSecret, onReceived, ...keptIn });
  const teardown: (() => Promise<void>)[] = [() => receiver.stop()];
  const stop = async (): Promise<void> => {
    for (const undo of teardown.splice(0).toReversed()) await undo();
  };
  try {
    return await bringUp(options, receiver, teardown, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bringUp(
  options: EmbeddedOptions,
  receiver: Receiver,
  teardown: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Embedded> {
  const config = configuration(options);
  const hurry =
    options.hurry === undefined ? undefined : { epochMs: epochOf(options.dataDir), speed: options.hurry, skewMs: options.skewMs ?? 0 };
  const simulators = await startSimulators(options, hurry);
  teardown.push(
    () => simulators.gaussdb.stop(),
    () => simulators.polardb.stop(),
  );
  const cloud = await startCloud({
    root: options.root,
    configJson: compiled(config, simulators, { timing: options.timing, hurry }),
    parameters: parametersFor(config, receiver),
    stage: STAGE,
    ...picked(options, [
      'dataDir',
      'port',
      'duplicateEverything',
      'visibilityScale',
      'releaseInFlight',
      'functionsDir',
      'discoveryFile',
      'onLog',
      'onEvent',
    ]),
  });
  teardown.push(() => cloud.stop());
  const nowMs = (): number => (hurry === undefined ? Date.now() : hurriedClock({ nowMs: () => Date.now() }, hurry).nowMs());
  return { cloud, config, ...simulators, receiver, alertmanagerToken: EXAMPLE.alertmanagerToken, nowMs, stop };
}

const STAGE = 'local';

/** A restart on the same data folder goes on in the same hurried time. */
function epochOf(dataDir: string | undefined): number {
  if (dataDir === undefined) return Date.now();
  const file = join(dataDir, 'epoch');
  if (!existsSync(file)) writeFileSync(file, String(Date.now()));
  return Number(readFileSync(file, 'utf8'));
}

function picked<K extends keyof EmbeddedOptions>(options: EmbeddedOptions, names: readonly K[]): Pick<EmbeddedOptions, K> {
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])) as Pick<
    EmbeddedOptions,
    K
  >;
}

interface Simulators {
  readonly gaussdb: GaussdbSimulator;
  readonly polardb: PolardbSimulator;
}

async function startSimulators(
  { dataDir, simulatorDir = dataDir, speed = 1, onSimulator = () => undefined }: EmbeddedOptions,
  hurry: Hurry | undefined,
): Promise<Simulators> {
  const kept = (name: string): { stateFile?: string } =>
    simulatorDir === undefined ? {} : { stateFile: join(simulatorDir, `${name}.json`) };
  const clock = hurry === undefined ? undefined : hurriedClock({ nowMs: () => Date.now() }, hurry);
  const shared = { speed, onEvent: onSimulator, ...(clock === undefined ? {} : { nowMs: () => clock.nowMs() }) };
  const [gaussdb, polardb] = await Promise.all([
    startGaussdbSimulator({ ...shared, ...kept('gaussdb') }),
    startPolardbSimulator({ ...shared, ...kept('polardb') }),
  ]);
  return { gaussdb, polardb };
}

export class ConfigurationFaultsError extends Error {
  override readonly name = 'ConfigurationFaultsError';
}

/** @throws {ConfigurationFaultsError} with every fault, by path and line. */
function configuration({ root, configFile = 'understudy.yml', adjust = (config) => config }: EmbeddedOptions): Config {
  const loaded = loadConfig(readFileSync(join(root, configFile), 'utf8'), { stage: STAGE });
  if (loaded.ok) return adjust(loaded.config);
  const lines = loaded.faults.map(({ path, line, message, remedy }) => `  ${configFile}:${line} ${path}: ${message} ${remedy}`);
  throw new ConfigurationFaultsError(`${configFile} has ${loaded.faults.length} faults:\n${lines.join('\n')}`);
}

/** The configuration with the vendors' endpoints pointed at the simulators: nothing here can reach a real cloud. */
function compiled(
  config: Config,
  { gaussdb, polardb }: Simulators,
  { timing, hurry }: { timing: Partial<Timing> | undefined; hurry: Hurry | undefined },
): unknown {
  const endpoints = { gaussdb: gaussdb.url, polardb: polardb.url, 'polardb-gdn': polardb.url };
  const probed = Object.values(config.targets).filter((target) => target.probe !== undefined);
  const probes = Object.fromEntries(
    probed.map((target) => [target.id, { host: '127.0.0.1', port: polardb.databasePort(target.polardb?.clusterId ?? '') }]),
  );
  const json = JSON.parse(compileConfig(config, { endpoints, probes })) as Record<string, unknown>;
  return { ...json, ...(timing === undefined ? {} : { timing }), ...(hurry === undefined ? {} : { hurry }) };
}

/** Every secret that the configuration names, with what the simulators and the receiver accept. */
function parametersFor(config: Config, receiver: Receiver): Record<string, string> {
  const sources = Object.values(config.sources).flatMap(({ auth }) => auth.flatMap((way) => ('secret' in way ? [way.secret] : [])));
  return Object.fromEntries([
    ...Object.values(config.targets).flatMap(providerSecrets),
    ...Object.values(config.targets).flatMap(({ hooks }) =>
      [...hooks.before, ...hooks.after].map(({ secret }): Pair => [secret, EXAMPLE.webhookSecret]),
    ),
    ...Object.values(config.channels).flatMap((channel) => channelSecrets(channel, receiver)),
    ...sources.map((reference) => [reference, EXAMPLE.alertmanagerToken]),
  ]) as Record<string, string>;
}

type Pair = readonly [reference: string, value: string];

function providerSecrets({ gaussdb, polardb, gdn }: Target): Pair[] {
  const pairs: Pair[] = [];
  if (gaussdb !== undefined) pairs.push([gaussdb.auth.secret, `${FLEET.gaussdb.accessKeyId}:${FLEET.gaussdb.secretKey}`]);
  for (const settings of [polardb, gdn]) {
    if (settings !== undefined) pairs.push([settings.secret, `${FLEET.polardb.accessKeyId}:${FLEET.polardb.secretKey}`]);
  }
  return pairs;
}

function channelSecrets({ id, url, secret }: ChannelSettings, receiver: Receiver): Pair[] {
  const pairs: Pair[] = [];
  if (url !== undefined) pairs.push([url, receiver.url(id)]);
  if (secret !== undefined) pairs.push([secret, EXAMPLE.webhookSecret]);
  return pairs;
}
