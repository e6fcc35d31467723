import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { again, channelOf, delivered, refused, type ChannelPorts, type Exchange, type Outgoing } from '../exchange.ts';
import type { Notice } from '../notice.ts';
import { renderBody, renderParts, renderShort } from '../render.ts';
import { cutBytes } from '../text.ts';

/** Block Kit limits are in characters; bytes are never fewer, so that a cut by bytes keeps within them. */
const MAX_HEADER_BYTES = 150;
const MAX_SECTION_BYTES = 2_900;

export const slack: ChannelKind = { kind: 'slack', url: 'required', secret: 'none', options: [], create: createSlackChannel };

/** Slack's incoming webhook: the URL is the secret; success is the body `ok`. */
export function createSlackChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'slack',
  compose: ({ notice, url }): Outgoing => ({ url, body: JSON.stringify(message(notice)) }),
  read: ({ body }) => {
    if (body.trim() === 'ok') return delivered;
    // Slack's own words are codes such as `channel_is_archived`; anything else is not repeated.
    return /^[a-z_]{1,40}$/.test(body.trim()) ? refused(`Slack says ${body.trim()}`) : again('the answer is not Slack’s');
  },
};

/** Alert text stands in `plain_text` only, where Slack reads neither mrkdwn nor mentions; the fallback line is escaped. */
function message(notice: Notice): unknown {
  const parts = renderParts(notice);
  const plain = (text: string, maxBytes: number) => ({ type: 'plain_text', text: cutBytes(text, maxBytes), emoji: false });
  return {
    text: escapeMrkdwn(renderShort(notice)),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(parts.title, MAX_HEADER_BYTES) },
      { type: 'section', text: plain(renderBody(parts, MAX_SECTION_BYTES), MAX_SECTION_BYTES) },
    ],
  };
}

/** `&`, `<` and `>` as Slack asks for; a word joiner takes their meaning from the other marks and from `@channel`. */
export function escapeMrkdwn(text: string): string {
  const entities = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return entities.replace(/[*_~`@]/g, '\u2060$&\u2060');
}
