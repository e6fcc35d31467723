import type { SQSEvent } from 'aws-lambda';
import type { Config } from '../../lib/config/config.ts';
import { decideBatch } from '../../lib/decide/step.ts';
import { PROVIDERS } from '../../lib/failover/providers.ts';
import type { Provider } from '../../lib/failover/provider.ts';
import type { Item, Key } from '../../lib/ports.ts';
import { runFailover } from '../../lib/failover/step.ts';
import { comeAgain, eachRecord } from '../../lib/batch.ts';
import { channelKindOf } from '../../lib/notify/channels.ts';
import { deliverNotice } from '../../lib/notify/step.ts';
import { pollFailover } from '../../lib/poll/step.ts';
import type { HttpRequest, HttpResponse, QueueName } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import { createArchiveStore } from '../../lib/store/archive-store.ts';
import { createBrakeStore } from '../../lib/store/brake-store.ts';
import { createMarkStore } from '../../lib/store/mark-store.ts';
import { createReadinessStore } from '../../lib/store/readiness-store.ts';
import { createRecordStore } from '../../lib/store/record-store.ts';
import { createTargetStore } from '../../lib/store/target-store.ts';
import { TIMING, type Timing } from '../../lib/timing.ts';
import { checkReadiness } from '../../lib/watch/readiness-step.ts';
import { watch } from '../../lib/watch/step.ts';
import type { Engine } from '../../local/simulators/engine.ts';
import type { Call } from '../../local/simulators/counters.ts';
import type { SimulatorEvent } from '../../local/simulators/event.ts';
import { createGaussdbEngine, type GaussdbWorld } from '../../local/simulators/gaussdb/simulator.ts';
import type { GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { createPolardbEngine, type PolardbWorld } from '../../local/simulators/polardb/simulator.ts';
import type { PolardbState } from '../../local/simulators/polardb/model.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { Invocation, noMischief, type Mischief } from './invocation.ts';
import { Kernel } from './kernel.ts';
import { MemoryQueues, receiptOf, type QueuedMessage } from './memory-queue.ts';
import { MemoryTable } from './memory-table.ts';
import { gatedHttp, gatedProbe, gatedQueue, gatedSecrets, gatedTable, type Network } from './ports.ts';
import { Random } from './random.ts';

export interface WorldOptions {
  readonly config: Config;
  readonly startMs?: number;
  readonly seed?: number;
  readonly mischief?: Mischief;
  readonly timing?: Partial<Timing>;
  /** How the database of a probe's host does; default: the simulated clouds' own endpoints. */
  readonly skewMs?: (random: Random) => number;
  readonly timeline?: (entry: LoggedEvent) => void;
  /** Databases, speeds and unknowns of the two clouds. */
  readonly clouds?: { readonly gaussdb?: GaussdbWorld; readonly polardb?: PolardbWorld };
  readonly watchdogMs?: number;
  /** How often the schedule asks for checks of readiness; absent: never. */
  readonly readinessMs?: number;
  /** The watchdog is not started where it could find nothing: saves time, changes nothing. */
  readonly watchdogRests?: boolean;
  readonly watcher?: Watcher;
  /** For planted bugs: other services than the real ones. */
  readonly bend?: (services: Services, invocation: Invocation) => Services;
  /** For planted bugs: a delivery reads otherwise than it was sent. */
  readonly misreads?: (body: string, sentAtMs: number) => string;
  /** For a planted bug: messages are gone as soon as they are received. */
  readonly acksEarly?: boolean;
}
/** Sees what happens, as it happens, and cannot change it. */
export interface Watcher {
  wrote?(write: TableWrite): void;
  received?(queue: QueueName, messages: readonly QueuedMessage[], invocation: Invocation): void;
  acknowledged?(queue: QueueName, message: QueuedMessage): void;
  cloud?(event: SimulatorEvent): void;
  called?(vendor: 'gaussdb' | 'polardb', call: Call): void;
  leaving?(request: HttpRequest, invocation: Invocation): void;
  arriving?(request: HttpRequest, invocation: Invocation): void;
  told?(notice: ToldNotice): void;
  begun?(invocation: Invocation): void;
  ended?(invocation: Invocation, how: 'done' | 'died' | 'failed'): void;
  /** What follows from what goes wrong, and is not planned by anybody. */
  met?(what: Consequence): void;
}
export const CONSEQUENCES = ['conditional write refused', 'lambda timed out', 'batch failed in part'] as const;
export type Consequence = (typeof CONSEQUENCES)[number];
export interface TableWrite {
  readonly key: Key;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Absent for a test's own write. */
  readonly by: Invocation | undefined;
}
export interface LoggedEvent {
  readonly atMs: number;
  readonly function: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
export interface ToldNotice {
  readonly atMs: number;
  readonly channel: string;
  readonly body: string;
  readonly by?: Invocation;
}

const QUEUES: readonly QueueName[] = ['alerts', 'failovers', 'polls', 'notices'];
const LAMBDA_TIMEOUT_MS = 50_000;
const BATCH: Record<QueueName, number> = { alerts: 10, failovers: 1, polls: 5, notices: 5 };

/** The whole system on virtual time: the real steps, store code and providers over simulated ports, and both clouds. */
export class World {
  config: Config;
  mischief: Mischief;
  readonly kernel: Kernel;
  readonly random: Random;
  readonly table = new MemoryTable();
  readonly queues: MemoryQueues;
  #gaussdb: Engine<GaussdbState> | undefined;
  #polardb: Engine<PolardbState> | undefined;
  readonly log: LoggedEvent[] = [];
  readonly told: ToldNotice[] = [];
  readonly cloudEvents: SimulatorEvent[] = [];
  readonly timing: Timing;
  /** Channels that take nothing now. */
  readonly deafChannels = new Set<string>();
  /** Overrides what a probe of a host finds. */
  readonly probes = new Map<string, boolean | undefined>();
  invocations = 0;
  crashes = 0;
  watchdogOn = true;
  readonly #skewMs: (random: Random) => number;
  readonly #timeline: ((entry: LoggedEvent) => void) | undefined;
  readonly #options: WorldOptions;
  readonly #watcher: Watcher;
  readonly #watchdogMs: number;
  #writer: Invocation | undefined;

  constructor(options: WorldOptions) {
    const {
      config,
      startMs = Date.UTC(2026, 10, 20, 3, 0, 0),
      seed = 1,
      mischief = noMischief,
      timing = {},
      skewMs = () => 0,
      timeline,
      watcher = {},
      watchdogMs = 60_000,
    } = options;
    this.#options = options;
    this.#watcher = watcher;
    this.#watchdogMs = watchdogMs;
    this.config = config;
    this.mischief = mischief;
    this.kernel = new Kernel(startMs);
    this.random = new Random(seed);
    this.timing = { ...TIMING, ...timing };
    this.queues = new MemoryQueues(this.kernel, { visibilityMs: 6 * LAMBDA_TIMEOUT_MS, maxReceiveCount: 7 });
    this.queues.onSent = (queue, message) => this.kernel.at(message.visibleAtMs, () => this.#poll(queue));
    this.queues.onAgain = this.queues.onSent;
    this.table.onWrite = (key, before, after) => {
      const by = this.#writer;
      this.#writer = undefined;
      this.#watcher.wrote?.({ key, before, after, by });
    };
    this.table.onConflict = () => this.#watcher.met?.('conditional write refused');
    this.#skewMs = skewMs;
    this.#timeline = timeline;
    this.kernel.after(watchdogMs, () => this.#watchdog());
    if (options.readinessMs !== undefined) this.#readiness(options.readinessMs);
  }

  get gaussdb(): Engine<GaussdbState> {
    this.#gaussdb ??= createGaussdbEngine(this.#options.clouds?.gaussdb ?? {}, this.#onEvent, this.#onCall('gaussdb'));
    return this.#gaussdb;
  }

  get polardb(): Engine<PolardbState> {
    this.#polardb ??= createPolardbEngine(this.#options.clouds?.polardb ?? {}, this.#onEvent, this.#onCall('polardb'));
    return this.#polardb;
  }

  readonly #onEvent = (event: SimulatorEvent): void => {
    this.cloudEvents.push(event);
    this.#watcher.cloud?.(event);
  };

  #onCall(vendor: 'gaussdb' | 'polardb'): (call: Call) => void {
    return (call) => this.#watcher.called?.(vendor, call);
  }

  get nowMs(): number {
    return this.kernel.nowMs;
  }

  run(forMs: number, stop?: () => boolean): Promise<void> {
    return this.kernel.runUntil(this.kernel.nowMs + forMs, stop);
  }

  /** Puts a body on the alerts queue as SNS or EventBridge would. */
  alert(body: string, delayMs = 0): void {
    this.queues.put('alerts', body, delayMs);
  }

  /** Services as one invocation of a function sees them; also for reading the store in a test. */
  services(invocation: Invocation): Services {
    const { kernel, random, queues } = this;
    const clock = { nowMs: () => kernel.nowMs + invocation.skewMs };
    const entropy = { id: () => random.hex(32) };
    const table = gatedTable(this.table, invocation, (by) => {
      this.#writer = by;
    });
    const http = gatedHttp(this.#network(invocation), invocation);
    const secrets = gatedSecrets(secretValue, invocation);
    const providers = new Map<string, Provider>();
    const services: Services = {
      config: this.config,
      timing: this.timing,
      clock,
      entropy,
      http,
      secrets,
      log: { event: (event, fields = {}) => this.#logged(invocation, event, fields) },
      queue: gatedQueue(queues, invocation),
      probe: gatedProbe((host) => this.reaches(host), invocation),
      targets: createTargetStore(table),
      brake: createBrakeStore(table),
      records: createRecordStore(table),
      archive: createArchiveStore(table),
      readiness: createReadinessStore(table),
      marks: createMarkStore(table),
      provider: (name) => {
        const known = providers.get(name) ?? PROVIDERS[name]({ http, secrets, clock, entropy });
        providers.set(name, known);
        return known;
      },
      channel: (kind) => channelKindOf(kind)?.create({ http, secrets, clock }),
    };
    return this.#options.bend === undefined ? services : this.#options.bend(services, invocation);
  }

  /** Services for the test itself: nothing strikes, nothing takes time. */
  aside(): Services {
    const calm: Mischief = { strike: () => 'none', latencyMs: () => 0 };
    const invocation = new Invocation('aside', 0, this.kernel, calm);
    invocation.pass = (_gate, effect) => effect();
    return this.services(invocation);
  }

  #logged(invocation: Invocation, event: string, fields: Readonly<Record<string, unknown>>): void {
    const entry = { atMs: this.kernel.nowMs, function: invocation.name, event, fields };
    this.log.push(entry);
    this.#timeline?.(entry);
  }

  #network(invocation: Invocation): Network {
    return {
      leaving: (request) => this.#watcher.leaving?.(request, invocation),
      arriving: (request) => this.#watcher.arriving?.(request, invocation),
      cloud: (host) => {
        if (host.endsWith('myhuaweicloud.com')) return this.gaussdb;
        return host.endsWith('aliyuncs.com') ? this.polardb : undefined;
      },
      channel: (request) => this.#tell(request, invocation),
    };
  }

  #tell(request: HttpRequest, by: Invocation): HttpResponse | 'no-answer' {
    const channel = request.url.split('/')[2] ?? '';
    if (this.deafChannels.has(channel)) return 'no-answer';
    const notice = { atMs: this.kernel.nowMs, channel, body: request.body ?? '', by };
    this.told.push(notice);
    this.#watcher.told?.(notice);
    return { status: 200, headers: {}, body: 'ok' };
  }

  /** By its own address, which begins with its id at either vendor. `undefined`: no such name. */
  reaches(host: string): boolean | undefined {
    if (this.probes.has(host)) return this.probes.get(host);
    const id = host.split('.')[0] ?? '';
    return (id.startsWith('pc-') ? this.polardb : this.gaussdb).endpoints()[id];
  }

  #watchdog(): unknown {
    this.kernel.after(this.#watchdogMs, () => this.#watchdog());
    if (!this.watchdogOn || (this.#options.watchdogRests === true && !this.#anythingOpen())) return false;
    this.#invoke(
      'watchdog',
      async (services) => void (await watch(services)),
      () => {},
    );
    return undefined;
  }

  #readiness(everyMs: number): void {
    this.kernel.after(everyMs, () => {
      this.#readiness(everyMs);
      this.#invoke('readiness', checkReadiness, () => {});
    });
  }

  #anythingOpen(): boolean {
    for (const item of this.table.items.values()) if (item['openPk'] !== undefined || item['on'] === true) return true;
    return false;
  }

  /** @returns `false` when there was nothing to receive. */
  #poll(queue: QueueName): unknown {
    const messages = this.queues.receive(queue, BATCH[queue]);
    if (messages.length === 0) return false;
    for (const message of messages) this.kernel.at(message.visibleAtMs, () => this.#poll(queue));
    const acknowledge = (message: QueuedMessage): void => {
      this.queues.remove(queue, message.id);
      this.#watcher.acknowledged?.(queue, message);
    };
    if (this.#options.acksEarly === true) for (const message of messages) acknowledge(message);
    this.#invoke(
      STEPS[queue].name,
      (services, invocation) => {
        this.#watcher.received?.(queue, messages, invocation);
        return STEPS[queue].run(services, queue === 'alerts' ? this.#read(messages) : messages);
      },
      (failed) => {
        if (failed.length > 0 && failed.length < messages.length) this.#watcher.met?.('batch failed in part');
        for (const message of messages) if (!failed.includes(message.id)) acknowledge(message);
      },
    );
    this.#poll(queue);
    return undefined;
  }

  #read(messages: readonly QueuedMessage[]): readonly QueuedMessage[] {
    const { misreads } = this.#options;
    if (misreads === undefined) return messages;
    return messages.map((message) => ({ ...message, body: misreads(message.body, message.sentAtMs) }));
  }

  /** A person at work with the same services, by an invocation of their own. */
  act(name: string, deed: (services: Services) => Promise<unknown>): void {
    this.#invoke(name, deed, () => {});
  }

  /** A run of a lambda: cut off at its time-out, and when it dies its messages simply become visible again. */
  #invoke<T>(name: string, run: (services: Services, invocation: Invocation) => Promise<T>, done: (result: T) => void): void {
    this.invocations += 1;
    const invocation = new Invocation(name, this.#skewMs(this.random), this.kernel, this.mischief);
    let finished = false;
    invocation.onDeath = () => {
      this.crashes += 1;
      this.#watcher.ended?.(invocation, 'died');
    };
    this.kernel.after(LAMBDA_TIMEOUT_MS, () => {
      if (finished || !invocation.alive) return false;
      this.#watcher.met?.('lambda timed out');
      invocation.kill();
      return false;
    });
    this.#watcher.begun?.(invocation);
    void this.#carryOut(invocation, run, done).finally(() => {
      finished = true;
    });
  }

  async #carryOut<T>(
    invocation: Invocation,
    run: (services: Services, invocation: Invocation) => Promise<T>,
    done: (result: T) => void,
  ): Promise<void> {
    try {
      const result = await run(this.services(invocation), invocation);
      this.#watcher.ended?.(invocation, 'done');
      if (invocation.alive) done(result);
    } catch (error) {
      this.#watcher.ended?.(invocation, 'failed');
      this.#logged(invocation, 'invocation-failed', { error: String(error) });
    }
  }
}

