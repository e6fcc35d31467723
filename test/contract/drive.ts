import type { Target } from '../../lib/config/config.ts';
import type {
  Handle,
  Observation,
  Operation,
  Plan,
  PreflightLimits,
  Provider,
  ReconcileOutcome,
  SentCall,
  StartOutcome,
  TrackOutcome,
  VerifyOutcome,
} from '../../lib/failover/provider.ts';

/** A clock that only moves when told, shared by a provider and the simulator that it talks to. */
export interface TestClock {
  nowMs(): number;
  advance(byMs: number): void;
}

/**
 * How one operation ended. `succeeded` and `failed` are the provider's own word, seen; every other end is a named stop: nothing more is
 * called and a person is told why.
 */
export type End = 'succeeded' | 'failed' | 'impossible' | 'preflight' | 'refused' | 'busy' | 'unproved' | 'stuck' | 'unverified';

export interface Driven {
  readonly end: End;
  /** The reason in the provider's words. */
  readonly why: string;
  /** Every answer in order, e.g. `start unknown(no-answer)`, `reconcile happened`, `track succeeded`. */
  readonly trail: readonly string[];
  /** Everything that came out of the provider, for the search for secrets. */
  readonly outputs: readonly unknown[];
}

export interface DriveOptions {
  readonly provider: Provider;
  readonly target: Target;
  readonly operation: Operation;
  readonly clock: TestClock;
  /** Of a single call. Real milliseconds: a hanging simulator costs this much. */
  readonly callTimeoutMs: number;
  readonly token: string;
  readonly limits?: PreflightLimits;
}

const LIMITS: PreflightLimits = { maxLagMs: 60_000, dataLossConsented: false };
const POLL_MS = 10_000;
/** After this the polls are rare. */
const FREQUENT_MS = 10 * 60_000;
const SLOW_POLL_MS = 60_000;
const BUSY_ATTEMPTS = 5;
/** How long a question stays open before a person is asked, so that a provider which is never readable ends as a named stop. */
const UNPROVED_BOUND_MS = 15 * 60_000;

/** Takes one operation from the first look to its end, as the steps do (design §5), with one worker and no crash. */
export async function drive(options: DriveOptions): Promise<Driven> {
  const run = new Run(options);
  const before = await run.look();
  const plan = run.note('plan', options.provider.plan(options.target, options.operation, before));
  if ('impossible' in plan) return run.end('impossible', plan.impossible);
  return run.stopBefore(plan, before) ?? (await run.carryOut(plan));
}

class Run {
  private readonly options: DriveOptions;
  private readonly trail: string[] = [];
  private readonly outputs: unknown[] = [];
  private firstSentAtMs = 0;
  private lastSentAtMs = 0;

  constructor(options: DriveOptions) {
    this.options = options;
  }

  note<T>(step: string, output: T): T {
    const kind = (output as { kind?: string }).kind;
    const code = (output as { code?: string }).code;
    const entry = kind === undefined ? step : `${step} ${kind}${code === undefined ? '' : `(${code})`}`;
    const { trail } = this;
    // A pair that goes on for an hour is told twice.
    const again = trail.at(-1) === entry || (trail.at(-2) === entry && trail.at(-4) === entry && trail.at(-1) === trail.at(-3));
    if (!again) trail.push(entry);
    this.outputs.push(output);
    return output;
  }

  end(end: End, why: string): Driven {
    return { end, why, trail: this.trail, outputs: this.outputs };
  }

  private deadlineMs(): number {
    return this.options.clock.nowMs() + this.options.callTimeoutMs;
  }

  async look(): Promise<Observation> {
    return this.note('observe', await this.options.provider.observe(this.options.target, this.deadlineMs()));
  }

