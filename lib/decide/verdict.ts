import type { ReasonCode } from './reason.ts';

/**
 * What decide says. `failover`: act. `ask`: a person must approve. `wait`: may become true by time alone. `hold`: criteria met, a guard
 * forbids. `clear`: no criterion met.
 */
export interface Verdict {
  readonly kind: 'failover' | 'ask' | 'wait' | 'hold' | 'clear';
  /** Each reason belongs to one kind. */
  readonly reason: ReasonCode;
  /** Every check that was made, in order: the trace. */
  readonly checks: readonly Check[];
  /** Epoch ms: when to look again, for a verdict that time alone can change. */
  readonly lookAgainAtMs?: number;
  /** Name of the criterion that is met, or closest to being met. */
  readonly criterion?: string;
  /** Keys (`source/fingerprint`) of the alerts that met the criterion. */
  readonly evidence: readonly string[];
  readonly decidedAtMs: number;
}

/** One named check with its value, its limit and what came out: what people read at three in the morning. */
export interface Check {
  readonly name: string;
  /** Number of the safety rule it serves (design §4). */
  readonly rule: number;
  /** `unread`: it needs a look at the world which was not taken, because an earlier check decided. */
  readonly verdict: 'pass' | 'fail' | 'wait' | 'ask' | 'unread';
  readonly value: string;
  readonly limit: string;
  /** For `wait` and for a `fail` that time alone lifts. */
  readonly untilMs?: number;
}
