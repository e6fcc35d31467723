import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readLines } from './lines.ts';
import { failure } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { bindToHost, unbindFromHost } from './reaper.ts';
import { startRuntimeApi } from './runtime-api.ts';
import type { RuntimeApi } from './runtime-api.ts';

export interface EnvironmentOptions {
  readonly node: string;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  /** One line of the function's output. */
  readonly onLine: (line: string, requestId: string | undefined) => void;
}
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));
/** Lambda gives an import 10 s. On a small machine that runs everything else too, a slow start is no fault of the function. */
const INIT_LIMIT_MS = 60_000;
/** Of the memory, as Lambda's Node.js runtime sets it. */
const HEAP_SHARE = 0.9;

/** One execution environment: a process with its Runtime API. It takes one invocation at a time, and is dead after a time-out or a crash. */
export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  /** Resolves when the process has ended and its Runtime API with it. */
  readonly closed: Promise<void>;
  #settle: ((outcome: Outcome) => void) | undefined;
  #requestId: string | undefined;
  #outcome: Outcome | undefined;
  #marks = 0;
  #initMs: number | undefined;
  #alive = true;

  static async start(options: EnvironmentOptions): Promise<Environment> {
    let environment: Environment | undefined;
    const api = await startRuntimeApi((outcome) => environment?.finish(outcome));
    environment = new Environment(options, api);
    return environment;
  }

  private constructor(options: EnvironmentOptions, api: RuntimeApi) {
    this.#options = options;
    this.#api = api;
    const heap = `--max-old-space-size=${String(Math.floor(options.memoryMb * HEAP_SHARE))}`;
    const env = { ...options.variables, AWS_LAMBDA_RUNTIME_API: api.address };
    this.#child = spawn(options.node, [heap, BOOTSTRAP], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => {});
    if (this.#child.pid !== undefined) bindToHost(this.#child.pid);
    this.#readOutput();
    this.closed = this.#whenClosed();
  }

  get alive(): boolean {
    return this.#alive;
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  /** From the start of the process to the moment it asked for its first event. */
  get initMs(): number | undefined {
    return this.#initMs;
  }

  /** Never rejects: every way to end is an outcome. */
  invoke(invocation: Invocation): Promise<Outcome> {
    if (!this.#alive)
      return Promise.resolve(failure('crash', 'Runtime.ExitError', `RequestId: ${invocation.requestId} Error: Runtime exited`));
    const startedAtMs = performance.now();
    const { requestId, timeoutMs } = invocation;
    this.#requestId = requestId;
    this.#marks = 0;
    return new Promise((resolve) => {
      let limit = setTimeout(() => this.#timeOut(requestId, INIT_LIMIT_MS), INIT_LIMIT_MS);
      this.#settle = (outcome) => {
        clearTimeout(limit);
        resolve(outcome);
      };
      const onDelivered = (): void => {
        this.#initMs ??= performance.now() - startedAtMs;
        clearTimeout(limit);
        limit = setTimeout(() => this.#timeOut(requestId, timeoutMs), timeoutMs);
      };
      this.#api.offer({ ...invocation, onDelivered, onOutcome: (outcome) => this.finish(outcome) });
    });
  }

  /** Takes the outcome; it counts once the output of the invocation is read to its end. */
  finish(outcome: Outcome): void {
    this.#outcome = outcome;
    // A failed import and an uncaught exception end the process: its close reports them, so that nobody reuses it meanwhile.
    if (outcome.kind === 'ok' || (outcome.how !== 'init' && outcome.how !== 'crash')) this.#settleWhenComplete();
    else this.#alive = false;
  }

  kill(): Promise<void> {
    this.#alive = false;
    this.#child.kill('SIGKILL');
    return this.closed;
  }

  #timeOut(requestId: string, limitMs: number): void {
    const text = `RequestId: ${requestId} Error: Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
    this.#outcome = failure('timeout', 'Sandbox.Timedout', text);
    this.#child.kill('SIGKILL');
  }

  #settleWhenComplete(): void {
    // Both streams carry the mark.
    if (this.#outcome === undefined || this.#marks < 2) return;
    const outcome = this.#outcome;
    [this.#outcome, this.#requestId] = [undefined, undefined];
    this.#settle?.(outcome);
  }

  #readOutput(): void {
    const onLine = (line: string): void => this.#options.onLine(line, this.#requestId);
    const onMark = (requestId: string): void => {
      if (requestId !== this.#requestId) return;
      this.#marks += 1;
      this.#settleWhenComplete();
    };
    for (const stream of [this.#child.stdout, this.#child.stderr]) if (stream !== null) readLines(stream, onLine, onMark);
  }

  async #whenClosed(): Promise<void> {
    const status = await new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) =>
        resolve(signal === null ? `exit status ${String(code)}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`),
      );
    });
    this.#alive = false;
    if (this.#child.pid !== undefined) unbindFromHost(this.#child.pid);
    await this.#api.stop();
    const crash = failure('crash', 'Runtime.ExitError', `RequestId: ${this.#requestId ?? ''} Error: Runtime exited with error: ${status}`);
    this.#settle?.(this.#outcome ?? crash);
  }
}
