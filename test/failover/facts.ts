import { firstEntry } from '../../lib/failover/advance.ts';
import type { FailoverFacts } from '../../lib/failover/failover.ts';

/** What is true of a failover from its request on, whatever its state. Requested at a moment (epoch ms), for evidence of a minute before. */
export function factsOf(requestedAtMs: number, other: Partial<FailoverFacts> = {}): FailoverFacts {
  return {
    id: 'f1',
    targetId: 'orders',
    operation: 'failover',
    token: 't',
    plan: { operation: 'failover', parameters: {} },
    planHash: 'h',
    cause: 'alerts',
    requestedBy: 'decider',
    reason: 'two observers',
    requestedAtMs,
    beganAtMs: requestedAtMs - 60_000,
    approved: false,
    dataLossConsented: false,
    attempt: 1,
    starts: 1,
    look: { number: 3, atMs: requestedAtMs },
    checks: [],
    trail: [firstEntry('requested', 'decider', 'why', requestedAtMs)],
    ...other,
  };
}
