import type { Check } from '../decide/verdict.ts';
import type { Handle, Operation, Plan } from './provider.ts';

/** One durable operation on one target (design §2, §5). What exists only in a state is a field only of that state. */
export type Failover = FailoverFacts & FailoverState;

export interface FailoverFacts {
  /** 32 hex characters, made by the decider. */
  readonly id: string;
  readonly targetId: string;
  readonly operation: Operation;
  /** The idempotency token: made once, stored before the call, the same on every retry (rule 7). At most 64 ASCII characters. */
  readonly token: string;
  readonly plan: Plan;
  /** SHA-256 of what an approval pins (rule 14). */
  readonly planHash: string;
  /** `alerts`: the decider's, and it must stay justified until the call. `person`: asked for by somebody. */
  readonly cause: 'alerts' | 'person';
  readonly requestedBy: string;
  readonly reason: string;
  readonly requestedAtMs: number;
  /** When the evidence began: RTO is measured from here. */
  readonly beganAtMs: number;
  readonly approved: boolean;
  readonly dataLossConsented: boolean;
  /** How often it was claimed in order to call. */
  readonly attempt: number;
  /** How often the operation was (perhaps) sent to the provider. */
  readonly starts: number;
  /** Which look is due: a message that names another number is stale (design §1: no step trusts the queue). */
  readonly look: Look;
  readonly checks: readonly Check[];
  /** What came of the target's hooks, by name: at most one entry each. */
  readonly hooks?: readonly HookRecord[];
  /** Every transition, hash-chained; bounded because the life cycle is. */
  readonly trail: readonly TrailEntry[];
}
/** `calling`: it may have been called, and it is not known to have come to an end. `skipped`: one before it failed and said `stop`. */
export interface HookRecord {
  readonly name: string;
  readonly phase: HookPhase;
  readonly outcome: 'calling' | 'done' | 'failed' | 'skipped';
  /** How often it was called in this phase, as far as anybody reported. */
  readonly calls: number;
  readonly atMs: number;
  /** What the last call that failed came back with. */
  readonly why?: string;
}
/** `before`: after the claim and the checks, before the call. `after`: when the new primary has been seen in its role. */
export type HookPhase = 'before' | 'after';
export interface Look {
  readonly number: number;
  readonly atMs: number;
}

export type FailoverState =
  | { readonly state: 'awaiting-approval'; readonly approval: PendingApproval }
  | { readonly state: 'requested'; readonly busyUntilMs?: number }
  | {
      readonly state: 'claimed';
      readonly lease: Lease;
      readonly firstSentAtMs: number;
      readonly lastSentAtMs: number;
      readonly repeats: Repeats;
      /** Set by the write right before the call. While it is not, nothing of this claim can have been sent. */
      readonly sending: boolean;
    }
  | {
      readonly state: 'unknown';
      /** How the answer of the call was lost. */
      readonly lostBy: string;
      readonly firstSentAtMs: number;
      readonly lastSentAtMs: number;
      readonly sinceMs: number;
      readonly boundMs: number;
    }
  | {
      readonly state: 'running';
      readonly handle: Handle;
      readonly deadlineMs: number;
      readonly progressPercent?: number;
      readonly polls: number;
    }
  | {
      readonly state: 'verifying';
      readonly handle: Handle;
      readonly deadlineMs: number;
      readonly polls: number;
      readonly verified?: Verified;
    }
  | {
      readonly state: 'stuck';
      readonly why: string;
      readonly handle: Handle;
      readonly sinceMs: number;
      readonly polls: number;
      readonly verified?: Verified;
    }
  | ({ readonly state: 'succeeded' } & Ended & Promotion)
  | ({ readonly state: 'failed' | 'refused' | 'cancelled' } & Ended);

/**
 * `nothing`: the first start. `proved-nothing`: the provider showed that the start before had no effect. `same-token`: it may have had
 * one, and the token makes a repetition harmless (rule 17).
 */
export type Repeats = 'nothing' | 'proved-nothing' | 'same-token';
export interface Lease {
  /** Who holds it: unique for each claim. */
  readonly owner: string;
  readonly endsAtMs: number;
}
export interface PendingApproval {
  readonly expiresAtMs: number;
  readonly count: number;
  readonly approvers: readonly string[];
  readonly approvedBy: readonly string[];
  readonly asksDataLoss: boolean;
}
export interface Ended {
  readonly endedAtMs: number;
  readonly why: string;
  readonly remedy?: string;
}
/** Rule 15. */
export interface Promotion {
  readonly newWriter: string;
  readonly oldPrimary: 'fenced' | 'not-fenced';
  readonly manualSteps: readonly string[];
}

/** The roles were seen: it is a success, whatever becomes of the `after` hooks that are still to be called. */
export interface Verified extends Promotion {
  readonly why: string;
  readonly atMs: number;
}

/** Who, when, why, evidence, request id; `hash` covers the entry and the hash before it. */
export interface TrailEntry {
  readonly number: number;
  readonly atMs: number;
  readonly by: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly requestId?: string;
  readonly previousHash: string;
  readonly hash: string;
}

export type Requested = Extract<Failover, { state: 'requested' }>;
export type Claimed = Extract<Failover, { state: 'claimed' }>;
export type Unknown = Extract<Failover, { state: 'unknown' }>;
export type Confirmed = Extract<Failover, { state: 'verifying' | 'stuck' }> & { readonly verified: Verified };
export type StateName = FailoverState['state'];
export const TERMINAL_STATES = ['succeeded', 'failed', 'refused', 'cancelled'] as const;
export type TerminalFailover = Extract<Failover, { state: (typeof TERMINAL_STATES)[number] }>;

export function isTerminal(failover: Failover): failover is TerminalFailover {
  return (TERMINAL_STATES as readonly string[]).includes(failover.state);
}