/** Of what the frames read. */
function eventOf(messages: readonly QueuedMessage[]): SQSEvent {
  const Records = messages.map(({ id, body, receiveCount }) => ({
    messageId: id,
    body,
    receiptHandle: receiptOf({ id, receiveCount }),
    attributes: { ApproximateReceiveCount: String(receiveCount) },
  }));
  return { Records } as unknown as SQSEvent;
}

interface Step {
  readonly name: string;
  readonly run: (services: Services, messages: readonly QueuedMessage[]) => Promise<readonly string[]>;
}

const each =
  (queue: QueueName, step: (services: Services, body: string) => Promise<void>) =>
  async (services: Services, messages: readonly QueuedMessage[]): Promise<readonly string[]> => {
    const { batchItemFailures } = await eachRecord(services, queue, eventOf(messages), (body) => step(services, body));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

const STEPS: Record<QueueName, Step> = {
  alerts: {
    name: 'decider',
    run: async (services, messages) => {
      const event = eventOf(messages);
      const { failed } = await decideBatch(services, messages);
      const { batchItemFailures } = await comeAgain(services, 'alerts', event, failed);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  },
  failovers: { name: 'failover', run: each('failovers', runFailover) },
  polls: { name: 'poller', run: each('polls', pollFailover) },
  notices: { name: 'notifier', run: each('notices', deliverNotice) },
};

function secretValue(reference: string): string {
  if (reference.includes('huawei')) return `${FLEET.gaussdb.accessKeyId}:${FLEET.gaussdb.secretKey}`;
  if (reference.includes('alibaba')) return `${FLEET.polardb.accessKeyId}:${FLEET.polardb.secretKey}`;
  if (reference.endsWith('/url')) return `https://${reference.split('/').at(-2) ?? 'channel'}.example.com/hook`;
  return 'a-secret';
}

export { QUEUES };
