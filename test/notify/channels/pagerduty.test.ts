import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../lib/notify/notice.ts';
import { dedupKey, pagerduty } from '../../../lib/notify/channels/pagerduty.ts';
import { benchOf, channelContract, notice } from '../../contract/channel-contract.ts';

interface Body {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload?: { readonly summary: string; readonly severity: string; readonly custom_details: Readonly<Record<string, string>> };
}
const accepted = { status: 202, headers: {}, body: '{"status":"success"}' };

channelContract({
  kind: pagerduty,
  success: accepted,
  deliveredStatuses: (status) => status === 202,
  answers: [['whatever the body says under 202', '', 'delivered']],
  maxBodyBytes: 512_000,
  shown: (body: Body) => (body.payload === undefined ? [] : [body.payload.summary, ...Object.entries(body.payload.custom_details).flat()]),
  markup: () => [],
});

describe('the event', () => {
  const bodyOf = async (one: Notice): Promise<Body> => {
    const bench = benchOf({ kind: pagerduty }, () => accepted);
    await bench.deliver(one);
    return JSON.parse(bench.requests[0]?.body ?? '') as Body;
  };
  test('a page triggers, with the routing key in the body', async () => {
    expect(await bodyOf(notice)).toMatchObject({
      routing_key: 'keysecret42-demo',
      event_action: 'trigger',
      payload: { severity: 'critical' },
    });
  });
  test('what went well closes what was opened for the same failover', async () => {
    const opened = await bodyOf({ ...notice, kind: 'started', urgency: 'page' });
    const closed = await bodyOf({ ...notice, kind: 'succeeded', urgency: 'tell' });
    expect(closed).toEqual({ routing_key: 'keysecret42-demo', event_action: 'resolve', dedup_key: opened.dedup_key });
  });
  test('a success that needs people does not close anything', async () => {
    expect((await bodyOf({ ...notice, kind: 'succeeded', urgency: 'page' })).event_action).toBe('trigger');
  });
  test('readiness lost and back share a key; a drill does not share it with a failover', () => {
    expect(dedupKey({ ...notice, kind: 'readiness-lost' })).toBe(dedupKey({ ...notice, kind: 'readiness-back' }));
    expect(dedupKey({ ...notice, kind: 'drill-report' })).not.toBe(dedupKey(notice));
  });
  test('what is only told, and closes nothing, is information', async () => {
    expect(await bodyOf({ ...notice, kind: 'drill-report', urgency: 'tell' })).toMatchObject({
      event_action: 'trigger',
      payload: { severity: 'info' },
    });
  });
  test('what is about no failover has a key of its own', () => {
    const { failoverId: _, ...held } = { ...notice, kind: 'held' as const };
    expect(dedupKey(held)).toBe('orders-gaussdb:held');
    expect(dedupKey(held)).not.toBe(dedupKey(notice));
  });
  test('summary and key keep to their limits', async () => {
    const body = await bodyOf({ ...notice, title: '标'.repeat(3_000), targetId: 't'.repeat(300) });
    expect(body.payload?.summary.length).toBeLessThanOrEqual(1_024);
    expect(body.dedup_key.length).toBeLessThanOrEqual(255);
  });
  test('without a configured URL it goes to PagerDuty’s own', async () => {
    const requests: string[] = [];
    const channel = pagerduty.create({
      http: {
        request: async ({ url }) => {
          requests.push(url);
          return accepted;
        },
      },
      clock: { nowMs: () => 0 },
      secrets: { values: async () => ['key'] },
    });
    await channel.deliver(notice, { id: 'pd', kind: 'pagerduty', secret: 'ssm:/key' });
    expect(requests).toEqual(['https://events.pagerduty.com/v2/enqueue']);
  });
});
