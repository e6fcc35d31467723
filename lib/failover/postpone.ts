import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { advance } from './advance.ts';
import type { Claimed } from './failover.ts';
import { saveFailover } from './persist.ts';
import { refuse } from './retire.ts';
import { sendLook } from './send-look.ts';

/** Nothing was started: back to `requested`, a bounded number of times. */
export async function postpone(
  services: Services,
  state: TargetState,
  claimed: Claimed,
  { why, retryAfterMs }: { why: string; retryAfterMs: number },
): Promise<void> {
  if (claimed.attempt >= services.timing.attemptsMax) {
    return refuse(services, state, {
      why: `${why} (after ${claimed.attempt} attempts)`,
      remedy: 'Look at the target in the cloud console; nothing was started.',
    });
  }
  const nowMs = services.clock.nowMs();
  const busyUntilMs = nowMs + retryAfterMs;
  const next = advance(
    claimed,
    { event: 'postponed', by: claimed.lease.owner, why, atMs: nowMs },
    { state: 'requested', busyUntilMs },
    { lookAtMs: busyUntilMs },
  );
  if ((await saveFailover(services, state, next)) !== undefined) await sendLook(services, next);
}
