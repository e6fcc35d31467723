import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { channelOf, delivered, type ChannelPorts, type Exchange } from '../exchange.ts';
import type { Notice } from '../notice.ts';
import { cleanFacts, cleanSteps } from '../render.ts';
import { SIGNATURE_HEADER, signatureOf } from '../signature.ts';
import { cutBytes, oneLine } from '../text.ts';

const MAX_TITLE_BYTES = 1_000;

export const webhook: ChannelKind = { kind: 'webhook', url: 'required', secret: 'required', options: [], create: createWebhookChannel };

/** Our own signed webhook: the whole notice as JSON. Any 2xx is success. A receiver drops a `notice.key` that it has seen. */
export function createWebhookChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'webhook',
  compose: ({ notice, url, secrets, nowMs }) => {
    const body = JSON.stringify({ understudy: 'notice', version: 1, notice: clean(notice) });
    return { url, body, headers: { [SIGNATURE_HEADER]: signatureOf(body, secrets, Math.floor(nowMs / 1000)) } };
  },
  read: () => delivered,
};

/** A notice with the same fields, its texts clean and bounded: what stands behind a webhook may well be a web page. */
function clean(notice: Notice): Notice {
  const title = cutBytes(oneLine(notice.title), MAX_TITLE_BYTES);
  return { ...notice, title, facts: cleanFacts(notice.facts), steps: cleanSteps(notice.steps) };
}
