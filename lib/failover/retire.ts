import type { Controls } from '../decide/state.ts';
import type { Check } from '../decide/verdict.ts';
import { CONFLICTS_MAX, ContendedError, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { tell } from '../notify/tell.ts';
import { advance } from './advance.ts';
import { isTerminal, type Failover, type FailoverState, type TerminalFailover } from './failover.ts';
import { transitionFor, type LifecycleEvent } from './lifecycle.ts';
import { endedNotice, stuckNotice } from './notices.ts';
import { insist, saveFailover } from './persist.ts';
import { sendLook } from './send-look.ts';

export interface Ending {
  readonly event: LifecycleEvent;
  readonly by?: string;
  readonly why: string;
  readonly remedy?: string;
  readonly requestId?: string | undefined;
  readonly checks?: readonly Check[];
}

/** Nothing was started, and nothing will be. */
export async function cancel(services: Services, state: TargetState, ending: Ending): Promise<void> {
  await endAsSeen(services, state, ending, (endedAtMs) => ({ state: 'cancelled', endedAtMs, why: ending.why }));
}

export async function refuse(services: Services, state: TargetState, ending: Omit<Ending, 'event'>): Promise<void> {
  const remedy = ending.remedy === undefined ? {} : { remedy: ending.remedy };
  const next = (endedAtMs: number): FailoverState => ({ state: 'refused', endedAtMs, why: ending.why, ...remedy });
  await endAsSeen(services, state, { event: 'refused', ...ending }, next);
}

/** Ends the failover if the life cycle allows it where it now stands, then tells people and clears the target. */
export async function end(services: Services, state: TargetState, ending: Ending, next: (nowMs: number) => FailoverState): Promise<void> {
  await retireEnded(services, await insist(services, state, (failover) => endedBy(services, failover, ending, next)));
}

/**
 * "Nothing was started" is known of the record as it was seen, and of no other: when somebody moved it meanwhile, another worker may be
 * calling by now, and whoever moved it cares for the rest (model: asSeen).
 */
async function endAsSeen(services: Services, state: TargetState, ending: Ending, next: (nowMs: number) => FailoverState): Promise<void> {
  const ended = state.failover === undefined ? undefined : endedBy(services, state.failover, ending, next);
  if (ended !== undefined) await retireEnded(services, await saveFailover(services, state, ended));
}

function endedBy(services: Services, failover: Failover, ending: Ending, next: (nowMs: number) => FailoverState): Failover | undefined {
  if (transitionFor(failover.state, ending.event) === undefined) return undefined;
  const nowMs = services.clock.nowMs();
  const { by = 'failover', why, requestId, event } = ending;
  const step = { event, by, why, atMs: nowMs, ...(requestId === undefined ? {} : { requestId }) };
  return advance(failover, step, next(nowMs), { lookAtMs: nowMs, ...(ending.checks === undefined ? {} : { checks: ending.checks }) });
}

async function retireEnded(services: Services, saved: TargetState | undefined): Promise<void> {
  if (saved?.failover !== undefined && isTerminal(saved.failover)) await retire(services, saved, saved.failover);
}

/** It takes too long, or cannot be found out: people are paged at once, and it is still observed, slowly. */
export async function getStuck(services: Services, state: TargetState, why: string): Promise<void> {
  const saved = await insist(services, state, (failover) => {
    if (transitionFor(failover.state, 'overdue') === undefined) return undefined;
    const nowMs = services.clock.nowMs();
    const handle = 'handle' in failover ? failover.handle : { sentAtMs: 'firstSentAtMs' in failover ? failover.firstSentAtMs : nowMs };
    const next = { state: 'stuck', why, handle, sinceMs: nowMs, polls: 0 } as const;
    return advance(failover, { event: 'overdue', by: 'failover', why, atMs: nowMs }, next, {
      lookAtMs: nowMs + services.timing.stuckPollMs,
    });
  });
  if (saved?.failover?.state !== 'stuck') return;
  await tell(services, stuckNotice(saved.failover));
  await sendLook(services, saved.failover);
}

/**
 * What follows an end, in an order in which each step may be repeated after a crash: people are told, the history is kept, and only then
 * the target is cleared, with its cool-down and block (rules 8, 9).
 */
export async function retire(services: Services, state: TargetState, failover: TerminalFailover): Promise<void> {
  await tell(services, endedNotice(failover));
  await services.records.keepFailover(failover);
  if (hadNoEffect(failover)) await services.brake.giveBack(failover.id);
  let current = state;
  for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
    if (current.failover?.id !== failover.id) return;
    const controls = controlsAfter(services, current.controls, failover);
    if ((await services.targets.save(current, { failover: null, controls })) === 'written') {
      services.log.event('retired', {
        targetId: failover.targetId,
        failoverId: failover.id,
        state: failover.state,
        why: failover.why,
        rtoMs: failover.endedAtMs - failover.beganAtMs,
      });
      return;
    }
    current = await services.targets.load(failover.targetId);
  }
  throw new ContendedError(`failover ${failover.id}: lost ${CONFLICTS_MAX} races for clearing its target`);
}

/** Cool-down after every failover, good or bad; planned operations are acknowledged by themselves (rule 8); one attempt (rule 9). */
function controlsAfter(services: Services, controls: Controls, failover: TerminalFailover): Controls {
  const target = services.config.targets[failover.targetId];
  const coolDownMs = target === undefined ? 0 : (services.config.policies[target.policyName]?.guards.coolDownMs ?? 0);
  const spentUntilMs = Math.max(
    controls.spentUntilMs,
    failover.state === 'cancelled' && !wasJudged(failover) ? failover.requestedAtMs : failover.endedAtMs,
  );
  if (failover.cause === 'person' && failover.state === 'succeeded') return { ...controls, spentUntilMs };
  if (failover.state === 'cancelled') return { ...controls, spentUntilMs };
  const coolDownUntilMs = Math.max(controls.coolDownUntilMs, failover.endedAtMs + coolDownMs);
  const cooled = { ...controls, spentUntilMs, coolDownUntilMs };
  return needsPerson(failover)
    ? { ...cooled, block: { failoverId: failover.id, why: `${failover.state}: ${failover.why}`, sinceMs: failover.endedAtMs } }
    : cooled;
}

/** Nothing was ever sent: what was denied, expired, withdrawn or refused beforehand takes no slot from a failover that is needed (rule 12). */
function hadNoEffect({ state, starts }: TerminalFailover): boolean {
  return starts === 0 && (state === 'cancelled' || state === 'refused');
}

/** A person said no, or let it expire: the same signals do not ask again. */
function wasJudged(failover: Failover): boolean {
  const last = failover.trail.at(-1)?.event;
  return last === 'denied' || last === 'expired';
}

/** Failed, was stuck, or was once unknown and did not end well: nobody acts again before a person has looked. */
function needsPerson(failover: TerminalFailover): boolean {
  const passed = new Set(failover.trail.map((entry) => entry.to));
  return failover.state === 'failed' || passed.has('stuck') || (failover.state === 'refused' && passed.has('unknown'));
}
