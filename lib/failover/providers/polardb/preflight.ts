import type { Check } from '../../../decide/verdict.ts';
import type { Observation, Plan, PreflightLimits } from '../../provider.ts';
import { check, lagCheck, readCheck } from '../alibaba/checks.ts';
import { FAILOVER_CATEGORIES } from './observe.ts';

/** The provider refuses a second switch within this (code UnsupportHighFrequenceSwitchOver). */
const BETWEEN_SWITCHES_MS = 10 * 60_000;

/** Every condition of PolarDB, on what was read right before the call (rules 5, 10, 11). Pure. */
export function preflightPolardb(plan: Plan, seen: Observation, limits: PreflightLimits): readonly Check[] {
  const detail = (name: string): string => seen.details[name] ?? '';
  const switchover = check('writer-healthy', 5, detail('writerStatus') === 'Running', [detail('writerStatus'), 'Running']);
  return [
    readCheck('cluster-read', seen.details['unread']),
    check('cluster-running', 5, detail('clusterStatus') === 'Running', [detail('clusterStatus'), 'Running']),
    check('cluster-unlocked', 5, detail('lockMode') === 'Unlock', [detail('lockMode'), 'Unlock']),
    check('edition-supported', 5, FAILOVER_CATEGORIES.includes(detail('category')), [detail('category'), FAILOVER_CATEGORIES.join(', ')]),
    check('writer-as-planned', 5, seen.writer !== undefined && seen.writer === plan.writerBefore, [
      seen.writer ?? '',
      plan.writerBefore ?? '',
    ]),
    targetRole(plan, seen),
    targetHealth(plan, seen),
    check('replication-healthy', 11, seen.relation === 'healthy', [seen.relation, 'healthy']),
    check('nothing-in-flight', 5, seen.inFlight.length === 0, [seen.inFlight.join(', ') || 'nothing', 'nothing']),
    lastSwitch(seen),
    lagCheck(seen.lagMs, limits),
    ...(plan.operation === 'switchover' ? [switchover] : []),
  ];
}

function targetRole(plan: Plan, seen: Observation): Check {
  const readers = seen.candidates.map((candidate) => candidate.id);
  if (plan.promotes === undefined) return check('target-reader', 5, readers.length > 0, [readers.join(', '), 'at least one reader']);
  return check('target-reader', 5, readers.includes(plan.promotes), [readers.join(', '), plan.promotes]);
}

function targetHealth(plan: Plan, seen: Observation): Check {
  const healthy = seen.candidates.filter((candidate) => candidate.healthy).map((candidate) => candidate.id);
  const passes = plan.promotes === undefined ? healthy.length > 0 : healthy.includes(plan.promotes);
  return check('target-running', 11, passes, [healthy.join(', ') || 'no reader is running', plan.promotes ?? 'at least one reader']);
}

/** Where the log cannot be read the provider's own rule is the guard: it refuses, and nothing happens. */
function lastSwitch(seen: Observation): Check {
  const limit = `${BETWEEN_SWITCHES_MS / 60_000} min ago`;
  if (seen.lastSwitchAtMs === undefined)
    return check('last-switch', 5, seen.details['haLog'] !== undefined, [seen.details['haLog'] ?? '', limit]);
  const untilMs = seen.lastSwitchAtMs + BETWEEN_SWITCHES_MS;
  const value = `${Math.floor((seen.observedAtMs - seen.lastSwitchAtMs) / 1000)} s ago`;
  const made = check('last-switch', 5, seen.observedAtMs > untilMs, [value, limit]);
  return made.verdict === 'pass' ? made : { ...made, untilMs };
}
