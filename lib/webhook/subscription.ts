import type { Notice } from '../notify/notice.ts';
import { tell } from '../notify/tell.ts';
import { sha256 } from '../failover/hash.ts';
import type { Services } from '../services.ts';
import type { Subscription } from './proof.ts';

/**
 * A topic service asks to confirm a subscription, or says that one has ended. No machine calls the address in the message: people are told,
 * and one of them confirms what somebody of theirs began.
 */
export async function tellSubscription(
  services: Pick<Services, 'config' | 'queue' | 'log'>,
  source: string,
  subscription: Subscription,
  nowMs: number,
): Promise<void> {
  const { kind, topic, steps } = subscription;
  services.log.event('subscription', { source, kind, topic });
  const isRequest = kind === 'confirm';
  const notice: Notice = {
    key: `subscription/${source}/${sha256(subscription.id).slice(0, 24)}`,
    targetId: '',
    kind: 'alert-refused',
    urgency: 'tell',
    title: isRequest
      ? `source ${source}: a topic asks to send alerts here, and an operator must confirm`
      : `source ${source}: a topic has ended its subscription, its alerts do not come here any more`,
    facts: [
      { name: 'topic', value: topic },
      { name: 'signature', value: 'verified' },
    ],
    steps: isRequest ? ['confirm it only if you subscribed this webhook yourself', ...steps] : ['subscribe again, unless it was meant'],
    atMs: nowMs,
  };
  await tell(services, notice);
}
