import type { EnvironmentOptions } from './environment.ts';
import { Environment } from './environment.ts';
import { failure, PAYLOAD_BYTES_MAX } from './outcome.ts';
import type { Outcome } from './outcome.ts';

export interface FunctionOptions {
  readonly name: string;
  readonly arn: string;
  readonly timeoutMs: number;
  readonly reservedConcurrency?: number;
  readonly environment: Omit<EnvironmentOptions, 'onLine'>;
  /** How long an environment waits for work before it is stopped. */
  readonly idleMs?: number;
  readonly onLine: (line: string, requestId: string | undefined) => void;
  readonly onInvocation?: (report: InvocationReport) => void;
}
/** What Lambda's REPORT line says. */
export interface InvocationReport {
  readonly requestId: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Present when the environment was new. */
  readonly initMs?: number;
}

const IDLE_MS = 120_000;

/** A deployed function: its environments, warm ones first, up to its concurrency. */
export class LocalFunction {
  readonly #options: FunctionOptions;
  readonly #environments = new Set<Environment>();
  readonly #idle: { environment: Environment; timer: NodeJS.Timeout }[] = [];
  #running = 0;
  #stopped = false;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  /** Process ids of the environments that live. */
  get processIds(): number[] {
    return [...this.#environments].flatMap(({ pid }) => pid ?? []);
  }

  /** @param payload JSON text. Never rejects. */
  async invoke(payload: string): Promise<Outcome> {
    const { reservedConcurrency = Number.POSITIVE_INFINITY } = this.#options;
    if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX)
      return failure('too-large', 'RequestTooLargeException', `${String(PAYLOAD_BYTES_MAX)} bytes is the limit of a request`);
    if (this.#stopped || this.#running >= reservedConcurrency) return failure('throttled', 'TooManyRequestsException', 'Rate Exceeded.');
    this.#running += 1;
    try {
      return await this.#run(payload);
    } finally {
      this.#running -= 1;
    }
  }

  /** Kills every environment, busy or not: what runs in them ends as a crash. @returns how many there were. */
  async kill(): Promise<number> {
    const killed = [...this.#environments];
    await Promise.all(killed.map((environment) => environment.kill()));
    return killed.length;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.kill();
  }

  async #run(payload: string): Promise<Outcome> {
    const requestId = crypto.randomUUID();
    const warm = this.#takeIdle();
    const environment = warm ?? (await this.#start());
    const startedAtMs = performance.now();
    const { arn: functionArn, timeoutMs, onInvocation } = this.#options;
    const outcome = await environment.invoke({ requestId, payload, functionArn, timeoutMs });
    const init = warm === undefined ? { initMs: environment.initMs ?? 0 } : {};
    onInvocation?.({ requestId, outcome, durationMs: performance.now() - startedAtMs - (init.initMs ?? 0), ...init });
    this.#release(environment);
    return outcome;
  }

  async #start(): Promise<Environment> {
    const environment = await Environment.start({ ...this.#options.environment, onLine: this.#options.onLine });
    this.#environments.add(environment);
    void environment.closed.then(() => this.#environments.delete(environment));
    // Stopped while it started: it must not outlive the host.
    if (this.#stopped) await environment.kill();
    return environment;
  }

  /** The one used last, so that those too many fall idle. One that died meanwhile is passed over. */
  #takeIdle(): Environment | undefined {
    for (let entry = this.#idle.pop(); entry !== undefined; entry = this.#idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.environment.alive) return entry.environment;
    }
    return undefined;
  }

  #release(environment: Environment): void {
    if (!environment.alive) return;
    const timer = setTimeout(() => void environment.kill(), this.#options.idleMs ?? IDLE_MS).unref();
    this.#idle.push({ environment, timer });
  }
}
