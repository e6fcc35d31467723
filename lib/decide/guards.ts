import type { Guards, Target } from '../config/config.ts';
import type { CriterionResult } from './criterion.ts';
import type { ReasonCode } from './reason.ts';
import type { Situation } from './state.ts';
import type { Check } from './verdict.ts';
import { windowAt } from './windows.ts';
import { duration, instant } from './words.ts';

/** A check with the reason it gives when it does not pass, and when to look again if the world may change by itself. */
export interface Guard {
  readonly check: Check;
  readonly reason: ReasonCode;
  readonly lookAgainAtMs?: number;
}
export interface GuardInput {
  readonly target: Target;
  readonly guards: Guards;
  readonly situation: Situation;
  readonly result: CriterionResult;
  readonly nowMs: number;
}
type Made = Pick<Check, 'verdict' | 'value' | 'limit'> & { readonly untilMs?: number };

const DAY_MS = 86_400_000;

/** Guards that need nothing but the record and the clock, in the order in which they are told. */
export function recordGuards(input: GuardInput): readonly Guard[] {
  return [inFlight, pause, window, freshAfterWindow, block, coolDown, daily, grace].map((guard) => guard(input));
}

function guard(name: string, rule: number, reason: ReasonCode, made: Made): Guard {
  return { check: { name, rule, ...made }, reason };
}

function pause({ situation, nowMs }: GuardInput): Guard {
  const { pause: held } = situation.controls;
  const on = held !== undefined && held.untilMs > nowMs;
  const value = on ? `paused by ${held.owner} until ${instant(held.untilMs)}: ${held.reason}` : 'not paused';
  return guard('pause', 13, 'paused', { verdict: on ? 'fail' : 'pass', value, limit: 'not paused' });
}

function window({ guards, nowMs }: GuardInput): Guard {
  const open = windowAt(guards, nowMs);
  const value = open === undefined ? 'none open' : `${open.kind} "${open.name}" until ${instant(open.toMs)}`;
  const reason = open?.kind === 'freeze' ? 'frozen' : 'maintenance';
  return guard('maintenance-window', 13, reason, {
    verdict: open === undefined ? 'pass' : 'fail',
    value,
    limit: 'no window or freeze open',
  });
}

/** Where an alert began, if people were at work then: it may be their work (lessons §3). `undefined`: nobody was. */
export function workAt(
  beganMs: number,
  { guards, situation, nowMs }: Pick<GuardInput, 'guards' | 'situation' | 'nowMs'>,
): string | undefined {
  const open = windowAt(guards, beganMs);
  if (open !== undefined) return `${open.kind} "${open.name}"`;
  const { pausedUntilMs, pause: held } = situation.controls;
  // A pause that is over and still on record: nobody has come to clear it yet.
  const endedMs = held !== undefined && held.untilMs <= nowMs ? held.untilMs : 0;
  return beganMs < Math.max(pausedUntilMs, endedMs) ? 'a pause' : undefined;
}

/** After a window or a pause it takes fresh signals: a quorum that the work completed is none. */
function freshAfterWindow(input: GuardInput): Guard {
  const work = input.result.evidence.map((e) => workAt(e.firstMs, input)).find((one) => one !== undefined);
  return guard('fresh-signal', 13, 'began-in-window', {
    verdict: work === undefined ? 'pass' : 'fail',
    value: `began ${work === undefined ? 'outside' : `in ${work}`}`,
    limit: 'begun outside pauses, freezes and windows',
  });
}

function block({ situation }: GuardInput): Guard {
  const { block: held } = situation.controls;
  const value = held === undefined ? 'none' : `${held.failoverId}: ${held.why}`;
  return guard('block', 9, 'blocked', { verdict: held === undefined ? 'pass' : 'fail', value, limit: 'no unacknowledged failover' });
}

function coolDown({ situation, nowMs, guards }: GuardInput): Guard {
  const untilMs = situation.controls.coolDownUntilMs;
  const over = nowMs >= untilMs;
  const value = over ? 'over' : `${duration(untilMs - nowMs)} left`;
  const made = { value, limit: `${duration(guards.coolDownMs)} after a failover` };
  return guard('cool-down', 8, 'cool-down', over ? { ...made, verdict: 'pass' } : { ...made, verdict: 'fail', untilMs });
}

function daily({ situation, nowMs, guards }: GuardInput): Guard {
  const today = situation.controls.failoversMs.filter((atMs) => nowMs - atMs < DAY_MS).length;
  const verdict = today < guards.failoversPerDay ? 'pass' : 'fail';
  return guard('daily-limit', 8, 'daily-limit', { verdict, value: `${today} in 24 h`, limit: `fewer than ${guards.failoversPerDay}` });
}

function inFlight({ situation }: GuardInput): Guard {
  const value = situation.inFlight ?? 'none';
  return guard('in-flight', 6, 'in-flight', {
    verdict: situation.inFlight === undefined ? 'pass' : 'fail',
    value,
    limit: 'none in flight',
  });
}

/** The provider's own HA acts first; ours waits from the first sign that counts. */
function grace({ guards, result, nowMs }: GuardInput): Guard {
  const beganMs = Math.min(...result.evidence.map((e) => e.sinceMs));
  const untilMs = beganMs + guards.providerGraceMs;
  const made = {
    value: `${duration(Math.max(0, nowMs - beganMs))} since the start`,
    limit: `at least ${duration(guards.providerGraceMs)}`,
  };
  return guard(
    'provider-grace',
    2,
    'provider-grace',
    nowMs >= untilMs ? { ...made, verdict: 'pass' } : { ...made, verdict: 'wait', untilMs },
  );
}
