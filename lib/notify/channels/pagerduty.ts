import type { Channel } from '../channel.ts';
import type { ChannelKind } from '../channel-kind.ts';
import { again, channelOf, delivered, type ChannelPorts, type Exchange, type Material } from '../exchange.ts';
import type { Notice, NoticeKind } from '../notice.ts';
import { renderParts, renderShort, renderSteps } from '../render.ts';
import { cutBytes } from '../text.ts';

const EVENTS_URL = 'https://events.pagerduty.com/v2/enqueue';
const MAX_SUMMARY_BYTES = 1_024;
const MAX_KEY_BYTES = 255;
const MAX_DETAIL_BYTES = 2_000;

export const pagerduty: ChannelKind = {
  kind: 'pagerduty',
  url: 'optional',
  secret: 'required',
  options: [],
  create: createPagerdutyChannel,
};

/** PagerDuty Events v2: the routing key is in the body; 202 is success. */
export function createPagerdutyChannel(ports: ChannelPorts): Channel {
  return channelOf(ports, exchange);
}

const exchange: Exchange = {
  kind: 'pagerduty',
  compose: (material) => ({ url: material.url === '' ? EVENTS_URL : material.url, body: JSON.stringify(event(material)) }),
  read: ({ status }) => (status === 202 ? delivered : again(`HTTP ${String(status)} where 202 is the answer`)),
};

/** What was opened by one kind is closed by another; both share a key. */
const RESOLVES: Readonly<Partial<Record<NoticeKind, string>>> = {
  succeeded: 'failover',
  cancelled: 'failover',
  acknowledged: 'failover',
  'brake-released': 'brake',
  'readiness-back': 'readiness',
};
const TOPICS: Readonly<Partial<Record<NoticeKind, string>>> = {
  'readiness-lost': 'readiness',
  'brake-tripped': 'brake',
  'drill-report': 'drill',
  'alert-refused': 'alert',
  pause: 'pause',
};

function event({ notice, secrets: [routingKey] }: Material): unknown {
  const resolves = notice.urgency === 'tell' && RESOLVES[notice.kind] !== undefined;
  const shared = { routing_key: routingKey, event_action: resolves ? 'resolve' : 'trigger', dedup_key: dedupKey(notice) };
  return resolves ? shared : { ...shared, payload: payload(notice) };
}

export function dedupKey(notice: Notice): string {
  const topic = RESOLVES[notice.kind] ?? TOPICS[notice.kind] ?? 'failover';
  const subject = topic === 'failover' ? (notice.failoverId ?? notice.kind) : topic;
  return cutBytes(`${notice.targetId}:${subject}`, MAX_KEY_BYTES);
}

function payload(notice: Notice): object {
  const parts = renderParts(notice);
  const details = parts.facts.map(({ name, value }) => [name, cutBytes(value, MAX_DETAIL_BYTES)] as const);
  return {
    summary: cutBytes(renderShort(notice), MAX_SUMMARY_BYTES),
    source: notice.targetId,
    severity: notice.urgency === 'page' ? 'critical' : 'info',
    timestamp: new Date(notice.atMs).toISOString(),
    component: notice.targetId,
    class: notice.kind,
    custom_details: { ...Object.fromEntries(details), Steps: cutBytes(renderSteps(parts), MAX_DETAIL_BYTES) },
  };
}
