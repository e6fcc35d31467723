import { batchResponse } from '../../lib/batch.ts';
import type { Config } from '../../lib/config/config.ts';
import { decideBatch } from '../../lib/decide/step.ts';
import { PROVIDERS } from '../../lib/failover/providers.ts';
import type { Provider } from '../../lib/failover/provider.ts';
import { runFailover } from '../../lib/failover/step.ts';
import { eachRecord } from '../../lib/batch.ts';
import { channelKindOf } from '../../lib/notify/channels.ts';
import { deliverNotice } from '../../lib/notify/step.ts';
import { pollFailover } from '../../lib/poll/step.ts';
import type { HttpRequest, HttpResponse, QueueName } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import { createBrakeStore } from '../../lib/store/brake-store.ts';
import { createMarkStore } from '../../lib/store/mark-store.ts';
import { createRecordStore } from '../../lib/store/record-store.ts';
import { createTargetStore } from '../../lib/store/target-store.ts';
import { TIMING, type Timing } from '../../lib/timing.ts';
import { watch } from '../../lib/watch/step.ts';
import type { Engine } from '../../local/simulators/engine.ts';
import type { SimulatorEvent } from '../../local/simulators/event.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import type { GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import type { PolardbState } from '../../local/simulators/polardb/model.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { Invocation, noMischief, type Mischief } from './invocation.ts';
import { Kernel } from './kernel.ts';
import { MemoryQueues, type QueuedMessage } from './memory-queue.ts';
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
  readonly gaussdb: Engine<GaussdbState>;
  readonly polardb: Engine<PolardbState>;
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

  constructor(options: WorldOptions) {
    const {
      config,
      startMs = Date.UTC(2026, 10, 20, 3, 0, 0),
      seed = 1,
      mischief = noMischief,
      timing = {},
      skewMs = () => 0,
      timeline,
    } = options;
    this.config = config;
    this.mischief = mischief;
    this.kernel = new Kernel(startMs);
    this.random = new Random(seed);
    this.timing = { ...TIMING, ...timing };
    this.queues = new MemoryQueues(this.kernel, { visibilityMs: 6 * LAMBDA_TIMEOUT_MS, maxReceiveCount: 5 });
    this.queues.onSent = (queue, message) => this.kernel.at(message.visibleAtMs, () => this.#poll(queue));
    const onEvent = (event: SimulatorEvent): void => void this.cloudEvents.push(event);
    this.gaussdb = createGaussdbEngine({}, onEvent);
    this.polardb = createPolardbEngine({}, onEvent);
    this.#skewMs = skewMs;
    this.#timeline = timeline;
    this.kernel.after(60_000, () => this.#watchdog());
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
    const table = gatedTable(this.table, invocation);
    const http = gatedHttp(this.#network(), invocation);
    const secrets = gatedSecrets(secretValue, invocation);
    const providers = new Map<string, Provider>();
    return {
      config: this.config,
      timing: this.timing,
      clock,
      entropy,
      secrets,
      log: { event: (event, fields = {}) => this.#logged(invocation, event, fields) },
      queue: gatedQueue(queues, invocation),
      probe: gatedProbe((host) => this.#reaches(host), invocation),
      targets: createTargetStore(table),
      brake: createBrakeStore(table),
      records: createRecordStore(table),
      marks: createMarkStore(table),
      provider: (name) => {
        const known = providers.get(name) ?? PROVIDERS[name]({ http, secrets, clock, entropy });
        providers.set(name, known);
        return known;
      },
      channel: (kind) => channelKindOf(kind)?.create({ http, secrets, clock }),
    };
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

  #network(): Network {
    return {
      cloud: (host) => {
        if (host.endsWith('myhuaweicloud.com')) return this.gaussdb as Engine<unknown>;
        return host.endsWith('aliyuncs.com') ? (this.polardb as Engine<unknown>) : undefined;
      },
      channel: (request) => this.#tell(request),
    };
  }

  #tell(request: HttpRequest): HttpResponse | 'no-answer' {
    const channel = new URL(request.url).hostname;
    if (this.deafChannels.has(channel)) return 'no-answer';
    this.told.push({ atMs: this.kernel.nowMs, channel, body: request.body ?? '' });
    return { status: 200, headers: {}, body: 'ok' };
  }

  #reaches(host: string): boolean | undefined {
    if (this.probes.has(host)) return this.probes.get(host);
    const id = host.split('.')[0] ?? '';
    return { ...this.gaussdb.endpoints(), ...this.polardb.endpoints() }[id];
  }

  #watchdog(): void {
    this.kernel.after(60_000, () => this.#watchdog());
    if (this.watchdogOn)
      this.#invoke(
        'watchdog',
        async (services) => void (await watch(services)),
        () => {},
      );
  }

  #poll(queue: QueueName): void {
    const messages = this.queues.receive(queue, BATCH[queue]);
    if (messages.length === 0) return;
    for (const message of messages) this.kernel.at(message.visibleAtMs, () => this.#poll(queue));
    this.#invoke(
      STEPS[queue].name,
      (services) => STEPS[queue].run(services, messages),
      (failed) => {
        for (const message of messages) if (!failed.includes(message.id)) this.queues.remove(queue, message.id);
      },
    );
    this.#poll(queue);
  }

  /** A run of a lambda: cut off at its time-out, and when it dies its messages simply become visible again. */
  #invoke<T>(name: string, run: (services: Services) => Promise<T>, done: (result: T) => void): void {
    this.invocations += 1;
    const invocation = new Invocation(name, this.#skewMs(this.random), this.kernel, this.mischief);
    invocation.onDeath = () => {
      this.crashes += 1;
    };
    this.kernel.after(LAMBDA_TIMEOUT_MS, () => finished || invocation.kill());
    let finished = false;
    const work = run(this.services(invocation)).then(
      (result) => {
        finished = true;
        if (invocation.alive) done(result);
      },
      (error: unknown) => {
        finished = true;
        this.#logged(invocation, 'invocation-failed', { error: String(error) });
      },
    );
    void work;
  }
}

interface Step {
  readonly name: string;
  readonly run: (services: Services, messages: readonly QueuedMessage[]) => Promise<readonly string[]>;
}

const each =
  (queue: QueueName, step: (services: Services, body: string) => Promise<void>) =>
  async (services: Services, messages: readonly QueuedMessage[]): Promise<readonly string[]> => {
    const Records = messages.map(({ id, body }) => ({ messageId: id, body })) as never;
    const { batchItemFailures } = await eachRecord(services, queue, { Records }, (body) => step(services, body));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

const STEPS: Record<QueueName, Step> = {
  alerts: {
    name: 'decider',
    run: async (services, messages) => {
      const { failed } = await decideBatch(services, messages);
      return batchResponse(failed).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
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
