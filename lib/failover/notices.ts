import type { Notice, NoticeFact } from '../notify/notice.ts';
import { duration, instant } from '../decide/words.ts';
import type { Failover, TerminalFailover } from './failover.ts';

const TITLES = { succeeded: 'promoted', failed: 'failover FAILED', refused: 'failover refused', cancelled: 'failover cancelled' } as const;

/** The end of a failover. One key for each end: telling it twice is telling it once. */
export function endedNotice(failover: TerminalFailover): Notice {
  const { id, targetId, state } = failover;
  return {
    key: `${id}/${state}`,
    targetId,
    failoverId: id,
    kind: state,
    urgency: state === 'cancelled' ? 'tell' : 'page',
    title: `${targetId}: ${TITLES[state]}${failover.state === 'succeeded' && failover.oldPrimary === 'not-fenced' ? ', old primary NOT FENCED' : ''}`,
    facts: [...factsOf(failover), ...endFacts(failover)],
    steps: stepsAfter(failover),
    atMs: failover.endedAtMs,
  };
}

export function stuckNotice(failover: Extract<Failover, { state: 'stuck' }>): Notice {
  return {
    key: `${failover.id}/stuck`,
    targetId: failover.targetId,
    failoverId: failover.id,
    kind: 'stuck',
    urgency: 'page',
    title: `${failover.targetId}: failover is STUCK, a person has to look`,
    facts: [...factsOf(failover), { name: 'Why', value: failover.why }],
    steps: [
      'Look at the roles and at the operation in the cloud console.',
      'Nothing more is started by itself. It is still observed, and you are told if it ends.',
      `When it is settled: understudy acknowledge ${failover.targetId}`,
    ],
    atMs: failover.sinceMs,
  };
}

function factsOf(failover: Failover): NoticeFact[] {
  const facts: NoticeFact[] = [
    { name: 'Operation', value: failover.operation },
    { name: 'Asked for by', value: `${failover.requestedBy}: ${failover.reason}` },
    { name: 'Signals began', value: instant(failover.beganAtMs) },
    { name: 'Sent to the provider', value: `${failover.starts} times` },
  ];
  const requestId = failover.trail.findLast((entry) => entry.requestId !== undefined)?.requestId;
  return requestId === undefined ? facts : [...facts, { name: 'Provider request', value: requestId }];
}

function endFacts(failover: TerminalFailover): NoticeFact[] {
  const facts: NoticeFact[] = [{ name: 'Why', value: failover.why }];
  if (failover.state !== 'succeeded') return failover.remedy === undefined ? facts : [...facts, { name: 'Remedy', value: failover.remedy }];
  return [
    ...facts,
    { name: 'New primary', value: failover.newWriter },
    { name: 'Old primary', value: failover.oldPrimary === 'fenced' ? 'fenced' : 'NOT FENCED: it may still take writes' },
    { name: 'RTO', value: duration(failover.endedAtMs - failover.beganAtMs) },
  ];
}

function stepsAfter(failover: TerminalFailover): readonly string[] {
  if (failover.state === 'succeeded') return failover.manualSteps;
  if (failover.state === 'cancelled') return [];
  return [`Look at the target in the cloud console, then: understudy acknowledge ${failover.targetId}`];
}
