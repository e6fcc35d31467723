import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { channelOf, delivered, type ChannelPorts, type Exchange } from '../exchange.ts';
import type { Notice } from '../notice.ts';
import { renderBody, renderParts } from '../render.ts';
import { cutBytes } from '../text.ts';

/** A message may have 28 KB; escapes in JSON can double the text. */
const MAX_TEXT_BYTES = 12_000;
const MAX_TITLE_BYTES = 300;

export const teams: ChannelKind = { kind: 'teams', url: 'required', secret: 'none', options: [], create: createTeamsChannel };

/** A Teams workflow: the whole URL is the secret; any 2xx is success. */
export function createTeamsChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'teams',
  compose: ({ notice, url }) => ({ url, body: JSON.stringify(message(notice)) }),
  read: () => delivered,
};

/** Rich text runs are shown as they are; a TextBlock would read alert text as markdown, links included. */
function message(notice: Notice): unknown {
  const parts = renderParts(notice);
  const run = (text: string, style: object) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] });
  const title = run(cutBytes(parts.title, MAX_TITLE_BYTES), {
    weight: 'Bolder',
    ...(notice.urgency === 'page' ? { color: 'Attention' } : {}),
  });
  const lines = renderBody(parts, MAX_TEXT_BYTES).split('\n');
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [title, ...lines.map((line) => run(line, {}))],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}
