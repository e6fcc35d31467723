import { createHmac } from 'node:crypto';
import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { channelOf, delivered, type ChannelPorts, type Exchange } from '../exchange.ts';

export const SIGNATURE_HEADER = 'x-understudy-signature';

export const webhook: ChannelKind = { kind: 'webhook', url: 'required', secret: 'required', options: [], create: createWebhookChannel };

/** Our own signed webhook: the whole notice as JSON. Any 2xx is success. A receiver drops a `notice.key` that it has seen. */
export function createWebhookChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'webhook',
  compose: ({ notice, url, secrets, nowMs }) => {
    const body = JSON.stringify({ understudy: 'notice', version: 1, notice });
    return { url, body, headers: { [SIGNATURE_HEADER]: signatureOf(body, secrets, Math.floor(nowMs / 1000)) } };
  },
  read: () => delivered,
};

/**
 * `t=<epoch seconds>,v1=<hex HMAC-SHA256(secret, t + "." + body)>`; while a secret is being rotated one `v1` for each that is valid, so that
 * a receiver may change over when it likes.
 */
export function signatureOf(body: string, secrets: readonly string[], seconds: number): string {
  const signatures = secrets.map(
    (secret) =>
      `v1=${createHmac('sha256', secret)
        .update(`${String(seconds)}.${body}`)
        .digest('hex')}`,
  );
  return [`t=${String(seconds)}`, ...signatures].join(',');
}
