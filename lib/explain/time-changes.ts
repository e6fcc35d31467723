import type { Verdict } from '../decide/verdict.ts';
import { windowAt } from '../decide/windows.ts';
import { instant } from '../decide/words.ts';
import type { Case } from './case.ts';
import type { Change } from './change.ts';

const DAY_MS = 86_400_000;

/** The moments at which time alone turns one of the checks that are not green now: nothing else happens meanwhile, the alerts fire on. */
export function waits(given: Case, { checks, kind, lookAgainAtMs }: Verdict): readonly Change[] {
  const moments = new Set<number>();
  // Alerts whose start lies ahead of our clock count once it has caught up.
  if (kind === 'clear' && lookAgainAtMs !== undefined && lookAgainAtMs > given.nowMs) moments.add(lookAgainAtMs);
  for (const check of checks) {
    if (check.verdict === 'pass') continue;
    const untilMs = check.untilMs ?? endOf(check.name, given);
    if (untilMs !== undefined && untilMs > given.nowMs) moments.add(untilMs);
  }
  return [...moments].sort((a, b) => a - b).map(waitUntil);
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
