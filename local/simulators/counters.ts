import type { SimulatorEvent } from './event.ts';

/** One request as the provider saw it. Never a signature, a key or a body. */
export interface Call {
  readonly sequence: number;
  readonly atMs: number;
  readonly operation: string;
  readonly endpoint: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly token?: string;
  /** `undefined`: not looked at, because a fault struck first. */
  readonly signatureOk?: boolean;
  /** `accepted`: took effect. `replayed`: the token was known. `answered`: a read. `refused`: an error answer. `not-handled`: a fault struck first. */
  readonly outcome: 'accepted' | 'replayed' | 'answered' | 'refused' | 'not-handled';
  readonly status?: number;
  readonly code?: string;
  readonly requestId?: string;
  readonly faults: readonly string[];
  /** What the caller saw. */
  readonly saw: string;
}

/** One operation that was accepted and does something. The list of these is what "exactly once" is judged by. */
export interface Effect {
  readonly atMs: number;
  readonly operation: string;
  readonly id: string;
  readonly promotion: boolean;
  readonly by: 'request' | 'vendor';
  readonly token?: string;
}

export interface Counters {
  /** Requests received, by operation. */
  readonly requests: Record<string, number>;
  /** Operations accepted, by operation. */
  readonly accepted: Record<string, number>;
  /** Promotions started by a request, by instance, cluster or network. */
  readonly promotions: Record<string, number>;
  /** Promotions started by the vendor itself or by somebody else. */
  readonly vendorPromotions: Record<string, number>;
  readonly finished: Record<string, number>;
  readonly failed: Record<string, number>;
  /** By ClientToken: how often it came, how often it had an effect. */
  readonly tokens: Record<string, { requests: number; effects: number }>;
  readonly errors: Record<string, number>;
  readonly effects: Effect[];
}

export function zeroCounters(): Counters {
  return {
    requests: {},
    accepted: {},
    promotions: {},
    vendorPromotions: {},
    finished: {},
    failed: {},
    tokens: {},
    errors: {},
    effects: [],
  };
}

function bump(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

export function countCall(counters: Counters, call: Call): void {
  bump(counters.requests, call.operation);
  if (call.outcome === 'accepted') bump(counters.accepted, call.operation);
  if (call.outcome === 'refused' && call.code !== undefined) bump(counters.errors, call.code);
  if (call.token === undefined) return;
  const seen = (counters.tokens[call.token] ??= { requests: 0, effects: 0 });
  seen.requests += 1;
  if (call.outcome === 'accepted') seen.effects += 1;
}

export function countEvent(counters: Counters, event: SimulatorEvent, token: string | undefined): void {
  if (event.kind === 'started') countStart(counters, event, token);
  if (!event.promotion) return;
  if (event.kind === 'finished') bump(counters.finished, event.id);
  if (event.kind === 'failed') bump(counters.failed, event.id);
}

function countStart(counters: Counters, event: SimulatorEvent, token: string | undefined): void {
  const { atMs, operation, id, promotion, by } = event;
  counters.effects.push({ atMs, operation, id, promotion, by, ...(token === undefined ? {} : { token }) });
  if (promotion) bump(by === 'request' ? counters.promotions : counters.vendorPromotions, id);
}
