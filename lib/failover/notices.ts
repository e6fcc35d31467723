import type { Notice, NoticeFact } from '../notify/notice.ts';
import { duration, instant } from '../decide/words.ts';
import type { Failover, TerminalFailover } from './failover.ts';
import { hookFacts, hookSteps, hookTrouble, leftBehind } from './hook-lines.ts';
import type { Operation } from './provider.ts';

/** What an operation has come to when its end state was seen. */
const ACHIEVED: Readonly<Record<Operation, string>> = {
  failover: 'promoted',
  switchover: 'promoted',
  restore: 'the standby is restored',
  'simulation-start': 'the simulation is on',
  'simulation-stop': 'the simulation has ended',
};
/** Those that move the writer: for them it matters whether the old primary is fenced (rule 15). */
const promotes = (operation: Operation): boolean => ACHIEVED[operation] === 'promoted';

/** The end of a failover. One key for each end: telling it twice is telling it once. */
export function endedNotice(failover: TerminalFailover): Notice {
  const { id, targetId, state } = failover;
  return {
    key: `${id}/${state}`,
    targetId,
    failoverId: id,
    kind: state,
    urgency: urgencyOf(failover),
    title: `${targetId}: ${titleOf(failover)}${hookTrouble(failover)}`,
    facts: [...factsOf(failover), ...endFacts(failover)],
    steps: stepsAfter(failover),
    atMs: failover.endedAtMs,
  };
}

function urgencyOf(failover: TerminalFailover): Notice['urgency'] {
  if (failover.state === 'cancelled') return leftBehind(failover) ? 'page' : 'tell';
  return failover.state === 'succeeded' && !promotes(failover.operation) ? 'tell' : 'page';
}

function titleOf(failover: TerminalFailover): string {
  const { state, operation } = failover;
  if (state !== 'succeeded') return `${operation} ${state === 'failed' ? 'FAILED' : state}`;
  const open = promotes(operation) && failover.oldPrimary === 'not-fenced';
  return `${ACHIEVED[operation]}${open ? ', old primary NOT FENCED' : ''}`;
}

export function stuckNotice(failover: Extract<Failover, { state: 'stuck' }>): Notice {
  return {
    key: `${failover.id}/stuck`,
    targetId: failover.targetId,
    failoverId: failover.id,
    kind: 'stuck',
    urgency: 'page',
    title: `${failover.targetId}: ${failover.operation} is STUCK, a person has to look`,
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
    { name: failover.cause === 'alerts' ? 'Signals began' : 'Asked at', value: instant(failover.beganAtMs) },
    { name: 'Sent to the provider', value: `${failover.starts} times` },
  ];
  const requestId = failover.trail.findLast((entry) => entry.requestId !== undefined)?.requestId;
  return [...facts, ...(requestId === undefined ? [] : [{ name: 'Provider request', value: requestId }]), ...hookFacts(failover.hooks)];
}

function endFacts(failover: TerminalFailover): NoticeFact[] {
  const facts: NoticeFact[] = [{ name: 'Why', value: failover.why }];
  if (failover.state !== 'succeeded') return failover.remedy === undefined ? facts : [...facts, { name: 'Remedy', value: failover.remedy }];
  const took = duration(failover.endedAtMs - failover.beganAtMs);
  if (!promotes(failover.operation)) return [...facts, { name: 'Primary', value: failover.newWriter }, { name: 'Took', value: took }];
  return [
    ...facts,
    { name: 'New primary', value: failover.newWriter },
    { name: 'Old primary', value: failover.oldPrimary === 'fenced' ? 'fenced' : 'NOT FENCED: it may still take writes' },
    { name: failover.cause === 'alerts' ? 'RTO' : 'Took', value: took },
  ];
}

function stepsAfter(failover: TerminalFailover): readonly string[] {
  const hooks = hookSteps(failover);
  if (failover.state === 'succeeded') return [...hooks, ...failover.manualSteps];
  if (failover.state === 'cancelled') return hooks;
  return [...hooks, `Look at the target in the cloud console, then: understudy acknowledge ${failover.targetId}`];
}
