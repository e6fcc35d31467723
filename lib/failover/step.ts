import { readFailoverMessage } from '../message.ts';
import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { claimAndCall } from './claim.ts';
import type { Failover } from './failover.ts';
import { saveFailover } from './persist.ts';
import { postpone } from './postpone.ts';
import { reconcileUnknown } from './reconcile.ts';
import { cancel } from './retire.ts';
import { sendLook } from './send-look.ts';
import { becomeUnknown, quietOf } from './transitions.ts';

/** The failover step: the only one that may start an operation at a provider. One message, one look (design §1). */
export async function runFailover(services: Services, body: string): Promise<void> {
  const message = readFailoverMessage(body);
  const state = await services.targets.load(message.targetId);
  const failover = currentLook(state, message);
  if (failover === undefined) {
    services.log.event('stale', { targetId: message.targetId, failoverId: message.failoverId, look: message.look });
    return;
  }
  const leftMs = failover.look.atMs - services.clock.nowMs();
  if (leftMs > 1_000 && failover.state !== 'unknown') return sendLook(services, failover);
  await dispatch(services, state, failover);
}

/** The record decides whether this message's look is still awaited. */
export function currentLook(state: TargetState, message: { failoverId: string; look: number }): Failover | undefined {
  const { failover } = state;
  return failover?.id === message.failoverId && failover.look.number === message.look ? failover : undefined;
}

async function dispatch(services: Services, state: TargetState, failover: Failover): Promise<void> {
  switch (failover.state) {
    case 'requested':
      return claimAndCall(services, state, failover);
    case 'claimed':
      return declareLost(services, state, failover);
    case 'unknown':
      return reconcileUnknown(services, state, failover);
    case 'awaiting-approval':
      return cancel(services, state, { event: 'expired', why: 'nobody approved it in time' });
    default:
      return sendLook(services, failover);
  }
}

/**
 * The lease has ended and its holder has not reported: the call may have been sent. The quiet time before anything is concluded is kept
 * by the queue, so that no clock of one lambda is compared with another's (rule 17).
 */
async function declareLost(services: Services, state: TargetState, failover: Extract<Failover, { state: 'claimed' }>): Promise<void> {
  const nowMs = services.clock.nowMs();
  if (nowMs < failover.lease.endsAtMs) return sendLook(services, failover);
  const worker = failover.lease.owner.slice(0, 8);
  // The write before the call is the fence: without it nothing was sent, and its holder, should it live, can send nothing any more.
  if (!failover.sending && failover.repeats !== 'same-token') {
    return postpone(services, state, failover, { why: `the worker ${worker} did not report, and had sent nothing`, retryAfterMs: 0 });
  }
  const lost = becomeUnknown(services, failover, `the worker ${worker} did not report`);
  if ((await saveFailover(services, state, lost)) === undefined) return;
  await sendLook(services, lost, quietOf(services, lost));
}
