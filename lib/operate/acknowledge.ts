import type { Controls } from '../decide/state.ts';
import { sendTimer } from '../decide/record.ts';
import { duration } from '../decide/words.ts';
import { advance } from '../failover/advance.ts';
import { isTerminal, type Failover, type TerminalFailover } from '../failover/failover.ts';
import { saveFailover } from '../failover/persist.ts';
import { retire } from '../failover/retire.ts';
import { oneLine } from '../notify/text.ts';
import type { Services } from '../services.ts';
import type { Act } from '../store/record-store.ts';
import type { TargetState } from '../store/target-store.ts';
import { already, done, refused, type Answer, type Refused } from './answer.ts';
import { actOf, isRepeated, keepLastAct, onTarget, putOnRecord, wordsProblem, type Doer } from './deed.ts';
import { acknowledgedNotice } from './notices.ts';

export interface Acknowledgement extends Doer {
  /** A stuck failover is closed as failed: a person looked, and it is over. */
  readonly close?: boolean;
}

/** A person has looked: block and cool-down are lifted (rules 8, 9). Old alerts stay spent, so it takes a new signal to act again. */
export async function acknowledge(services: Services, targetId: string, request: Acknowledgement): Promise<Answer> {
  const problem = wordsProblem(request);
  if (problem !== undefined) return problem;
  const closed = await onTarget(services, targetId, (state) => settleStuck(services, state, request));
  if (!closed.ok) return closed;
  return onTarget(services, targetId, (state) => lift(services, state, request, closed.what));
}

interface Settled {
  readonly ok: true;
  /** What was closed, in words. */
  readonly what: readonly string[];
}

async function settleStuck(services: Services, state: TargetState, request: Acknowledgement): Promise<Settled | Refused | 'conflict'> {
  const { failover } = state;
  if (failover?.state === 'stuck') {
    if (request.close !== true) return refused('still-observed', `Its ${failover.operation} is stuck: ${failover.why}`, stillObserved);
    return close(services, state, failover, request);
  }
  if (failover !== undefined && isTerminal(failover)) {
    // It has ended, and whoever ended it may have died before clearing the target: only then is there something to lift.
    await retire(services, state, failover);
    return { ok: true, what: [] };
  }
  // Closing what is closed already is no fault: the request may come a second time because its answer was lost.
  if (request.close !== true || failover === undefined) return { ok: true, what: [] };
  return refused('not-stuck', `This one is ${failover.state}.`);
}

const stillObserved = {
  remedy: 'It ends by itself if the provider settles it. When you have settled it by hand: understudy acknowledge TARGET --close',
} as const;

async function close(
  services: Services,
  state: TargetState,
  stuck: Extract<Failover, { state: 'stuck' }>,
  { by, reason }: Doer,
): Promise<Settled | 'conflict'> {
  const nowMs = services.clock.nowMs();
  const why = `closed by ${oneLine(by)}: ${oneLine(reason)}`;
  const next = { state: 'failed', endedAtMs: nowMs, why } as const;
  const failed = advance(stuck, { event: 'closed', by: oneLine(by), why, atMs: nowMs }, next, { lookAtMs: nowMs }) as TerminalFailover;
  const saved = await saveFailover(services, state, failed);
  if (saved === undefined) return 'conflict';
  await retire(services, saved, failed);
  return { ok: true, what: [`the stuck ${stuck.operation} ${stuck.id}`] };
}

async function lift(
  services: Services,
  state: TargetState,
  doer: Doer,
  closed: readonly string[],
): Promise<ReturnType<typeof done> | 'conflict'> {
  const { targetId } = state;
  const { block, ...rest } = state.controls;
  const lifted = [...closed, ...liftable(state.controls, services.clock.nowMs())];
  if (lifted.length === 0) {
    if (isRepeated(rest.lastAct, 'acknowledge', doer.by)) await follow(services, rest.lastAct, 'what was in the way');
    return already(`${targetId} has no block and no cool-down to lift.`);
  }
  const act = actOf(services, { targetId, deed: 'acknowledge', ...doer });
  await keepLastAct(services, state);
  const controls = { ...rest, coolDownUntilMs: 0, lastAct: act };
  if ((await services.targets.save(state, { controls })) === 'conflict') return 'conflict';
  await follow(services, act, lifted.join(', '), block?.failoverId);
  return done(`${targetId}: lifted ${lifted.join(', ')}. It takes a new signal to act again.`);
}

async function follow(services: Services, act: Act, lifted: string, failoverId?: string): Promise<void> {
  const { targetId, atMs } = act;
  const what = { lifted, ...(failoverId === undefined ? {} : { failoverId }) };
  await putOnRecord(services, act, acknowledgedNotice({ targetId, atMs }, act, what));
  await sendTimer(services, targetId, services.clock.nowMs());
}

function liftable(controls: Controls, nowMs: number): string[] {
  const { block, coolDownUntilMs } = controls;
  return [
    ...(block === undefined ? [] : [`the block of ${block.failoverId} (${block.why})`]),
    ...(coolDownUntilMs > nowMs ? [`the cool-down (${duration(coolDownUntilMs - nowMs)} were left)`] : []),
  ];
}
