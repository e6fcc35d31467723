import type { Check } from '../decide/verdict.ts';
import type { Target } from '../config/config.ts';
import type { Clock, Entropy, Http, Secrets } from '../ports.ts';

/** What a provider is built with: `create<Name>Provider(ports): Provider`. It does no I/O of its own. */
export interface ProviderPorts {
  readonly http: Http;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** `failover`: forced promotion. `switchover`: planned, no loss. `drill`: rehearsal. `restore`: rebuild the standby (design §2). */
export const OPERATIONS = ['failover', 'switchover', 'restore', 'simulation-start', 'simulation-stop'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What exactly will be asked of the provider: stored before the call, pinned by an approval, byte-identical on every retry. */
export interface Plan {
  readonly operation: Operation;
  /** Vendor parameters in the order they are sent; never credentials. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
  /** Who is the writer (PolarDB node, GDN primary cluster, GaussDB instance) before the call, if known. */
  readonly writerBefore?: string;
  /** The standby that is to be promoted, if the plan names one. */
  readonly promotes?: string;
  /** What else was seen before the call that tracking compares with (PolarDB: the newest switch in the HA log). Never sent. */
  readonly baseline?: Readonly<Record<string, string>>;
}

/** The state of the target as the provider tells it, in neutral words. `undefined` and `'unknown'` mean: could not be read. */
export interface Observation {
  readonly observedAtMs: number;
  /** Role of the side that would be promoted. */
  readonly standbyRole: 'standby' | 'primary' | 'none' | 'unknown';
  readonly relation: 'healthy' | 'broken' | 'switching' | 'unknown';
  readonly standbyHealthy: boolean | undefined;
  readonly lagMs: number | undefined;
  /** Operations the provider is carrying out on the target now, in its own words. */
  readonly inFlight: readonly string[];
  readonly writer: string | undefined;
  readonly candidates: readonly Candidate[];
  readonly lastSwitchAtMs: number | undefined;
  /** Everything else worth recording, vendor words, for people. */
  readonly details: Readonly<Record<string, string>>;
}
export interface Candidate {
  readonly id: string;
  readonly healthy: boolean;
  readonly zone: string;
  /** Higher is preferred. */
  readonly priority: number;
}

/** What the provider gave to follow the operation by. */
export interface Handle {
  /** GaussDB's job id; absent where the API has none. */
  readonly jobId?: string;
  /** The request's id at the provider, for support cases. */
  readonly requestId?: string;
  readonly sentAtMs: number;
}

/** Answer to `start`. Only `accepted` and `unknown` can have had an effect. */
export type StartOutcome =
  | { readonly kind: 'accepted'; readonly handle: Handle }
  | { readonly kind: 'refused'; readonly code: string; readonly why: string; readonly remedy: string; readonly requestId?: string }
  | { readonly kind: 'busy'; readonly code: string; readonly why: string; readonly retryAfterMs: number; readonly requestId?: string }
  | { readonly kind: 'unknown'; readonly code: string; readonly cause: string; readonly requestId?: string };

/** Answer to `track`. `unknown`: could not be read or is not understood; never success (design §5). */
export type TrackOutcome =
  | { readonly kind: 'running'; readonly progressPercent?: number; readonly detail: string }
  | { readonly kind: 'succeeded'; readonly detail: string }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Answer to `reconcile` (rule 17). `happened`: adopt this handle. `nothing-happened`: proved by the provider's own state after the quiet
 * time. `unproved`: look again later.
 */
export type ReconcileOutcome =
  | { readonly kind: 'happened'; readonly handle: Handle; readonly evidence: string }
  | { readonly kind: 'nothing-happened'; readonly evidence: string }
  | { readonly kind: 'unproved'; readonly why: string };

/**
 * Answer to `verify` (rule 15). `promoted`: the operation's own end state was seen, whatever the operation is; of one that moves no writer
 * (restore, simulation) `newWriter` is the primary as it stays, and `oldPrimary` says whether the other side can write.
 */
export type VerifyOutcome =
  | {
      readonly kind: 'promoted';
      readonly newWriter: string;
      readonly oldPrimary: 'fenced' | 'not-fenced';
      readonly manualSteps: readonly string[];
      readonly detail: string;
    }
  | { readonly kind: 'not-yet'; readonly why: string }
  | { readonly kind: 'not-promoted'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** A call in the life of one failover. `sentAtMs` is when the first request of this failover may have left. */
export interface Call {
  readonly target: Target;
  readonly plan: Plan;
  readonly token: string;
  /** Epoch ms; no request may be on its way after it. */
  readonly deadlineMs: number;
}
export interface SentCall extends Call {
  readonly sentAtMs: number;
  /** When the last request of this failover may have left, if there was more than one: the quiet time counts from it. */
  readonly lastSentAtMs?: number;
  readonly handle?: Handle;
}

export interface PreflightLimits {
  /** Rule 10: the largest lag at which data loss was consented to beforehand. */
  readonly maxLagMs: number;
  /** A person consented to losing data beyond `maxLagMs`. An unknown lag is refused all the same. */
  readonly dataLossConsented: boolean;
}

/**
 * A provider: one file. Only it knows HTTP statuses, vendor codes and vendor field names. No method throws for anything the other side
 * does; `observe` reports what it could not read as unknown.
 */
export interface Provider {
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Whether the vendor promises that a repeated token has no second effect. */
  readonly honoursToken: boolean;
  /** The provider's own longest documented duration of an operation; the poller's deadline. Milliseconds. */
  readonly longestOperationMs: number;
  /** How long after a lost answer nothing may be concluded (acceptance delay and visibility lag of the vendor's lists). Milliseconds. */
  readonly quietMs: number;
  observe(target: Target, deadlineMs: number): Promise<Observation>;
  /** Pure: chooses the candidate and the parameters, or says why none can be made. */
  plan(target: Target, operation: Operation, observation: Observation): Plan | { readonly impossible: string };
  /** Pure: every vendor-specific condition, read right before the call (rules 5, 10, 11). */
  preflight(target: Target, plan: Plan, observation: Observation, limits: PreflightLimits): readonly Check[];
  /** One request, no retry. */
  start(call: Call): Promise<StartOutcome>;
  track(call: SentCall): Promise<TrackOutcome>;
  /** Reads only. */
  reconcile(call: SentCall): Promise<ReconcileOutcome>;
  /** Reads only. */
  verify(call: SentCall): Promise<VerifyOutcome>;
}