  /** The preflight's verdict; a check that only waits is for the next look, as a `busy` answer is. */
  stopBefore(plan: Plan, observation: Observation): Driven | undefined {
    const { provider, target, limits = LIMITS } = this.options;
    const checks = this.note('preflight', provider.preflight(target, plan, observation, limits));
    const failing = checks.filter((check) => check.verdict !== 'pass').map((check) => `${check.name} ${check.verdict}`);
    return failing.length === 0 ? undefined : this.end('preflight', failing.join(', '));
  }

  private sent(plan: Plan, handle?: Handle): SentCall {
    const { target, token } = this.options;
    const { firstSentAtMs: sentAtMs, lastSentAtMs } = this;
    const call = { target, plan, token, sentAtMs, lastSentAtMs, deadlineMs: this.deadlineMs() };
    return handle === undefined ? call : { ...call, handle };
  }

  private async start(plan: Plan): Promise<StartOutcome> {
    this.lastSentAtMs = this.options.clock.nowMs();
    return this.note('start', await this.options.provider.start(this.sent(plan)));
  }

  /** A second start is only made when the provider itself proved that the first did nothing (rule 17), and only once (rule 9). */
  async carryOut(plan: Plan): Promise<Driven> {
    this.firstSentAtMs = this.options.clock.nowMs();
    for (let unknown = 0, busy = 0; unknown < 2;) {
      const outcome = await this.start(plan);
      if (outcome.kind === 'accepted') return await this.follow(plan, outcome.handle);
      if (outcome.kind === 'refused' && unknown === 0) return this.end('refused', outcome.code);
      if (outcome.kind === 'busy' && unknown === 0) {
        if (++busy >= BUSY_ATTEMPTS) return this.end('busy', outcome.code);
        this.options.clock.advance(outcome.retryAfterMs);
        // Rule 5: what was true before the wait need not be true after it.
        const stop = this.stopBefore(plan, await this.look());
        if (stop !== undefined) return stop;
        continue;
      }
      // Also after a clear no that follows an open question: the first request may be why.
      const known = await this.reconcile(plan);
      if (known.kind === 'happened') return await this.follow(plan, known.handle);
      if (known.kind === 'unproved') return this.end('unproved', known.why);
      unknown += 1;
    }
    return this.end('unproved', 'two attempts without an answer, each proved to have done nothing');
  }

  private async reconcile(plan: Plan): Promise<ReconcileOutcome> {
    const untilMs = this.options.clock.nowMs() + UNPROVED_BOUND_MS;
    for (;;) {
      const outcome = this.note('reconcile', await this.options.provider.reconcile(this.sent(plan)));
      if (outcome.kind !== 'unproved' || this.options.clock.nowMs() >= untilMs) return outcome;
      this.options.clock.advance(POLL_MS);
    }
  }

  private async follow(plan: Plan, handle: Handle): Promise<Driven> {
    const untilMs = this.firstSentAtMs + this.options.provider.longestOperationMs;
    let last: TrackOutcome | VerifyOutcome;
    do {
      this.options.clock.advance(this.options.clock.nowMs() - this.firstSentAtMs < FREQUENT_MS ? POLL_MS : SLOW_POLL_MS);
      last = this.note('track', await this.options.provider.track(this.sent(plan, handle)));
      if (last.kind === 'failed') return this.end('failed', last.why);
      if (last.kind === 'succeeded') {
        last = this.note('verify', await this.options.provider.verify(this.sent(plan, handle)));
        if (last.kind === 'promoted') return this.end('succeeded', last.detail);
        if (last.kind === 'not-promoted') return this.end('failed', last.why);
      }
    } while (this.options.clock.nowMs() < untilMs);
    return this.end(last.kind === 'running' ? 'stuck' : 'unverified', last.kind === 'running' ? last.detail : last.kind);
  }
}

/** Any fixed moment: nothing here may depend on today. */
const EPOCH_MS = Date.UTC(2026, 1, 2, 3, 4, 5);

export function createTestClock(startsAtMs = EPOCH_MS): TestClock {
  let nowMs = startsAtMs;
  return {
    nowMs: () => nowMs,
    advance(byMs) {
      nowMs += byMs;
    },
  };
}
