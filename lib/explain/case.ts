import type { Alert } from '../alert/alert.ts';
import { decide, type Rules } from '../decide/decide.ts';
import { fold } from '../decide/fold.ts';
import type { Health } from '../decide/health.ts';
import { relevanceOf } from '../decide/matcher.ts';
import type { Controls, Look, Settled, Situation } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';

/** Everything that a verdict comes from, in the open, so that any part of it can be supposed otherwise. */
export interface Case {
  readonly rules: Rules;
  /** What was on record before the alerts. */
  readonly before: Health;
  /** In the order in which they came. */
  readonly alerts: readonly Alert[];
  readonly controls: Controls;
  readonly inFlight?: string | undefined;
  readonly look?: Look | undefined;
  readonly settled?: Settled | undefined;
  readonly nowMs: number;
}

/** The same fold and the same decide as the decider's. */
export function verdictOf({ rules, before, alerts, controls, inFlight, look, settled, nowMs }: Case): Verdict {
  const health = fold(before, alerts, relevanceOf(rules.policy), nowMs);
  const situation = {
    health,
    controls,
    ...(inFlight === undefined ? {} : { inFlight }),
    ...(settled === undefined ? {} : { settled }),
  };
  return decideWithLook(rules, situation, { nowMs, look: () => look });
}

/** As the decider does: the world is read only once nothing on record forbids or delays acting. */
export function decideWithLook(rules: Rules, situation: Situation, { nowMs, look }: Looking): Verdict {
  const first = decide(rules, situation, nowMs);
  if (first.reason !== 'world-unread') return first;
  const seen = look();
  return seen === undefined ? first : decide(rules, { ...situation, look: seen }, nowMs);
}

interface Looking {
  readonly nowMs: number;
  readonly look: () => Look | undefined;
}
