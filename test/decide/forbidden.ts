import type { Rules } from '../../lib/decide/decide.ts';
import { windowAt } from '../../lib/decide/windows.ts';
import { episodeOf, MAX_STARTS, type TrackedAlert } from '../../lib/decide/health.ts';
import type { Look, Situation } from '../../lib/decide/state.ts';
import type { Verdict } from '../../lib/decide/verdict.ts';
import { DAY } from './stories/teller.ts';

/**
 * An oracle that knows nothing of checks: reads the safety rules (design §4) off the situation itself, and says which of them acting would
 * break. Written from the rules, not from the code.
 */
export function actsAgainst(rules: Rules, situation: Situation, told: Verdict, nowMs: number): string[] {
  return [...byRecord(rules, situation, nowMs), ...byWorld(rules, situation, told), ...byEvidence(rules, situation, told, nowMs)];
}

function broken(rows: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(rows).flatMap(([rule, breaks]) => (breaks ? [rule] : []));
}

function byRecord({ policy: { guards } }: Rules, { controls, inFlight }: Situation, nowMs: number): string[] {
  return broken({
    'rule 6: in flight': inFlight !== undefined,
    'rule 8: cool-down': controls.coolDownUntilMs > nowMs,
    'rule 8: a day': controls.failoversMs.filter((atMs) => atMs > nowMs - DAY).length >= guards.failoversPerDay,
    'rule 9: block': controls.block !== undefined,
    'rule 13: pause': controls.pause !== undefined && controls.pause.untilMs > nowMs,
    'rule 13: window': windowAt(guards, nowMs) !== undefined,
  });
}

function byWorld(rules: Rules, { look, settled }: Situation, told: Verdict): string[] {
  if (look === undefined) return ['rule 5: nobody looked'];
  const { observation, probe } = look;
  return [
    ...broken({
      'rule 1: contradicted': probe?.kind === 'alive',
      'rule 5: busy': observation.inFlight.length > 0 || observation.relation !== 'healthy',
      'rule 5: role': observation.standbyRole !== 'standby',
      'rule 11: standby': observation.standbyHealthy !== true,
      'rule 14: plan': look.planImpossible !== undefined,
      'rule 18: mode': rules.target.mode !== 'act',
    }),
    ...byConsent(rules, look, settled, told),
    ...byFleet(rules, look, settled),
  ];
}

function byConsent(
  { policy: { guards } }: Rules,
  { observation: { lagMs } }: Look,
  settled: Situation['settled'],
  told: Verdict,
): string[] {
  const acts = told.kind === 'failover';
  const over = lagMs !== undefined && lagMs > guards.maxLagMs && settled?.dataLossConsented !== true;
  return broken({
    'rule 10: lag unknown': lagMs === undefined || !(lagMs >= 0),
    'rule 10: lag': over && (acts || guards.overLag === 'hold'),
    'rule 14: approval': acts && guards.approval.required && settled?.approved !== true,
  });
}

function byFleet({ fleet: { brake } }: Rules, { fleet }: Look, settled: Situation['settled']): string[] {
  const percent = fleet.targets === 0 ? 0 : (100 * fleet.alarmingTargets) / fleet.targets;
  const storm = fleet.alarmingTargets >= brake.alarmingMin && percent >= brake.alarmingPercent;
  return broken({ 'rule 12: brake': fleet.brakeOn || (settled === undefined && (storm || fleet.recentFailovers >= brake.failovers)) });
}

/** The oldest start with no silence after it that is longer than alerts may be old; the oldest of all where some were forgotten. */
function sinceSilence({ startsMs, resolvedAtMs }: TrackedAlert, silenceMs: number): number {
  const starts = startsMs.filter((startMs) => startMs > resolvedAtMs).toSorted((a, b) => a - b);
  const broken = starts.findLastIndex((startMs, at) => at > 0 && startMs - (starts[at - 1] ?? startMs) > silenceMs);
  return starts[startsMs.length < MAX_STARTS ? Math.max(0, broken) : 0] ?? 0;
}

/** The evidence that the verdict names has to carry its criterion by itself. */
function byEvidence({ policy }: Rules, { health, controls, look }: Situation, told: Verdict, nowMs: number): string[] {
  const criterion = policy.criteria.find(({ name }) => name === told.criterion);
  if (criterion === undefined) return ['rule 1: no criterion'];
  const seen = Object.entries(health.observers).flatMap(([observer, { tracked }]) =>
    Object.entries(tracked).flatMap(([key, alert]) => {
      const episode = episodeOf(alert);
      if (!told.evidence.includes(key) || episode === undefined) return [];
      return [{ observer, alert, ...episode, firstMs: sinceSilence(alert, criterion.maxAgeMs) }];
    }),
  );
  const ended = controls.pause !== undefined && controls.pause.untilMs <= nowMs ? controls.pause.untilMs : 0;
  const pausedUntilMs = Math.max(controls.pausedUntilMs, ended);
  // Signs older than the age limit make neither a quorum nor a dwell.
  const counts = seen.map(({ alert: { startsMs, resolvedAtMs }, lastMs }) => {
    const [oldest = lastMs] = startsMs.filter((ms) => ms > resolvedAtMs && nowMs - ms <= criterion.maxAgeMs).toSorted((a, b) => a - b);
    return oldest;
  });
  const first = Math.min(...counts);
  const last = Math.max(...counts);
  const observers =
    new Set(seen.map(({ observer }) => observer)).size + (criterion.quorum.probe && look?.probe?.kind === 'unreached' ? 1 : 0);
  return broken({
    'rule 1: alerts': seen.length < criterion.quorum.alerts,
    'rule 1: observers': observers < criterion.quorum.observers,
    'rule 1: window': last - first > criterion.quorum.windowMs,
    'rule 2: dwell': nowMs < last + criterion.forMs,
    'rule 2: grace': nowMs < first + policy.guards.providerGraceMs,
    'rule 3: age': seen.some(({ lastMs }) => nowMs - lastMs > criterion.maxAgeMs),
    'rule 3: spent': seen.some(({ firstMs }) => firstMs <= controls.spentUntilMs),
    'rule 4: class': seen.some(({ alert }) => alert.class === 'overload' || alert.class === 'capacity'),
    'rule 13: began in a window': seen.some(({ firstMs }) => firstMs < pausedUntilMs || windowAt(policy.guards, firstMs) !== undefined),
  });
}
