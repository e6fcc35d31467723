import type { ChannelSettings } from '../channel.ts';

/** What the chat robots of DingTalk, Feishu and WeCom share in their settings. */

/** In keyword mode a robot only takes messages that hold its keyword. */
export function withKeyword(text: string, settings: ChannelSettings): string {
  const keyword = settings.options?.['keyword'];
  return keyword === undefined || text.includes(keyword) ? text : `${text}\n${keyword}`;
}

/** Mobile numbers of the people to ring, separated by commas or blanks. */
export function mobilesOf(settings: ChannelSettings): readonly string[] {
  return (settings.options?.['mobiles'] ?? '').split(/[\s,]+/).filter((mobile) => mobile !== '');
}
