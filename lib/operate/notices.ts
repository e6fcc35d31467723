import { duration, instant } from '../decide/words.ts';
import type { Pause } from '../decide/state.ts';
import type { Failover } from '../failover/failover.ts';
import type { Notice, NoticeFact } from '../notify/notice.ts';
import type { Doer } from './deed.ts';

/** What people are told of what people did. Pure; every key is deterministic (design §6). */
interface About {
  readonly targetId: string;
  readonly atMs: number;
}

function who({ by, reason }: Doer): NoticeFact[] {
  return [
    { name: 'By', value: by },
    { name: 'Reason', value: reason },
  ];
}

export function pausedNotice({ targetId, atMs }: About, pause: Pause): Notice {
  return {
    key: `${targetId}/paused/${pause.sinceMs}`,
    targetId,
    kind: 'pause',
    urgency: 'tell',
    title: `${targetId}: automation paused for ${duration(pause.untilMs - pause.sinceMs)}`,
    facts: [...who({ by: pause.owner, reason: pause.reason }), { name: 'Ends', value: instant(pause.untilMs) }],
    steps: [`Resume earlier with: understudy resume ${targetId}`],
    atMs,
  };
}

export function resumedNotice({ targetId, atMs }: About, doer: Doer): Notice {
  return {
    key: `${targetId}/resumed/${atMs}`,
    targetId,
    kind: 'pause',
    urgency: 'tell',
    title: `${targetId}: automation is on again`,
    facts: [...who(doer), { name: 'Note', value: 'Alerts that began in the pause need a fresh signal.' }],
    steps: [],
    atMs,
  };
}

export function acknowledgedNotice({ targetId, atMs }: About, doer: Doer, what: { failoverId?: string; lifted: string }): Notice {
  return {
    key: `${targetId}/acknowledged/${atMs}`,
    targetId,
    ...(what.failoverId === undefined ? {} : { failoverId: what.failoverId }),
    kind: 'acknowledged',
    urgency: 'tell',
    title: `${targetId}: acknowledged, automation may act again`,
    facts: [...who(doer), { name: 'Lifted', value: what.lifted }],
    steps: [],
    atMs,
  };
}

/** @param failover as it is after the approval was counted. */
export function approvedNotice(failover: Failover, doer: Doer, progress: { counted: number; needed: number; atMs: number }): Notice {
  const { counted, needed, atMs } = progress;
  const enough = failover.state !== 'awaiting-approval';
  return {
    key: `${failover.id}/approved/${counted}`,
    targetId: failover.targetId,
    failoverId: failover.id,
    kind: enough ? 'requested' : 'approval-needed',
    urgency: enough ? 'page' : 'tell',
    title: enough
      ? `${failover.targetId}: approved, ${failover.operation} begins`
      : `${failover.targetId}: ${counted} of ${needed} approvals for the ${failover.operation}`,
    facts: [
      ...who(doer),
      { name: 'Approvals', value: `${counted} of ${needed}` },
      { name: 'Data loss', value: failover.dataLossConsented ? 'consented to' : 'not consented to' },
    ],
    steps: enough ? [] : [`understudy approve ${failover.targetId} --plan ${failover.planHash.slice(0, 12)}`],
    atMs,
  };
}

export function askedNotice(failover: Failover, warnings: readonly string[]): Notice {
  const waits = failover.state === 'awaiting-approval';
  return {
    key: `${failover.id}/${waits ? 'approval-needed' : 'requested'}`,
    targetId: failover.targetId,
    failoverId: failover.id,
    kind: waits ? 'approval-needed' : 'requested',
    urgency: 'page',
    title: `${failover.targetId}: ${failover.operation} asked for by ${failover.requestedBy}${waits ? ', waits for approval' : ''}`,
    facts: [
      { name: 'Reason', value: failover.reason },
      ...Object.entries(failover.plan.parameters).map(([name, value]) => ({ name, value: String(value) })),
      ...warnings.map((value) => ({ name: 'Warning', value })),
    ],
    steps: waits ? [`understudy approve ${failover.targetId} --plan ${failover.planHash.slice(0, 12)}`] : [],
    atMs: failover.requestedAtMs,
  };
}

export function brakeReleasedNotice(atMs: number, doer: Doer): Notice {
  return {
    key: `fleet/brake-released/${atMs}`,
    targetId: '*',
    kind: 'brake-released',
    urgency: 'tell',
    title: 'Fleet brake released: automatic failover may act again',
    facts: who(doer),
    steps: [],
    atMs,
  };
}
