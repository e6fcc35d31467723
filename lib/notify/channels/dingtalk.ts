import { createHmac } from 'node:crypto';
import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { byCode, channelOf, fieldsOf, type BodyCodes, type ChannelPorts, type Exchange, type Material } from '../exchange.ts';
import { renderText } from '../render.ts';
import { mobilesOf, withKeyword } from './robot.ts';

/** A robot's whole message may have 20,000 bytes; the text leaves room for the JSON around it. */
const MAX_TEXT_BYTES = 15_000;
/** Over 20 messages a minute a robot is silenced for ten minutes. */
const SILENCED_MS = 600_000;

const CODES: BodyCodes = {
  name: 'errcode',
  ok: 0,
  refused: { 310000: 'signature, keyword or address refused', 300001: 'the token does not exist', 400013: 'the group was dissolved' },
  busy: { 130101: SILENCED_MS, 410100: SILENCED_MS, [-1]: 30_000 },
};

export const dingtalk: ChannelKind = {
  kind: 'dingtalk',
  url: 'required',
  secret: 'optional',
  options: ['keyword', 'mobiles'],
  create: createDingtalkChannel,
};

/** A DingTalk custom robot. The text type reads neither markdown nor mentions in the text. */
export function createDingtalkChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'dingtalk',
  compose: (material) => ({ url: signedUrl(material), body: JSON.stringify(message(material)) }),
  read: (response) => byCode(fieldsOf(response.body)['errcode'], CODES),
};

function message({ notice, settings }: Material): unknown {
  const content = withKeyword(renderText(notice, MAX_TEXT_BYTES), settings);
  const atMobiles = notice.urgency === 'page' ? mobilesOf(settings) : [];
  return { msgtype: 'text', text: { content }, at: { atMobiles, isAtAll: false } };
}

function signedUrl({ url, secrets: [secret], nowMs }: Material): string {
  if (secret === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}timestamp=${String(nowMs)}&sign=${encodeURIComponent(dingtalkSign(secret, nowMs))}`;
}

/** The secret is the key, milliseconds and the secret are the message. Base64, to be URL-encoded. */
export function dingtalkSign(secret: string, timestampMs: number): string {
  return createHmac('sha256', secret)
    .update(`${String(timestampMs)}\n${secret}`)
    .digest('base64');
}
