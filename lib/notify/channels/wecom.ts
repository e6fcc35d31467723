import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { byCode, channelOf, fieldsOf, type BodyCodes, type ChannelPorts, type Exchange, type Material } from '../exchange.ts';
import { renderText } from '../render.ts';
import { mobilesOf } from './robot.ts';

/** WeCom counts bytes, not characters. */
const MAX_TEXT_BYTES = 2_048;

const CODES: BodyCodes = {
  name: 'errcode',
  ok: 0,
  refused: {
    93000: 'the key does not exist',
    93008: 'the robot is not in the group',
    40008: 'message refused',
    40058: 'message refused',
    44004: 'message is empty',
  },
  busy: { 45009: 60_000, [-1]: 30_000 },
};

export const wecom: ChannelKind = { kind: 'wecom', url: 'required', secret: 'none', options: ['mobiles'], create: createWecomChannel };

/** A WeCom group robot: the key in the URL is the secret. The text type reads neither markdown nor `<@user>`. */
export function createWecomChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'wecom',
  compose: (material) => ({ url: material.url, body: JSON.stringify(message(material)) }),
  read: (response) => byCode(fieldsOf(response.body)['errcode'], CODES),
};

function message({ notice, settings }: Material): unknown {
  const mentioned = notice.urgency === 'page' ? mobilesOf(settings) : [];
  return { msgtype: 'text', text: { content: renderText(notice, MAX_TEXT_BYTES), mentioned_mobile_list: mentioned } };
}
