import type { Services } from '../services.ts';
import { advance } from './advance.ts';
import { beforeHooksExtraMs } from './before-hooks.ts';
import type { Claimed, Failover } from './failover.ts';
import type { Handle } from './provider.ts';

/** What a transition has to know. */
type Known = Pick<Services, 'config' | 'clock' | 'timing' | 'provider'>;

/** Pure but for the clock: `claimed` or `unknown` → `running`. */
export function becomeRunning(services: Known, failover: Failover, handle: Handle, why = 'accepted'): Failover | undefined {
  if (failover.state !== 'claimed' && failover.state !== 'unknown') return undefined;
  const nowMs = services.clock.nowMs();
  const target = services.config.targets[failover.targetId];
  const longestMs = target === undefined ? 0 : services.provider(target.provider).longestOperationMs;
  const event = failover.state === 'claimed' ? 'accepted' : 'adopted';
  const step = {
    event,
    by: 'failover',
    why,
    atMs: nowMs,
    ...(handle.requestId === undefined ? {} : { requestId: handle.requestId }),
  } as const;
  const next = { state: 'running', handle, deadlineMs: nowMs + longestMs, polls: 0 } as const;
  return advance(failover, step, next, { lookAtMs: nowMs + services.timing.pollFirstMs });
}

/** Pure but for the clock: `claimed` → `unknown`. */
export function becomeUnknown(services: Known, failover: Claimed, lostBy: string, requestId?: string): Failover {
  const nowMs = services.clock.nowMs();
  const { firstSentAtMs, lastSentAtMs } = failover;
  const step = { event: 'lost', by: 'failover', why: lostBy, atMs: nowMs, ...(requestId === undefined ? {} : { requestId }) } as const;
  const boundMs = nowMs + services.timing.unknownBoundMs;
  const next = { state: 'unknown', lostBy, firstSentAtMs, lastSentAtMs, sinceMs: nowMs, boundMs } as const;
  return advance(failover, step, next, { lookAtMs: nowMs + quietOf(services, failover) });
}

/** Longer by what the target's hooks add to the lease, so that it outlives the lease as ever (rule 17). */
export function quietOf(services: Omit<Known, 'clock'>, failover: Failover): number {
  const { config, timing } = services;
  const target = config.targets[failover.targetId];
  if (target === undefined) return timing.quietMs;
  return Math.max(timing.quietMs + beforeHooksExtraMs(timing, target, failover), services.provider(target.provider).quietMs);
}

/** The lease of a claim: the same for every target, and longer by what its own hooks may take. */
export function leaseMsOf({ config, timing }: Pick<Known, 'config' | 'timing'>, failover: Failover): number {
  return timing.leaseMs + beforeHooksExtraMs(timing, config.targets[failover.targetId], failover);
}
