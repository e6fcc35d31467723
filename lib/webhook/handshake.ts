import type { ConfiguredSource } from '../config/config.ts';
import { authenticate } from './authenticate.ts';
import type { Proof } from './proof.ts';
import type { WebhookAnswer } from './request.ts';

const ANSWER: WebhookAnswer = {
  status: 200,
  reason: 'accepted',
  // `*` and not the origin that asked: nothing of a request is echoed. A permission to send is none to be believed.
  headers: { 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '1000', allow: 'POST, PUT, OPTIONS' },
};

/**
 * The abuse protection of CloudEvents webhooks (alerts §12): a sender asks by OPTIONS whether it may send. Only a source of that kind
 * consents, and one behind a secret path only to whoever knows the path.
 *
 * @returns `undefined`: no handshake, the method is not allowed.
 */
export async function handshake(source: ConfiguredSource | undefined, proof: Proof): Promise<WebhookAnswer | undefined> {
  if (source?.kind !== 'cloudevents') return undefined;
  if (!Object.hasOwn(proof.request.headers, 'webhook-request-origin')) return undefined;
  const paths = source.auth.filter(({ kind }) => kind === 'path');
  if (paths.length < source.auth.length) return ANSWER;
  // Also where there is no way at all: that one is closed.
  const { kind } = await authenticate({ ...source, auth: paths }, proof);
  return kind === 'authentic' ? ANSWER : undefined;
}
