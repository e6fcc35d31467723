import type { ReasonCode } from '../decide/reason.ts';

/** What a policy would have done at one moment of the past. */
export interface Outcome {
  readonly targetId: string;
  /** `near-miss`: a criterion waited for its dwell to end, and the signals cleared before. `brake`: the fleet brake went on. */
  readonly kind: 'failover' | 'ask' | 'hold' | 'near-miss' | 'brake';
  readonly reason: ReasonCode;
  readonly atMs: number;
  /** When the oldest evidence began. */
  readonly beganMs: number;
  readonly criterion?: string | undefined;
  /** At most {@link EVIDENCE_MAX}, for people. */
  readonly evidence: readonly string[];
  /** For a near miss: how much longer it would have had to last. */
  readonly shortMs?: number;
  /** For an ask: what is supposed to have become of it. */
  readonly ended?: AskEnd;
}
/** `approved`: as supposed. `withdrawn`: the signals healed first. `expired`: nobody answered. `overtaken`: a guard had turned red meanwhile. */
export type AskEnd = 'approved' | 'withdrawn' | 'expired' | 'overtaken' | 'open';

export const EVIDENCE_MAX = 8;
/** Outcomes kept whole; beyond them they are only counted. */
export const OUTCOMES_MAX = 5_000;
/** Stretches kept for each target's picture; beyond them the last one is drawn on. */
export const SPANS_MAX = 2_000;

export interface Span {
  readonly fromMs: number;
  toMs: number;
}
/** What the picture of one target is drawn from. */
export interface Lane {
  readonly targetId: string;
  /** Evidence was firing. */
  readonly firing: readonly Span[];
  /** A criterion waited for its dwell, or the provider's own high availability had its time. */
  readonly waiting: readonly Span[];
  /** A supposed failover was on its way, or was asked for. */
  readonly acting: readonly Span[];
}

/** One policy on one history. */
export interface Report {
  /** How the policy is called: the file. */
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly read: Tally;
  readonly outcomes: readonly Outcome[];
  /** Every outcome by kind and reason, those that are not kept included. */
  readonly counts: readonly OutcomeCount[];
  readonly lanes: readonly Lane[];
  /** What the archive says was really decided; empty for other histories. */
  readonly decided: readonly Decided[];
}
export interface OutcomeCount {
  readonly kind: Outcome['kind'];
  readonly reason: ReasonCode;
  readonly count: number;
}
export interface Decided {
  readonly targetId: string;
  readonly atMs: number;
  readonly kind: string;
  readonly reason: string;
}
export interface Tally {
  deliveries: number;
  alerts: number;
  /** Parts that the sources refused. */
  refused: number;
  /** Alerts that lead to no target of the configuration, or to more than one. */
  astray: number;
  /** Told as older than what came before: taken as told then. */
  outOfOrder: number;
}

/** What had to be supposed, because no record of alerts can tell it. */
export interface BacktestSupposition {
  /** Every failover succeeds after this. */
  readonly takesMs: number;
  /** A brake is released after this. */
  readonly releaseAfterMs: number;
  /** An ask is approved after this, data loss included; absent: nobody answers. */
  readonly approveAfterMs?: number;
}
export const USUAL: BacktestSupposition = { takesMs: 5 * 60_000, releaseAfterMs: 60 * 60_000 };
