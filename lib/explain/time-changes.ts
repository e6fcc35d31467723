import type { Check } from '../decide/verdict.ts';
import { windowAt } from '../decide/windows.ts';
import { instant } from '../decide/words.ts';
import type { Case } from './case.ts';
import type { Change } from './change.ts';

const DAY_MS = 86_400_000;

/** Waiting for a moment that lies ahead, if there is one: nothing else happens meanwhile, the alerts fire on. */
export function waits(given: Case, untilMs: number | undefined): readonly Change[] {
  return untilMs === undefined || untilMs <= given.nowMs ? [] : [waitUntil(untilMs)];
}

/** The moment at which time alone turns a check that is not green now. */
export function turnsAtMs({ name, untilMs }: Check, given: Case): number | undefined {
  return untilMs ?? endOf(name, given);
}

/** What decide's trace does not carry as a number. */
function endOf(name: string, { rules, controls, nowMs }: Case): number | undefined {
  if (name === 'pause') return controls.pause?.untilMs;
  if (name === 'maintenance-window') return windowAt(rules.policy.guards, nowMs)?.toMs;
  if (name !== 'daily-limit') return undefined;
  const today = controls.failoversMs.filter((atMs) => nowMs - atMs < DAY_MS).sort((a, b) => a - b);
  const leaving = today[today.length - rules.policy.guards.failoversPerDay];
  return leaving === undefined ? undefined : leaving + DAY_MS;
}

function waitUntil(untilMs: number): Change {
  return {
    code: 'wait',
    what: `the alerts still fire at ${instant(untilMs)}`,
    value: instant(untilMs),
    apply: (given) => elapsed(given, Math.max(given.nowMs, untilMs)),
  };
}

/** A pause that ends in the meantime leaves its end behind, as the watchdog does: what began in it needs a fresh signal. */
function elapsed(given: Case, nowMs: number): Case {
  const { pause, ...rest } = given.controls;
  if (pause === undefined || pause.untilMs > nowMs) return { ...given, nowMs };
  return { ...given, nowMs, controls: { ...rest, pausedUntilMs: Math.max(rest.pausedUntilMs, pause.untilMs) } };
}
