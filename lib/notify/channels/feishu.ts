import { createHmac } from 'node:crypto';
import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { byCode, channelOf, fieldsOf, type BodyCodes, type ChannelPorts, type Exchange, type Material } from '../exchange.ts';
import { renderBody, renderParts } from '../render.ts';
import { cutBytes } from '../text.ts';
import { withKeyword } from './robot.ts';

/** A message may have 20 KB; escapes of quotes and of line ends can double the text in JSON. */
const MAX_TEXT_BYTES = 9_000;
const MAX_TITLE_BYTES = 250;

const CODES: BodyCodes = {
  name: 'code',
  ok: 0,
  refused: {
    19021: 'signature refused',
    19022: 'address refused',
    19024: 'keyword missing',
    9499: 'message refused',
    19001: 'token refused',
  },
  busy: { 11232: 60_000 },
};

export const feishu: ChannelKind = {
  kind: 'feishu',
  url: 'required',
  secret: 'optional',
  options: ['keyword'],
  create: createFeishuChannel,
};

/** A Feishu or Lark custom bot. Cards show `plain_text` as it is: no markdown and no `<at>` of alert text takes effect. */
export function createFeishuChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'feishu',
  compose: (material) => ({ url: material.url, body: JSON.stringify({ ...signed(material), ...card(material) }) }),
  read: (response) => {
    const fields = fieldsOf(response.body);
    return byCode(fields['code'] ?? fields['StatusCode'], CODES);
  },
};

function card({ notice, settings }: Material): object {
  const parts = renderParts(notice);
  const plain = (content: string) => ({ tag: 'plain_text', content });
  const body = withKeyword(renderBody(parts, MAX_TEXT_BYTES), settings);
  const header = { title: plain(cutBytes(parts.title, MAX_TITLE_BYTES)), template: notice.urgency === 'page' ? 'red' : 'blue' };
  return { msg_type: 'interactive', card: { config: { wide_screen_mode: true }, header, elements: [{ tag: 'div', text: plain(body) }] } };
}

function signed({ secrets: [secret], nowMs }: Material): object {
  if (secret === undefined) return {};
  const seconds = Math.floor(nowMs / 1000);
  return { timestamp: String(seconds), sign: feishuSign(secret, seconds) };
}

/** Seconds and the secret are the key, the message is empty. Base64, in the body. */
export function feishuSign(secret: string, seconds: number): string {
  return createHmac('sha256', `${String(seconds)}\n${secret}`)
    .update('')
    .digest('base64');
}
