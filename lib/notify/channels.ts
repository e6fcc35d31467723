import type { ChannelKind } from './channel-kind.ts';
import { dingtalk } from './channels/dingtalk.ts';
import { feishu } from './channels/feishu.ts';
import { pagerduty } from './channels/pagerduty.ts';
import { slack } from './channels/slack.ts';
import { teams } from './channels/teams.ts';
import { webhook } from './channels/webhook.ts';
import { wecom } from './channels/wecom.ts';

/** Every way to reach people: one file each, one line here. */
export const channelKinds: readonly ChannelKind[] = [slack, webhook, dingtalk, feishu, wecom, pagerduty, teams];

export function channelKindOf(kind: unknown): ChannelKind | undefined {
  return channelKinds.find((entry) => entry.kind === kind);
}
