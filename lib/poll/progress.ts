import type { Timing } from '../timing.ts';
import type { TrackOutcome, VerifyOutcome } from '../failover/provider.ts';

/** What the poller does after looking at a running operation. */
export type AfterTrack =
  | { readonly kind: 'again'; readonly atMs: number; readonly progressPercent?: number }
  | { readonly kind: 'finished'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'overdue'; readonly why: string };

interface Watched {
  readonly deadlineMs: number;
  readonly sentAtMs: number;
  readonly nowMs: number;
  readonly timing: Timing;
}

/** Pure. An unknown answer is looked at again, never taken for an end; past the deadline people are told. */
export function afterTrack(outcome: TrackOutcome, watched: Watched): AfterTrack {
  const { deadlineMs, nowMs } = watched;
  if (outcome.kind === 'succeeded') return { kind: 'finished', why: outcome.detail };
  if (outcome.kind === 'failed') return { kind: 'failed', why: outcome.why };
  if (nowMs >= deadlineMs) return { kind: 'overdue', why: outcome.kind === 'running' ? `still running: ${outcome.detail}` : outcome.why };
  const atMs = nowMs + pollIntervalMs(watched);
  const progressPercent = outcome.kind === 'running' ? outcome.progressPercent : undefined;
  return progressPercent === undefined ? { kind: 'again', atMs } : { kind: 'again', atMs, progressPercent };
}

/** Often at first, since a promotion takes seconds; then slowly, since it may take an hour. */
export function pollIntervalMs({ nowMs, sentAtMs, timing }: Pick<Watched, 'nowMs' | 'sentAtMs' | 'timing'>): number {
  return nowMs - sentAtMs < timing.pollFastForMs ? timing.pollFirstMs : timing.pollSlowMs;
}

/** What follows a look at the roles. Pure. `sure` ends it at once; anything else may still change until the bound. */
export function afterVerify(
  outcome: VerifyOutcome,
  { deadlineMs, nowMs }: Pick<Watched, 'deadlineMs' | 'nowMs'>,
): 'promoted' | 'again' | 'failed' | 'overdue' {
  if (outcome.kind === 'promoted') return 'promoted';
  if (outcome.kind === 'not-promoted') return 'failed';
  return nowMs >= deadlineMs ? 'overdue' : 'again';
}
