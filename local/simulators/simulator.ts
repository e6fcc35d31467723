import { startAdmin } from './admin.ts';
import type { ChoiceTable } from './choices.ts';
import type { Call, Counters } from './counters.ts';
import { openDatabasePorts } from './database-ports.ts';
import type { DatabasePorts } from './database-ports.ts';
import { createEngine, newSnapshot } from './engine.ts';
import type { Engine, Snapshot } from './engine.ts';
import type { SimulatorEvent } from './event.ts';
import type { Outcome, SimulatedRequest } from './exchange.ts';
import type { Faults } from './fault-switch.ts';
import { startListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { stateFile } from './state-file.ts';
import type { Vendor } from './vendor.ts';

export interface SimulatorOptions {
  /** Of the (first) API listener; default: a free one. */
  readonly port?: number;
  readonly adminPort?: number;
  /** Default: the real time. With a clock of its own, call `tick()` after moving it. */
  readonly nowMs?: () => number;
  readonly onEvent?: (event: SimulatorEvent) => void;
  /** Keeps state, counters, faults and ports here across a kill of the process. */
  readonly stateFile?: string;
  readonly callsMax?: number;
}
/** What tests, the timeline and the admin port work with. */
export interface SimulatorControls {
  readonly faults: Faults;
  counters(): Counters;
  calls(): readonly Call[];
  /** A copy of everything, without secret keys. */
  state(): unknown;
  /** Kills or revives a database's writer, or one node: its endpoint refuses connections meanwhile. */
  setOutage(id: string, down: boolean): void;
  /** Replication lag; `undefined`: cannot be told. */
  setLag(id: string, lagSeconds: number | undefined): void;
  /** The vendor's own HA, or another person, fails over. */
  failOverByItself(id: string): void;
}
export interface Simulator<State> extends SimulatorControls {
  readonly url: string;
  /** Every API listener by name: GaussDB has one a region and `iam`. */
  readonly urls: Readonly<Record<string, string>>;
  readonly adminUrl: string;
  databasePort(id: string): number;
  /** Lets tests arrange the world in place. */
  change(edit: (state: State) => void): void;
  /** Takes a request in-process, as if it had come over the wire. */
  handle(request: SimulatedRequest): Outcome;
  /** Lets everything that is due happen; resolves when the listeners have followed. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}
export interface Plan<State> {
  readonly vendor: Vendor<State>;
  readonly table: ChoiceTable;
  readonly state: State;
  readonly endpoints: readonly [string, ...string[]];
  /** Fields of the state that are settings: never written to the state file, and always those of the newest start. */
  readonly settings: readonly (keyof State)[];
  readonly bound?: (state: State, hosts: Readonly<Record<string, string>>) => void;
}

interface Kept<State> {
  snapshot: Snapshot<State>;
  ports: Record<string, number>;
  adminPort: number;
  databasePorts: Readonly<Record<string, number>>;
}
/** Longest that a timer sleeps; a clock may be moved meanwhile. */
const SLEEP_MAX_MS = 60_000;
const CALLS_MAX = 2000;
/** In the state file, which is written on every request. */
const CALLS_KEPT = 200;

/** The parts that run while a simulator is up. */
interface Running<State> {
  readonly engine: Engine<State>;
  readonly nowMs: () => number;
  readonly listeners: Map<string, Listener>;
  readonly databases: DatabasePorts;
  readonly keep: () => void;
  timer: NodeJS.Timeout | undefined;
  stopped: boolean;
  settled: Promise<void>;
}

export async function startSimulator<State>(plan: Plan<State>, options: SimulatorOptions): Promise<Simulator<State>> {
  const file = options.stateFile === undefined ? undefined : stateFile<Kept<State>>(options.stateFile);
  const kept = restored(plan, file?.read());
  const engineOptions = { seed: plan.vendor.name, callsMax: options.callsMax ?? CALLS_MAX, onEvent: options.onEvent ?? (() => undefined) };
  const engine = createEngine(plan.vendor, kept.snapshot, engineOptions);
  const databases = await openDatabasePorts(Object.keys(engine.endpoints()), kept.databasePorts);
  // The engine changes `kept.snapshot` in place, so that keeping it is writing it.
  const keep = (): void => file?.write(keepable(plan, kept, databases.all()));
  const nowMs = options.nowMs ?? Date.now;
  const running: Running<State> = {
    engine,
    nowMs,
    listeners: new Map(),
    databases,
    keep,
    timer: undefined,
    stopped: false,
    settled: Promise.resolve(),
  };
  await openListeners(running, plan, kept, options);
  const controls = controlsOf(running);
  const admin = await startAdmin(controls, plan.table, options.adminPort ?? kept.adminPort);
  kept.adminPort = admin.port;
  await after(running);
  return simulatorOf(running, plan, controls, admin);
}

function restored<State>(plan: Plan<State>, kept: Kept<State> | undefined): Kept<State> {
  if (!kept) return { snapshot: newSnapshot(plan.state), ports: {}, adminPort: 0, databasePorts: {} };
  const settings = Object.fromEntries(plan.settings.map((name) => [name, plan.state[name]]));
  return { ...kept, snapshot: { ...kept.snapshot, state: { ...kept.snapshot.state, ...settings } } };
}

function keepable<State>(plan: Plan<State>, kept: Kept<State>, databasePorts: Readonly<Record<string, number>>): Kept<State> {
  const isSetting = (name: string): boolean => plan.settings.some((setting) => setting === name);
  const state = Object.fromEntries(Object.entries(kept.snapshot.state as object).filter(([name]) => !isSetting(name))) as State;
  return { ...kept, databasePorts, snapshot: { ...kept.snapshot, state, calls: kept.snapshot.calls.slice(-CALLS_KEPT) } };
}

async function openListeners<State>(
  running: Running<State>,
  plan: Plan<State>,
  kept: Kept<State>,
  options: SimulatorOptions,
): Promise<void> {
  const hosts: Record<string, string> = {};
  for (const [index, endpoint] of plan.endpoints.entries()) {
    const wanted = (index === 0 ? options.port : undefined) ?? kept.ports[endpoint] ?? 0;
    const listener = await startListener((request) => receive(running, request), { port: wanted, endpoint });
    running.listeners.set(endpoint, listener);
    kept.ports[endpoint] = listener.port;
    hosts[new URL(listener.url).host] = endpoint;
  }
  running.engine.change((state) => plan.bound?.(state, hosts));
}

/** State is kept before the answer leaves, so that no answered effect is forgotten by a kill. */
function receive<State>(running: Running<State>, request: SimulatedRequest): Outcome {
  const outcome = running.engine.handle(request, running.nowMs());
  void after(running);
  return outcome;
}

/** After anything happened: keep it, let listeners and endpoints follow, set the alarm for what comes next. */
function after<State>(running: Running<State>): Promise<void> {
  running.keep();
  clearTimeout(running.timer);
  if (running.stopped) return Promise.resolve();
  const wakeMs = running.engine.nextWakeMs();
  const sleepMs = Math.min(SLEEP_MAX_MS, wakeMs === undefined ? SLEEP_MAX_MS : Math.max(1, wakeMs - running.nowMs()));
  running.timer = setTimeout(() => void tick(running), sleepMs);
  running.timer.unref();
  // One that failed says so to its caller, and must not keep the next from following.
  running.settled = running.settled.catch(() => undefined).then(() => follow(running));
  return running.settled;
}

function tick<State>(running: Running<State>): Promise<void> {
  running.engine.advance(running.nowMs());
  return after(running);
}

async function follow<State>(running: Running<State>): Promise<void> {
  if (running.stopped) return;
  const refusing = running.engine.refusing(running.nowMs());
  for (const listener of running.listeners.values()) await (refusing ? listener.close() : listener.open());
  await running.databases.follow(running.engine.endpoints());
}

function controlsOf<State>(running: Running<State>): SimulatorControls {
  const { engine, nowMs } = running;
  const then = (act: () => void): void => {
    engine.advance(nowMs());
    act();
    void after(running);
  };
  return {
    faults: {
      set: (order) => then(() => engine.faults(nowMs()).set(order)),
      clear: (filter) => then(() => engine.faults(nowMs()).clear(filter)),
      list: () => engine.faults(nowMs()).list(),
    },
    counters: () => engine.counters(),
    calls: () => engine.calls(),
    state: () => withoutKeys(engine.snapshot().state),
    setOutage: (id, down) => then(() => engine.setOutage(id, down, nowMs())),
    setLag: (id, lagSeconds) => then(() => engine.setLag(id, lagSeconds)),
    failOverByItself: (id) => then(() => engine.failOverByItself(id, nowMs())),
  };
}

const SECRET_FIELDS = new Set(['credentials', 'users', 'tokens', 'nonces']);
function withoutKeys(state: unknown): unknown {
  return Object.fromEntries(Object.entries(state as object).filter(([name]) => !SECRET_FIELDS.has(name)));
}

function simulatorOf<State>(
  running: Running<State>,
  plan: Plan<State>,
  controls: SimulatorControls,
  admin: { url: string; stop(): Promise<void> },
): Simulator<State> {
  const urls = Object.fromEntries([...running.listeners].map(([name, listener]) => [name, listener.url]));
  return {
    ...controls,
    url: urls[plan.endpoints[0]] ?? '',
    urls,
    adminUrl: admin.url,
    databasePort: (id) => running.databases.port(id),
    change: (edit) => {
      running.engine.advance(running.nowMs());
      running.engine.change(edit);
      void after(running);
    },
    handle: (request) => receive(running, request),
    tick: () => tick(running),
    stop: () => stop(running, admin),
  };
}

async function stop<State>(running: Running<State>, admin: { stop(): Promise<void> }): Promise<void> {
  running.stopped = true;
  clearTimeout(running.timer);
  await running.settled.catch(() => undefined);
  await Promise.all([...[...running.listeners.values()].map((listener) => listener.stop()), running.databases.stop(), admin.stop()]);
}
