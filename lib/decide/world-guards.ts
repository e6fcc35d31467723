import type { Fleet } from '../config/config.ts';
import type { Guard, GuardInput } from './guards.ts';
import type { Look } from './state.ts';
import type { Check } from './verdict.ts';
import type { ReasonCode } from './reason.ts';
import { duration } from './words.ts';

/** How long until an outside condition (busy provider, unhealthy standby) is read again while the alerts fire. */
export const RELOOK_MS = 15_000;

interface WorldInput extends GuardInput {
  readonly look: Look;
  readonly fleet: Fleet;
}
interface Row {
  readonly name: string;
  readonly rule: number;
  readonly reason: ReasonCode;
  readonly limit: string;
  readonly judge: (input: WorldInput) => { readonly verdict: Check['verdict']; readonly value: string };
}

const verdictOf = (pass: boolean): 'pass' | 'fail' => (pass ? 'pass' : 'fail');

/** Rules 1, 5, 10, 11, 12: one row a check. The same rows are told as `unread` while nobody has looked. */
const rows: readonly Row[] = [
  {
    name: 'own-probe',
    rule: 1,
    reason: 'contradicted',
    limit: 'does not reach the database',
    judge: ({ look, result }) => {
      if (look.probe === undefined) return { verdict: verdictOf(!result.probeNeeded), value: 'no probe configured' };
      if (look.probe.kind === 'alive') return { verdict: 'fail', value: `alive, answered in ${duration(look.probe.latencyMs)}` };
      if (look.probe.kind === 'unsure') return { verdict: verdictOf(!result.probeNeeded), value: `unsure: ${look.probe.why}` };
      return { verdict: 'pass', value: `unreached: ${look.probe.why}` };
    },
  },
  {
    name: 'provider-busy',
    rule: 5,
    reason: 'provider-busy',
    limit: 'no operation in flight at the provider',
    judge: ({ look: { observation } }) => ({
      verdict: verdictOf(observation.inFlight.length === 0 && observation.relation !== 'switching'),
      value:
        observation.inFlight.length > 0 ? observation.inFlight.join(', ') : observation.relation === 'switching' ? 'switching' : 'none',
    }),
  },
  {
    name: 'standby-role',
    rule: 5,
    reason: 'standby-not-standby',
    limit: 'standby',
    judge: ({ look: { observation } }) => ({ verdict: verdictOf(observation.standbyRole === 'standby'), value: observation.standbyRole }),
  },
  {
    name: 'relation',
    rule: 5,
    reason: 'relation-broken',
    limit: 'healthy',
    judge: ({ look: { observation } }) => ({
      verdict: verdictOf(observation.relation === 'healthy' || observation.relation === 'switching'),
      value: observation.relation,
    }),
  },
  {
    name: 'standby-health',
    rule: 11,
    reason: 'standby-unhealthy',
    limit: 'healthy',
    judge: ({ look: { observation } }) => ({
      verdict: verdictOf(observation.standbyHealthy === true),
      value: observation.standbyHealthy === undefined ? 'unknown' : observation.standbyHealthy ? 'healthy' : 'unhealthy',
    }),
  },
  {
    name: 'lag-known',
    rule: 10,
    reason: 'lag-unknown',
    limit: 'known',
    judge: ({ look: { observation } }) => ({
      verdict: verdictOf(isLag(observation.lagMs)),
      value: isLag(observation.lagMs) ? duration(observation.lagMs) : 'unknown',
    }),
  },
  {
    name: 'plan',
    rule: 14,
    reason: 'no-plan',
    limit: 'the provider can make a plan',
    judge: ({ look }) => ({ verdict: verdictOf(look.planImpossible === undefined), value: look.planImpossible ?? 'made' }),
  },
];

function isLag(lagMs: number | undefined): lagMs is number {
  return Number.isFinite(lagMs) && Number(lagMs) >= 0;
}

/** Guards that need a look at the world; all `unread` while nobody has looked. */
export function worldGuards(input: GuardInput, fleet: Fleet): readonly Guard[] {
  const { look } = input.situation;
  if (look === undefined) return rows.map((row) => unread(row));
  const seen: WorldInput = { ...input, look, fleet };
  const checked = rows.map((row): Guard => {
    const { verdict, value } = row.judge(seen);
    const check = { name: row.name, rule: row.rule, verdict, value, limit: row.limit };
    const reason = reasonOf(row, value, look);
    return { check, reason, lookAgainAtMs: input.nowMs + RELOOK_MS };
  });
  return [...checked, lagLimit(seen), brake(seen)];
}

/** What could not be read has a reason of its own: it may be readable in a moment. */
function reasonOf(row: Row, value: string, look: Look): ReasonCode {
  if (row.name === 'own-probe' && look.probe?.kind !== 'alive') return 'probe-unsure';
  return value === 'unknown' && row.rule === 5 ? 'provider-unread' : row.reason;
}

function unread({ name, rule, limit }: Row): Guard {
  return { check: { name, rule, verdict: 'unread', value: 'not read yet', limit }, reason: 'world-unread' };
}

/** Rule 10: over the limit is held or asked about; consent to lose data is a consent of its own. An unknown lag failed above. */
function lagLimit({ look, guards, situation, nowMs }: WorldInput): Guard {
  const { lagMs } = look.observation;
  const over: { readonly verdict: Check['verdict']; readonly reason: ReasonCode } =
    guards.overLag === 'ask' ? { verdict: 'ask', reason: 'data-loss-consent-needed' } : { verdict: 'fail', reason: 'lag-over-limit' };
  const told = (verdict: Check['verdict'], value: string): Guard => {
    const check = { name: 'lag-limit', rule: 10, verdict, value, limit: `at most ${duration(guards.maxLagMs)}` };
    return { check, reason: over.reason, lookAgainAtMs: nowMs + RELOOK_MS };
  };
  if (!isLag(lagMs)) return told('unread', 'unknown');
  const value = duration(lagMs);
  if (lagMs <= guards.maxLagMs) return told('pass', value);
  return situation.settled?.dataLossConsented === true ? told('pass', `${value}, loss consented`) : told(over.verdict, value);
}

/** Rule 12. A failover that is about to be claimed has its slot already; only a brake that is on stops it. */
function brake({ look, fleet: { brake: limits }, situation }: WorldInput): Guard {
  const { brakeOn, recentFailovers, alarmingTargets, targets } = look.fleet;
  const percent = (100 * alarmingTargets) / targets;
  const value = brakeOn ? 'on' : `${recentFailovers} failovers, ${alarmingTargets} of ${targets} targets alarming`;
  const limit = `at most ${limits.failovers} in ${duration(limits.windowMs)}, below ${limits.alarmingPercent} % alarming`;
  const tooMany = recentFailovers >= limits.failovers;
  const storm = alarmingTargets >= limits.alarmingMin && percent >= limits.alarmingPercent;
  const trips = situation.settled === undefined && (tooMany || storm);
  const check: Check = { name: 'fleet-brake', rule: 12, verdict: verdictOf(!brakeOn && !trips), value, limit };
  return { check, reason: brakeOn ? 'fleet-brake' : 'fleet-brake-trips' };
}
