import { describe, expect, test } from 'vitest';
import type { Failover } from '../../lib/failover/failover.ts';
import {
  acknowledgedNotice,
  approvedNotice,
  askedNotice,
  brakeReleasedNotice,
  pausedNotice,
  resumedNotice,
} from '../../lib/operate/notices.ts';

const AT_MS = Date.UTC(2026, 10, 20, 12);
const ABOUT = { targetId: 'orders', atMs: AT_MS };
const ANN = { by: 'ann@example.com', reason: 'a new disk' };
const WHO = [
  { name: 'By', value: 'ann@example.com' },
  { name: 'Reason', value: 'a new disk' },
];
const failover = (state: 'awaiting-approval' | 'requested', dataLossConsented = false): Failover =>
  ({
    id: 'fo-1',
    targetId: 'orders',
    operation: 'switchover',
    state,
    requestedBy: 'ann@example.com',
    requestedAtMs: AT_MS,
    reason: 'a new disk',
    dataLossConsented,
    planHash: '0123456789abcdef',
    plan: { operation: 'switchover', parameters: { instanceId: 'in14', forced: false } },
  }) as unknown as Failover;

describe('what people are told of what people did', () => {
  test('a pause says who, why and until when, and how to end it', () => {
    const pause = { owner: ANN.by, reason: ANN.reason, sinceMs: AT_MS, untilMs: AT_MS + 3_600_000 };
    expect(pausedNotice(ABOUT, pause)).toMatchObject({
      key: `orders/paused/${String(AT_MS)}`,
      kind: 'pause',
      title: 'orders: automation paused for 60 min',
      facts: [...WHO, { name: 'Ends', value: '2026-11-20T13:00:00.000Z' }],
      steps: ['Resume earlier with: understudy resume orders'],
    });
  });

  test('its end, and the release of the brake, say who and why', () => {
    expect(resumedNotice(ABOUT, ANN)).toMatchObject({
      key: `orders/resumed/${String(AT_MS)}`,
      facts: [...WHO, { name: 'Note' }],
      steps: [],
    });
    expect(brakeReleasedNotice(AT_MS, ANN)).toMatchObject({ targetId: '*', kind: 'brake-released', facts: WHO });
  });

  test('an acknowledgement names the failover if there was one, and what it lifted', () => {
    const of = (failoverId?: string) =>
      acknowledgedNotice(ABOUT, ANN, { lifted: 'the cool-down', ...(failoverId === undefined ? {} : { failoverId }) });
    expect(of('fo-1')).toMatchObject({ failoverId: 'fo-1', facts: [...WHO, { name: 'Lifted', value: 'the cool-down' }] });
    expect(of()).not.toHaveProperty('failoverId');
  });

  test('an approval that is enough is a page, one of several is told with the next step', () => {
    const progress = { counted: 1, needed: 2, atMs: AT_MS };
    expect(approvedNotice(failover('awaiting-approval'), ANN, progress)).toMatchObject({
      key: 'fo-1/approved/1',
      kind: 'approval-needed',
      urgency: 'tell',
      title: 'orders: 1 of 2 approvals for the switchover',
      facts: [...WHO, { value: '1 of 2' }, { value: 'not consented to' }],
      steps: ['understudy approve orders --plan 0123456789ab'],
    });
    expect(approvedNotice(failover('requested', true), ANN, { ...progress, counted: 2 })).toMatchObject({
      kind: 'requested',
      urgency: 'page',
      title: 'orders: approved, switchover begins',
      facts: [...WHO, { value: '2 of 2' }, { value: 'consented to' }],
      steps: [],
    });
  });

  test('an operation that is asked for is a page, with its plan, its warnings and what it waits for', () => {
    expect(askedNotice(failover('awaiting-approval'), ['the lag is high'])).toMatchObject({
      key: 'fo-1/approval-needed',
      urgency: 'page',
      title: 'orders: switchover asked for by ann@example.com, waits for approval',
      facts: [
        { name: 'Reason', value: 'a new disk' },
        { name: 'instanceId', value: 'in14' },
        { name: 'forced', value: 'false' },
        { name: 'Warning', value: 'the lag is high' },
      ],
      steps: ['understudy approve orders --plan 0123456789ab'],
    });
    expect(askedNotice(failover('requested'), [])).toMatchObject({ key: 'fo-1/requested', kind: 'requested', steps: [] });
  });
});
